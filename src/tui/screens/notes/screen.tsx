import { Box, Text } from 'ink'
import { useMemo } from 'react'
import { cleanText } from '../../../base/clean-text.ts'
import { entryText, kindText } from '../../../features/entries/entry-text.ts'
import type { EntryRow } from '../../../features/entries/list.ts'
import { Header } from '../../parts/header.tsx'
import { KeyHints } from '../../parts/key-hints.tsx'
import { commandOf } from '../../parts/keys.ts'
import { useTyping } from '../../parts/screen-keys.ts'
import { TypedText } from '../../parts/typed-text.tsx'
import { wrapText } from '../../parts/wrap-text.ts'
import type { ScreenProps } from '../../screen.ts'
import { mostEntries } from './data.ts'
import { newEntryDraft, newNoteDraft } from './draft.ts'
import { DraftForm } from './draft-form.tsx'
import { draftHint, type NotesCommand, notesKeys, searchHint, statusHint } from './keys.ts'
import { LineList } from './line-list.tsx'
import { entryLines, inboxLines } from './rows.ts'
import { chosenRow, isHome } from './state.ts'
import { StatusChoice } from './status-choice.tsx'
import { useNotes } from './use-notes.ts'

const noEntries: readonly EntryRow[] = []

/** What people noted, and what others changed since the last look. */
export function NotesScreen({ data, size, isActive, onBack, onOpen }: ScreenProps) {
  const { columns, rows } = size
  const { state, dispatch, latest, answers, keep, setStatus, leaveInbox } = useNotes({ data })
  const { view, overlay, reading, message } = state
  const look = useMemo(
    () => ({ columns: columns - 2, clock: data.clock, nowMs: data.now() }),
    [columns, data],
  )
  const entries = answers.list.value?.entries ?? noEntries
  const lines = useMemo(() => entryLines(entries, look), [entries, look])
  const news = useMemo(
    () => inboxLines(answers.inbox.value?.entries ?? [], look),
    [answers.inbox.value, look],
  )
  const unseen = answers.inbox.value?.entries.length ?? 0
  const shown = answers.entry.value?.id === reading?.id ? answers.entry.value : undefined
  const read = shown?.found ?? null
  const text = useMemo(
    () => (read ? wrapText(entryText(read.entry, read.detail, data.clock), columns) : []),
    [read, columns, data],
  )

  // The header, the filter and the hints take a line each.
  const height = Math.max(1, rows - 3)
  const count = view === 'entries' ? entries.length : news.length
  const chosen = chosenRow(state, count)
  const chosenEntry = read?.entry ?? (reading === null && view === 'entries' ? entries[chosen] : undefined)
  const lastTop = Math.max(0, text.length - height)

  const leave = () => {
    if (!isHome(latest())) return dispatch({ type: 'close' })
    leaveInbox()
    onBack()
  }
  const go = (step: number) =>
    latest().reading === null
      ? dispatch({ type: 'move', step, count })
      : dispatch({ type: 'scroll', step, lastTop })
  const act = (command: NotesCommand) => {
    switch (command) {
      case 'up':
        return go(-1)
      case 'down':
        return go(1)
      case 'page up':
        return go(1 - height)
      case 'page down':
        return go(height - 1)
      case 'first':
        return go(Number.NEGATIVE_INFINITY)
      case 'last':
        return go(Number.POSITIVE_INFINITY)
      case 'read': {
        const at = chosenRow(latest(), count)
        const id = view === 'entries' ? entries[at]?.id : news[at]?.id
        return latest().reading === null && id !== undefined ? dispatch({ type: 'read', id }) : undefined
      }
      case 'log':
        return dispatch({ type: 'write', draft: newEntryDraft(state.category ?? 'note') })
      case 'note':
        if (!chosenEntry) return
        return dispatch({ type: 'write', draft: newNoteDraft(chosenEntry.id, chosenEntry.title ?? '') })
      case 'status':
        if (!chosenEntry) return
        return dispatch({ type: 'choose status', id: chosenEntry.id, status: chosenEntry.status })
      case 'view':
        if (reading !== null) return
        leaveInbox()
        return dispatch({ type: 'view' })
      case 'search':
      case 'category':
      case 'status filter':
        return reading === null && view === 'entries' ? dispatch({ type: command }) : undefined
      case 'help':
        return onOpen({ screen: 'help', sections: help })
      case 'back':
        return leave()
      default:
        return command satisfies never
    }
  }
  useTyping(
    key => {
      const { overlay } = latest()
      if (overlay === null) {
        const command = commandOf(notesKeys, key)
        if (command !== undefined) act(command)
      } else if (overlay.kind === 'draft' && key === 'ctrl+s') keep(overlay.draft)
      else if (overlay.kind === 'status' && key === 'enter') setStatus(overlay.id, overlay.chosen)
      else dispatch({ type: 'key', key })
    },
    pasted => dispatch({ type: 'paste', text: pasted }),
    { isActive },
  )

  const inboxNote = unseen === 0 ? 'inbox empty' : `${unseen} new in the inbox`
  const where = view === 'inbox' ? 'Inbox: what others changed' : 'Notes'
  const trouble = answers.list.trouble ?? answers.inbox.trouble ?? answers.entry.trouble
  const body = () => {
    if (overlay?.kind === 'draft') return <DraftForm draft={overlay.draft} />
    if (reading !== null) {
      if (shown && !read) return <Text>This entry was deleted.</Text>
      const top = Math.min(reading.top, lastTop)
      return <LineList lines={text.slice(top, top + height)} chosen={null} />
    }
    const top = Math.max(0, Math.min(chosen - Math.floor(height / 2), count - height))
    const shownLines = (view === 'entries' ? lines : news.map(line => line.text)).slice(top, top + height)
    if (shownLines.length > 0) return <LineList lines={shownLines} chosen={chosen - top} />
    if (view === 'inbox') return <Text>{answers.inbox.value ? 'Nothing new.' : 'reading …'}</Text>
    return <Text>{answers.list.value ? 'No entry fits. l logs one.' : 'reading …'}</Text>
  }
  const filterLine = () => {
    if (overlay?.kind === 'status') return <StatusChoice chosen={overlay.chosen} />
    if (message !== null) return <Text wrap="truncate-end">{message}</Text>
    if (trouble !== undefined) return <Text wrap="truncate-end">{trouble}</Text>
    if (read)
      return (
        <Text dimColor>
          {cleanText(`${kindText(read.entry)} · line ${place(reading?.top ?? 0, lastTop)}`)}
        </Text>
      )
    if (view === 'inbox') return <Text dimColor>seen when you leave it</Text>
    const filters = `${state.category ?? 'all categories'} · ${state.status}`
    const most = entries.length === mostEntries ? `, the newest ${mostEntries}` : ''
    return (
      <Text wrap="truncate-end">
        <Text dimColor>{`${filters} · ${count === 0 ? 0 : chosen + 1} of ${count}${most} · find: `}</Text>
        <TypedText typed={state.search} hasFocus={overlay?.kind === 'search'} />
      </Text>
    )
  }
  const place = (top: number, last: number) => `${Math.min(top, last) + 1} of ${text.length}`

  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header title={where} aside={inboxNote} columns={columns} />
      {rows > 3 && (
        <Box flexShrink={0} height={1} overflow="hidden">
          {filterLine()}
        </Box>
      )}
      <Box flexDirection="column" flexGrow={1} overflow="hidden">
        {body()}
      </Box>
      {rows > 2 && (
        <Hints
          kind={overlay?.kind}
          isLeaving={overlay?.kind === 'draft' && overlay.draft.isLeaving}
          columns={columns}
        />
      )}
    </Box>
  )
}

const help = [{ title: 'Keys of the notes', table: notesKeys }]

function Hints({
  kind,
  isLeaving,
  columns,
}: {
  kind: string | undefined
  isLeaving: boolean
  columns: number
}) {
  if (isLeaving) return <Text wrap="truncate-end">Esc again throws this text away.</Text>
  const hint =
    kind === 'search' ? searchHint : kind === 'status' ? statusHint : kind === 'draft' ? draftHint : null
  if (hint === null) return <KeyHints table={notesKeys} columns={columns} />
  return (
    <Text dimColor wrap="truncate-end">
      {hint}
    </Text>
  )
}
