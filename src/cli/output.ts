import { styleText } from 'node:util'
import { cleanText, dropControls } from '../base/clean-text.ts'
import { padText, textWidth, truncateText, wrapLine } from '../base/text-width.ts'
import { withoutBigint } from './json.ts'

export interface Column {
  readonly title: string
  /** Default: left. */
  readonly align?: 'left' | 'right'
  /** May be cut when the table is too wide. */
  readonly flexible?: boolean
  /** Goes on in the next line instead of being cut, but for a word that is too long. */
  readonly wraps?: boolean
  /** Columns that a flexible one keeps; default: those of its title. */
  readonly minWidth?: number
}

interface TableOptions {
  /** Columns of the terminal; undefined, when it is none, cuts nothing. */
  readonly width: number | undefined
  /** Rows below a second rule, such as totals. */
  readonly footer?: readonly (readonly string[])[]
}

const gap = '  '

/**
 * A plain text table without a line end after its last line. A table that is too wide gets its flexible
 * columns cut, the widest first; when that is not enough its lines stay long. Every cell is cleaned.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, footer = [] }: TableOptions,
): string {
  const clean = (row: readonly string[]) => columns.map((_, index) => cleanText(row[index] ?? ''))
  const titles = clean(columns.map(column => column.title))
  const body = rows.map(clean)
  const totals = footer.map(clean)
  const widths = fittedWidths(columns, [titles, ...body, ...totals], width)
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align = 'left' }, index) => {
        const cellWidth = widths[index] ?? 0
        return padText(truncateText(cells[index] ?? '', cellWidth), cellWidth, align)
      })
      .join(gap)
      .trimEnd()
  const lines = (cells: readonly string[]) =>
    wrappedCells(cells, (index, text) => (columns[index]?.wraps ? wrapLine(text, widths[index]) : text)).map(
      line,
    )
  const rule = styled('dim', widths.map(cellWidth => '─'.repeat(cellWidth)).join(gap))
  const all = [styled('bold', line(titles)), rule, ...body.flatMap(lines)]
  if (totals.length > 0) all.push(rule, ...totals.map(line))
  return all.join('\n')
}

/** A row as the lines that it takes. */
function wrappedCells(
  cells: readonly string[],
  wrap: (index: number, text: string) => string,
): readonly (readonly string[])[] {
  const wrapped = cells.map((text, index) => wrap(index, text).split('\n'))
  const height = Math.max(1, ...wrapped.map(parts => parts.length))
  return Array.from({ length: height }, (_, n) => wrapped.map(parts => parts[n] ?? ''))
}

/** How wide each column of the table gets to be. */
function fittedWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  tableWidth = Number.POSITIVE_INFINITY,
): number[] {
  const room = tableWidth - gap.length * (columns.length - 1)
  const needed = columns.map((_, index) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[index] ?? '')), 0),
  )
  const least = columns.map(({ title, flexible = false, minWidth }, index) => {
    const natural = needed[index] ?? 0
    return flexible ? Math.min(natural, minWidth ?? textWidth(cleanText(title))) : natural
  })
  // No column may be wider than all the room: so the steps below are few, however long a cell is.
  const widths = needed.map((natural, index) => Math.max(Math.min(natural, room), least[index] ?? 0))
  for (;;) {
    const sum = widths.reduce((total, cellWidth) => total + cellWidth, 0)
    const cuttable = widths.map((cellWidth, index) => (cellWidth > (least[index] ?? 0) ? cellWidth : 0))
    const widest = Math.max(...cuttable)
    if (sum <= room || widest <= 0) return widths
    widths[cuttable.indexOf(widest)] = widest - 1
  }
}

/** Shown only where the output is a terminal that has styles and NO_COLOR is not set. */
function styled(style: 'bold' | 'dim', text: string): string {
  return styleText(style, text, { stream: process.stdout, validateStream: true })
}

/**
 * Rows as CSV (RFC 4180, but lines end in LF). Null is empty, objects are JSON. Text that a spreadsheet would
 * run as a formula gets a leading apostrophe; escape sequences are dropped.
 */
export function toCsv(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [columns, ...rows].map(row => `${row.map(csvCell).join(',')}\n`).join('')
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return quoted(inert(dropControls(value)))
  return quoted(typeof value === 'object' ? JSON.stringify(value, withoutBigint) : String(value))
}

/** Decimal text begins with a sign too, and is no formula. */
function inert(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
