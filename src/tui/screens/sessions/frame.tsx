import { Box, Text } from 'ink'
import { cleanText } from '../../../base/clean-text.ts'
import { formatCount } from '../../../base/format.ts'
import { textWidth, truncateText } from '../../../base/text-width.ts'
import { Header } from '../../parts/header.tsx'
import { InputLine } from '../../parts/input-line.tsx'
import { useIsSpoken } from '../../parts/spoken.tsx'
import { spokenText } from '../../parts/spoken-text.ts'
import { type BookRow, type BookState, isElsewhere, isGone } from './book.ts'
import type { Here } from './data.ts'
import { type Told, toldText } from './found-text.ts'
import type { SessionsState } from './state.ts'
import type { SessionList } from './use-session-list.ts'

const filterHint =
  ' words, or project: model: type: machine: branch: date:<7d cost:>5 tag: is:starred is:gone'

/** What the list is about, and the search line. */
export function Top({
  state,
  selected,
  known,
  list,
  text,
  odd,
  here,
  columns,
  hasHeader,
}: {
  readonly state: SessionsState
  /** How many of the selected sessions are listed. */
  readonly selected: number
  readonly known: BookState
  readonly list: SessionList
  readonly text: Told['text']
  readonly odd: readonly string[]
  readonly here: Here
  readonly columns: number
  readonly hasHeader: boolean
}) {
  const { scope, focus, query } = state
  const total = `${formatCount(known.rows.length)}${known.isWhole ? '' : '+'}`
  const hits = list.hits.length
  const listed = hits === known.rows.length ? total : `${formatCount(hits)} of ${total}`
  const title = `Sessions · ${scopeText(scope, here)}`
  const room = columns - Math.min(textWidth(title), leastTitle) - 2
  const aside = toldText({ selected, unlisted: state.selected.size - selected, odd, listed, text }, room)
  return (
    <>
      {hasHeader && (
        <Header title={truncateText(title, columns - textWidth(aside) - 2)} aside={aside} columns={columns} />
      )}
      <InputLine
        label="/ "
        text={query}
        hint={filterHint}
        isFocused={focus === 'search' && !state.prompt}
        columns={columns}
      />
    </>
  )
}

/** So much of the title is left where there is much to tell. */
const leastTitle = 14

function scopeText(scope: SessionsState['scope'], here: Here): string {
  switch (scope) {
    case 'all':
      return 'all'
    case 'project':
      return `project ${cleanText(here.project ?? '(unknown)')}`
    case 'directory':
      return `directory ${cleanText(here.cwd)}`
    case 'machine':
      return `machine ${cleanText(here.machine)}`
    default:
      return scope satisfies never
  }
}

/** What there is no column for, of the session under the cursor. */
export function Detail({
  row,
  known,
  here,
  columns,
}: {
  readonly row: BookRow | undefined
  readonly known: BookState
  readonly here: Here
  readonly columns: number
}) {
  const text = row ? detailText(row, known, here) : ' '
  const isSpoken = useIsSpoken()
  return (
    <Box flexShrink={0}>
      <Text dimColor wrap="truncate-end">
        {isSpoken ? spokenText(text) : truncateText(text, columns)}
      </Text>
    </Box>
  )
}

/** Why the list is empty, and what to do. */
export function emptyText({ rows, isWhole, trouble }: BookState): string {
  if (trouble !== undefined) return trouble
  if (!isWhole) return 'reading …'
  return rows.length === 0 ? 'Nothing is recorded yet. Start with: csl backfill' : 'No session fits.'
}

function detailText(row: BookRow, known: BookState, { machineId }: Here): string {
  const warning = isGone(row, known, machineId)
    ? '⚠ transcript gone: can’t be resumed'
    : isElsewhere(row, known.transcripts, machineId)
      ? `on ${row.machine ?? 'another machine'}: can’t be resumed here`
      : undefined
  const parts = [known.trouble, warning, row.id, row.resumeCwd, row.branch && `⎇ ${row.branch}`]
  return cleanText(parts.filter(Boolean).join(' · '))
}
