import { Box, Text } from 'ink'
import { cleanText } from '../../../base/clean-text.ts'
import { textWidth } from '../../../base/text-width.ts'
import { statuses } from '../../../features/entries/entry.ts'
import { kindText } from '../../../features/entries/entry-text.ts'
import { KeyHints } from '../../parts/key-hints.tsx'
import { TypedText } from '../../parts/typed-text.tsx'
import { Choice } from './choice.tsx'
import { mostEntries, type ReadEntry } from './data.ts'
import { deleteHint, draftHint, notesKeys, searchHint, statusHint } from './keys.ts'
import type { NotesState } from './state.ts'

/** What the screen shows, for its first line. */
export function placeText({ view, overlay }: NotesState): string {
  if (overlay?.kind === 'draft') {
    const { kind } = overlay.draft.purpose
    return kind === 'new' ? 'A new entry' : kind === 'edit' ? 'An entry, anew' : 'A note'
  }
  return view === 'inbox' ? 'Inbox: what others changed' : 'Notes'
}

interface StateLineProps {
  readonly state: NotesState
  readonly trouble: string | undefined
  readonly read: ReadEntry | null
  readonly columns: number
  /** The chosen row of how many, and the first line of how many of the open entry. */
  readonly place: {
    readonly chosen: number
    readonly count: number
    readonly top: number
    readonly lines: number
  }
}

/** The second line: what is asked, what came of it, or which entries are shown. */
export function StateLine({ state, trouble, read, columns, place }: StateLineProps) {
  const { overlay, message, view } = state
  if (overlay?.kind === 'status')
    return (
      <>
        <Text>{'Status: '}</Text>
        <Choice words={statuses} chosen={overlay.chosen} />
      </>
    )
  if (overlay?.kind === 'delete')
    return <Text wrap="truncate-end">{`Delete it for everybody? ${cleanText(overlay.title)}`}</Text>
  if (message !== null) return <Text wrap="truncate-end">{message}</Text>
  if (trouble !== undefined) return <Text wrap="truncate-end">{trouble}</Text>
  // What is written has the screen for itself.
  if (overlay?.kind === 'draft') return <Text> </Text>
  if (read)
    return (
      <Text dimColor wrap="truncate-end">
        {`${kindText(read.entry)} · line ${place.top + 1} of ${place.lines}`}
      </Text>
    )
  if (view === 'inbox') return <Text dimColor>seen when you leave it</Text>
  return <FilterLine {...{ state, place, columns }} />
}

function FilterLine({ state, place, columns }: Pick<StateLineProps, 'state' | 'place' | 'columns'>) {
  const { chosen, count } = place
  const most = count === mostEntries ? `, the newest ${mostEntries}` : ''
  const filters = `${state.category ?? 'all categories'} · ${state.status} · ${count === 0 ? 0 : chosen + 1} of ${count}${most} · find: `
  return (
    <Box>
      <Box flexShrink={1}>
        <Text dimColor wrap="truncate-end">
          {filters}
        </Text>
      </Box>
      <Box flexShrink={0}>
        <TypedText
          typed={state.search}
          hasFocus={state.overlay?.kind === 'search'}
          columns={Math.max(10, columns - textWidth(filters))}
          rows={1}
        />
      </Box>
    </Box>
  )
}

/** The last line: keys that mean something now. */
export function Hints({ overlay, columns }: Pick<NotesState, 'overlay'> & { columns: number }) {
  const hint = hintOf(overlay)
  if (hint === null) return <KeyHints table={notesKeys} columns={columns} />
  return (
    <Text dimColor wrap="truncate-end">
      {hint}
    </Text>
  )
}

function hintOf(overlay: NotesState['overlay']): string | null {
  switch (overlay?.kind) {
    case 'search':
      return searchHint
    case 'status':
      return statusHint
    case 'delete':
      return deleteHint
    case 'draft':
      return overlay.draft.isLeaving ? 'Esc again throws away what was written.' : draftHint
    default:
      return null
  }
}
