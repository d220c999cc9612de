import { cleanText } from '../../../base/clean-text.ts'
import { formatDuration, formatTokens, formatUsd, modelFamily } from '../../../base/format.ts'
import { padText, truncateText } from '../../../base/text-width.ts'
import type { ZoneClock } from '../../../base/time.ts'
import type { BrowsedSession } from '../../../features/sessions/listed-session.ts'
import { momentText } from '../../parts/moment.ts'

/** What a row tells besides the session itself. */
export interface RowContext {
  readonly clock: ZoneClock
  readonly nowMs: number
  readonly isGone: boolean
  readonly isSelected: boolean
}

interface Column {
  readonly title: string
  readonly width: number
  readonly align: 'left' | 'right'
  /** The smaller, the longer it stays when there is less room. */
  readonly rank: number
  readonly text: (row: BrowsedSession, context: RowContext) => string
}

/** The title takes what the others leave, and they leave at least this much. */
const leastTitle = 24

const titleColumn: Column = {
  title: 'Title',
  width: 0,
  align: 'left',
  rank: 0,
  text: ({ title, tags }, { isGone }) =>
    [isGone ? '⚠ transcript gone ·' : '', title || '(untitled)', ...tags.map(tag => `#${tag}`)].join(' '),
}

const columns: readonly Column[] = [
  left('When', 11, 1, ({ endedAtMs }, { clock, nowMs }) =>
    endedAtMs === null ? '' : momentText(endedAtMs, clock, nowMs),
  ),
  left('Project', 14, 3, ({ project }) => project ?? '(unknown)'),
  titleColumn,
  left('Type', 10, 5, ({ type }) => type ?? ''),
  left('Models', 12, 6, ({ models }) => [...new Set(namesIn(models).map(modelFamily))].join(', ')),
  right('Tokens', 6, 4, ({ totalTokens }) => formatTokens(totalTokens)),
  right('Cost', 9, 2, ({ costPico, unpricedCount }) =>
    formatUsd(costPico === null ? null : BigInt(Math.round(costPico)), {
      atLeast: costPico !== null && unpricedCount > 0,
    }),
  ),
  right('Lasted', 10, 7, ({ durationMin }) => (durationMin === null ? '' : formatDuration(durationMin))),
  left('Machine', 12, 8, ({ machine }) => machine ?? ''),
]

function namesIn(list: string | null): string[] {
  return list ? list.split(',') : []
}

function left(title: string, width: number, rank: number, text: Column['text']): Column {
  return { title, width, align: 'left', rank, text }
}

function right(title: string, width: number, rank: number, text: Column['text']): Column {
  return { title, width, align: 'right', rank, text }
}

/** Cursor, selection and star. */
const markWidth = 4

/** The columns that there is room for, in the order they are shown. */
export function columnsFor(width: number): readonly Column[] {
  let room = width - markWidth - leastTitle
  const chosen = new Set<Column>([titleColumn])
  for (const column of [...columns].sort((a, b) => a.rank - b.rank)) {
    if (column === titleColumn) continue
    room -= column.width + 1
    if (room < 0) break
    chosen.add(column)
  }
  const shown = columns.filter(column => chosen.has(column))
  const others = shown.reduce((sum, column) => sum + (column === titleColumn ? 0 : column.width + 1), 0)
  const titleWidth = Math.max(0, width - markWidth - others)
  return shown.map(column => (column === titleColumn ? { ...column, width: titleWidth } : column))
}

/** The line above the rows. */
export function headLine(shown: readonly Column[]): string {
  return ' '.repeat(markWidth) + shown.map(({ title, width, align }) => cell(title, width, align)).join(' ')
}

/** One row as a line that is exactly as wide as the screen, but for the cursor, which is drawn. All text is cleaned. */
export function rowLine(row: BrowsedSession, shown: readonly Column[], context: RowContext): string {
  const marks = `${context.isSelected ? '✓' : ' '}${row.isStarred ? '★' : ' '} `
  return (
    marks + shown.map(({ text, width, align }) => cell(cleanText(text(row, context)), width, align)).join(' ')
  )
}

function cell(text: string, width: number, align: 'left' | 'right'): string {
  return padText(truncateText(text, width), width, align)
}
