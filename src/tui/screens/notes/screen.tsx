import { Box, Text } from 'ink'
import { useMemo } from 'react'
import type { ZoneClock } from '../../../base/time.ts'
import { entryText } from '../../../features/entries/entry-text.ts'
import type { EntryRow } from '../../../features/entries/list.ts'
import { Header } from '../../parts/header.tsx'
import type { Stroke } from '../../parts/key-queue.ts'
import { commandOf } from '../../parts/keys.ts'
import { useStrokes } from '../../parts/screen-keys.ts'
import { wrapText } from '../../parts/wrap-text.ts'
import type { ScreenProps } from '../../screen.ts'
import { carryOut, type Stage } from './commands.ts'
import type { ReadEntry } from './data.ts'
import { DraftForm } from './draft-form.tsx'
import { Hints, placeText, StateLine } from './frame.tsx'
import { notesKeys } from './keys.ts'
import { LineList } from './line-list.tsx'
import { entryLines, inboxLines } from './rows.ts'
import { chosenRow } from './state.ts'
import { useNotes } from './use-notes.ts'

const noEntries: readonly EntryRow[] = []

/** What people noted, and what others changed since the last look. */
export function NotesScreen({ data, size, isActive, onBack, onOpen }: ScreenProps) {
  const { columns, rows } = size
  const { state, dispatch, latest, answers, doing } = useNotes({ data })
  const { view, overlay, reading } = state
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
  const text = useMemo(() => (read ? readLines(read, data.clock, columns) : []), [read, columns, data])

  // The header, the filter and the hints take a line each.
  const height = Math.max(1, rows - 3)
  const count = view === 'entries' ? entries.length : news.length
  const chosen = chosenRow(state, count)
  const lastTop = Math.max(0, text.length - height)

  const stage: Stage = {
    dispatch,
    latest,
    doing,
    onBack,
    onOpen,
    height,
    lastTop,
    entries,
    areDeleted: answers.list.value?.isDeleted ?? false,
    newsIds: news.map(line => line.id),
    read,
  }
  const take = (stroke: Stroke) => {
    const { overlay, isOpening } = latest()
    // It is meant for the fields.
    if (isOpening) return false
    if (stroke.kind === 'paste') dispatch({ type: 'paste', text: stroke.text })
    else if (overlay === null) {
      const command = commandOf(notesKeys, stroke.name)
      if (command !== undefined) carryOut(command, stage)
    } else if (overlay.kind === 'draft' && stroke.name === 'ctrl+s') doing.keep(overlay.draft)
    else if (overlay.kind === 'draft' && stroke.name === 'ctrl+o') doing.writeElsewhere(overlay.draft)
    else if (overlay.kind === 'status' && stroke.name === 'enter') doing.setStatus(overlay.id, overlay.chosen)
    else if (overlay.kind === 'delete' && stroke.name === 'y') doing.remove(overlay.id)
    else dispatch({ type: 'key', key: stroke.name })
    return true
  }
  useStrokes(take, { isActive, isLeaving: state.isOpening })

  const where = placeText(state)
  const trouble = answers.list.trouble ?? answers.inbox.trouble ?? answers.entry.trouble
  // With nothing to show there is room to say why.
  const isStuck = !answers.list.value && reading === null
  const body = () => {
    if (overlay?.kind === 'draft') return <DraftForm draft={overlay.draft} columns={columns} rows={height} />
    if (reading !== null) {
      if (shown && !read) return <Text>There is no such entry any more.</Text>
      const top = Math.min(reading.top, lastTop)
      return <LineList lines={text.slice(top, top + height)} chosen={null} />
    }
    const top = Math.max(0, Math.min(chosen - Math.floor(height / 2), count - height))
    const shownLines = (view === 'entries' ? lines : news.map(line => line.text)).slice(top, top + height)
    if (shownLines.length > 0) return <LineList lines={shownLines} chosen={chosen - top} />
    if (view === 'inbox')
      return <Text>{answers.inbox.value ? 'Nothing new.' : (trouble ?? 'reading …')}</Text>
    return <Text>{answers.list.value ? 'No entry fits. l logs one.' : (trouble ?? 'reading …')}</Text>
  }
  const place = { chosen, count, top: Math.min(reading?.top ?? 0, lastTop), lines: text.length }

  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header
        title={where}
        aside={unseen === 0 ? 'inbox empty' : `${unseen} new in the inbox`}
        columns={columns}
      />
      {rows > 3 && (
        <Box flexShrink={0} height={1} overflow="hidden">
          <StateLine {...{ state, trouble: isStuck ? undefined : trouble, read, place, columns }} />
        </Box>
      )}
      <Box flexDirection="column" flexGrow={1} overflow="hidden">
        {body()}
      </Box>
      {rows > 2 && <Hints overlay={overlay} columns={columns} />}
    </Box>
  )
}

/** An open entry as lines of the screen. */
function readLines({ entry, detail, isDeleted }: ReadEntry, clock: ZoneClock, columns: number): string[] {
  const text = entryText(entry, detail, clock)
  return wrapText(isDeleted ? `Deleted; u brings it back.\n\n${text}` : text, columns)
}
