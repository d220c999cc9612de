import { type Category, categories, type Status, statuses } from '../../../features/entries/entry.ts'
import { nothingTyped, type Typed, typedText, typeKey, typeText } from '../../parts/line-editor.ts'
import type { NotesFilter } from './data.ts'
import { type Draft, draftAfterKey, draftAfterPaste } from './draft.ts'

/** Which statuses the list shows; a key goes through them in this order. */
export const statusFilters = ['not resolved', ...statuses, 'any status', 'deleted'] as const
export type StatusFilter = (typeof statusFilters)[number]

/** What lies over the list or the open entry, and takes the keys. */
type Overlay =
  | { readonly kind: 'search' }
  | { readonly kind: 'status'; readonly id: string; readonly chosen: Status }
  | { readonly kind: 'delete'; readonly id: string; readonly title: string }
  | { readonly kind: 'draft'; readonly draft: Draft }

export interface NotesState {
  /** All entries, or what others changed since the last look. */
  readonly view: 'entries' | 'inbox'
  readonly category: Category | null
  readonly status: StatusFilter
  readonly search: Typed
  readonly cursor: number
  /** The entry that is read, and its first line on the screen. */
  readonly reading: { readonly id: string; readonly top: number } | null
  readonly overlay: Overlay | null
  /** The entry that is to be edited is being read. */
  readonly isOpening: boolean
  /** What came of the last thing that was said. */
  readonly message: string | null
  /** What was deleted here last, as long as it was not brought back. */
  readonly deletedId: string | null
  /** Counts what was said here, so that lists are read anew at once. */
  readonly saidCount: number
}

export type NotesEvent =
  | { readonly type: 'view' | 'category' | 'status filter' | 'search' | 'close' | 'opening' | 'sending' }
  | { readonly type: 'move'; readonly step: number; readonly count: number }
  | { readonly type: 'scroll'; readonly step: number; readonly lastTop: number }
  | { readonly type: 'read'; readonly id: string }
  | { readonly type: 'choose status'; readonly id: string; readonly status: string }
  | { readonly type: 'ask to delete'; readonly id: string; readonly title: string }
  | { readonly type: 'deleted'; readonly id: string | null }
  | { readonly type: 'write'; readonly draft: Draft }
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'said' | 'failed'; readonly what: 'draft' | 'other'; readonly message: string }

export const firstNotes: NotesState = {
  view: 'entries',
  category: null,
  status: 'not resolved',
  search: nothingTyped,
  cursor: 0,
  reading: null,
  overlay: null,
  isOpening: false,
  message: null,
  deletedId: null,
  saidCount: 0,
}

export function nextNotes(state: NotesState, event: NotesEvent): NotesState {
  switch (event.type) {
    case 'view':
      return { ...state, view: state.view === 'entries' ? 'inbox' : 'entries', cursor: 0, message: null }
    case 'category':
      return { ...state, category: after([null, ...categories], state.category), cursor: 0 }
    case 'status filter':
      return { ...state, status: after(statusFilters, state.status), cursor: 0 }
    case 'search':
      return { ...state, view: 'entries', overlay: { kind: 'search' }, cursor: 0 }
    case 'close':
      return closed(state)
    case 'move': {
      const cursor = chosenRow(state, event.count) + event.step
      return { ...state, cursor: Math.max(0, Math.min(event.count - 1, cursor)), message: null }
    }
    case 'scroll': {
      if (state.reading === null) return state
      const top = Math.min(state.reading.top, event.lastTop) + event.step
      return { ...state, reading: { ...state.reading, top: Math.max(0, Math.min(event.lastTop, top)) } }
    }
    case 'read':
      return { ...state, reading: { id: event.id, top: 0 }, message: null }
    case 'choose status': {
      const chosen = statuses.find(status => status === event.status) ?? 'open'
      return { ...state, overlay: { kind: 'status', id: event.id, chosen }, message: null }
    }
    case 'ask to delete':
      return {
        ...state,
        overlay: { kind: 'delete', id: event.id, title: event.title },
        message: null,
      }
    case 'deleted':
      return { ...state, deletedId: event.id }
    case 'write':
      return { ...state, overlay: { kind: 'draft', draft: event.draft }, isOpening: false, message: null }
    case 'opening':
      return { ...state, isOpening: true, message: null }
    case 'key':
      return afterKey(state, event.key)
    case 'paste':
      return afterPaste(state, event.text)
    case 'sending':
      return withDraft(state, draft => ({ ...draft, isSending: true }))
    case 'said': {
      const overlay = event.what === 'draft' ? null : state.overlay
      return { ...state, overlay, message: event.message, saidCount: state.saidCount + 1 }
    }
    case 'failed': {
      // What was written stays, to be tried again.
      const kept =
        event.what === 'draft' ? withDraft(state, draft => ({ ...draft, isSending: false })) : state
      return { ...kept, isOpening: false, message: event.message }
    }
    default:
      return event satisfies never
  }
}

/** Which of so many rows is chosen. */
export function chosenRow({ cursor }: NotesState, count: number): number {
  return Math.max(0, Math.min(cursor, count - 1))
}

/** Whether Esc leaves the screen, as there is nothing to close in it. */
export function isHome({ overlay, reading }: NotesState): boolean {
  return overlay === null && reading === null
}

/** What the list shows, as a question to the database. */
export function filterOf({ category, status, search }: NotesState): NotesFilter {
  return {
    category: category ?? undefined,
    isOpen: status === 'not resolved',
    status: statuses.find(known => known === status),
    search: typedText(search),
    isDeleted: status === 'deleted',
  }
}

function closed(state: NotesState): NotesState {
  if (state.overlay?.kind === 'search') return { ...state, overlay: null, search: nothingTyped, cursor: 0 }
  if (state.overlay !== null) return { ...state, overlay: null }
  return { ...state, reading: null }
}

/** Keys of a text field or of the choice of a status; in the list they are commands and do not come here. */
function afterKey(state: NotesState, key: string): NotesState {
  const { overlay } = state
  if (overlay === null) return state
  // What is asked about happens where the answer is yes: see the screen.
  if (overlay.kind === 'delete') return { ...state, overlay: null }
  if (overlay.kind === 'draft') {
    const draft = draftAfterKey(overlay.draft, key)
    if (draft === 'drop') return { ...state, overlay: null, message: null }
    return draft === 'keep' ? state : { ...state, overlay: { kind: 'draft', draft } }
  }
  if (key === 'escape') return closed(state)
  if (overlay.kind === 'status') {
    const step = key === 'left' || key === 'up' ? -1 : key === 'right' || key === 'down' ? 1 : 0
    return { ...state, overlay: { ...overlay, chosen: after(statuses, overlay.chosen, step) } }
  }
  if (key === 'enter' || key === 'down' || key === 'tab') return { ...state, overlay: null }
  return { ...state, search: typeKey(state.search, key), cursor: 0 }
}

function afterPaste(state: NotesState, text: string): NotesState {
  if (state.overlay?.kind === 'search')
    return { ...state, search: typeText(state.search, text, { isOneLine: true }) }
  return withDraft(state, draft => draftAfterPaste(draft, text))
}

function withDraft(state: NotesState, change: (draft: Draft) => Draft): NotesState {
  if (state.overlay?.kind !== 'draft') return state
  return { ...state, overlay: { kind: 'draft', draft: change(state.overlay.draft) } }
}

function after<T>(list: readonly T[], item: T, step = 1): T {
  return list[(list.indexOf(item) + step + list.length) % list.length] ?? item
}
