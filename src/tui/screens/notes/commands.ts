import type { EntryRow } from '../../../features/entries/list.ts'
import type { ScreenProps } from '../../screen.ts'
import type { ReadEntry } from './data.ts'
import { editDraft, type Field, newEntryDraft, newNoteDraft } from './draft.ts'
import { type NotesCommand, notesKeys } from './keys.ts'
import { chosenRow, isHome, type NotesEvent, type NotesState } from './state.ts'
import type { Doing } from './use-notes.ts'

/** What carrying out a command may need. */
export interface Stage extends Pick<ScreenProps, 'onBack' | 'onOpen'> {
  readonly dispatch: (event: NotesEvent) => void
  /** The state with all keys in it, also those that were not drawn yet. */
  readonly latest: () => NotesState
  readonly doing: Doing
  /** Rows of text on the screen, and the last first line of the open entry. */
  readonly height: number
  readonly lastTop: number
  /** What the list shows, and whether those were deleted. */
  readonly entries: readonly EntryRow[]
  readonly areDeleted: boolean
  /** The entries of the lines of the inbox. */
  readonly newsIds: readonly string[]
  /** The open entry, once it is there. */
  readonly read: ReadEntry | null
}

interface Target {
  readonly entry: EntryRow
  readonly isDeleted: boolean
}

/** Does what a key of the table asks for. */
export function carryOut(command: NotesCommand, stage: Stage): void {
  const { dispatch, latest, doing, height } = stage
  const { view, reading, category } = latest()
  const isList = reading === null && view === 'entries'
  switch (command) {
    case 'up':
      go(-1, stage)
      break
    case 'down':
      go(1, stage)
      break
    case 'page up':
      go(1 - height, stage)
      break
    case 'page down':
      go(height - 1, stage)
      break
    case 'first':
      go(Number.NEGATIVE_INFINITY, stage)
      break
    case 'last':
      go(Number.POSITIVE_INFINITY, stage)
      break
    case 'read': {
      const id = idsOf(stage)[chosenRow(latest(), idsOf(stage).length)]
      if (reading === null && id !== undefined) dispatch({ type: 'read', id })
      break
    }
    case 'log':
      dispatch({ type: 'write', draft: newEntryDraft(category ?? 'note') })
      break
    case 'note':
      withKept(stage, ({ id, title }) => dispatch({ type: 'write', draft: newNoteDraft(id, title ?? '') }))
      break
    case 'status':
      withKept(stage, ({ id, status }) => dispatch({ type: 'choose status', id, status }))
      break
    case 'edit':
      withKept(stage, entry => edit(entry, 'title', stage))
      break
    case 'tags':
      withKept(stage, entry => edit(entry, 'tags', stage))
      break
    case 'delete':
      withKept(stage, ({ id, title }) => dispatch({ type: 'ask to delete', id, title: title ?? '' }))
      break
    case 'undelete':
      bringBack(stage)
      break
    case 'view':
      if (reading !== null) break
      doing.leaveInbox()
      dispatch({ type: 'view' })
      break
    case 'search':
    case 'category':
    case 'status filter':
      if (isList) dispatch({ type: command })
      break
    case 'help':
      stage.onOpen({ screen: 'help', sections: [{ title: 'Keys of the notes', table: notesKeys }] })
      break
    case 'back':
      leave(stage)
      break
    default:
      command satisfies never
  }
}

/** What lies on top is left first, then the entry, then the screen. */
function leave({ dispatch, latest, doing, onBack }: Stage): void {
  if (!isHome(latest())) {
    dispatch({ type: 'close' })
    return
  }
  doing.leaveInbox()
  onBack()
}

function idsOf({ latest, entries, newsIds }: Stage): readonly string[] {
  return latest().view === 'entries' ? entries.map(({ id }) => id) : newsIds
}

function go(step: number, stage: Stage): void {
  const { dispatch, latest, lastTop } = stage
  if (latest().reading === null) dispatch({ type: 'move', step, count: idsOf(stage).length })
  else dispatch({ type: 'scroll', step, lastTop })
}

/** The open entry, else the chosen one of the list; none where that is not there yet. */
function targetOf({ latest, read, entries, areDeleted }: Stage): Target | undefined {
  const state = latest()
  if (state.reading !== null) return read?.entry.id === state.reading.id ? read : undefined
  const entry = state.view === 'entries' ? entries[chosenRow(state, entries.length)] : undefined
  return entry && { entry, isDeleted: areDeleted }
}

/** Of a deleted entry nothing more is said but that it comes back. */
function withKept(stage: Stage, work: (entry: EntryRow) => void): void {
  const target = targetOf(stage)
  if (target?.isDeleted)
    stage.dispatch({ type: 'failed', what: 'other', message: 'it was deleted; u brings it back' })
  else if (target) work(target.entry)
}

function bringBack(stage: Stage): void {
  const target = targetOf(stage)
  const id = target?.isDeleted ? target.entry.id : stage.latest().deletedId
  if (id !== null) stage.doing.bringBack(id)
  else stage.dispatch({ type: 'failed', what: 'other', message: 'nothing was deleted here' })
}

/** What is typed while the entry is read waits, as it is meant for the fields. */
function edit(entry: EntryRow, field: Field, { doing, dispatch }: Stage): void {
  dispatch({ type: 'opening' })
  const { id, category, status, title, tags } = entry
  doing.textOf(id).then(
    body => {
      const before = { category, status, title: title ?? '', tags, body }
      dispatch({ type: 'write', draft: editDraft(id, before, field) })
    },
    (error: unknown) => doing.tellTrouble(error),
  )
}
