import { dropControls } from '../../../base/clean-text.ts'
import type { DoomedTranscript } from '../../../ingest/erase-transcripts.ts'
import { type Action, type Command, listKeys, type Move, promptKeys, searchKeys } from './keys.ts'
import { type ListView, pageRows, topFor } from './list-window.ts'
import { type Scope, scopes } from './query.ts'

/** Something the person is asked about these sessions. */
export interface Prompt {
  readonly kind: 'tag' | 'name' | 'delete' | 'erase'
  readonly ids: readonly string[]
  readonly text: string
  /** What is to be removed for good, where that is the question; undefined: it is being looked at. */
  readonly doomed?: readonly DoomedTranscript[]
}

/** What is to be done with the row that the cursor was on, once the list shows what was asked for. */
export interface Pending {
  readonly action: Action
  readonly cursor: number
  /** The session there, if the list was drawn as it is asked for now. */
  readonly id: string | undefined
  /** What was answered, where something was asked. */
  readonly prompt?: Prompt
}

export interface SessionsState {
  readonly focus: 'search' | 'list'
  readonly query: string
  readonly scope: Scope
  /** Whether transcripts are searched, too. */
  readonly searchesText: boolean
  readonly cursor: number
  /** The first row that is seen. */
  readonly top: number
  readonly selected: ReadonlySet<string>
  readonly prompt: Prompt | undefined
  readonly notice: string | undefined
  readonly pending: readonly Pending[]
  /** What the last key asked for: who waits for its answer has turned to nothing else. */
  readonly awaited: Pending | undefined
  /** What `u` brings back. */
  readonly deleted: readonly string[]
}

/** What the list showed when a key was pressed. */
export interface View extends ListView {
  /** Of which search it was the list. */
  readonly asked: Asked
  readonly idAt: (row: number) => string | undefined
}

/** What decides which sessions are in the list. */
export type Asked = Pick<SessionsState, 'query' | 'scope'>

export type SessionsEvent =
  | { readonly type: 'key'; readonly name: string; readonly view: View }
  | { readonly type: 'pasted'; readonly text: string }
  | { readonly type: 'selected'; readonly id: string }
  | { readonly type: 'asked'; readonly prompt: Prompt }
  /** What is to be removed for good is known; nothing: it is not asked. */
  | { readonly type: 'planned'; readonly prompt: Prompt; readonly doomed: readonly DoomedTranscript[] }
  | { readonly type: 'deleted'; readonly ids: readonly string[] }
  | { readonly type: 'brought back'; readonly ids: readonly string[] }
  | { readonly type: 'told'; readonly notice: string | undefined }
  /** The first pending action was taken up. */
  | { readonly type: 'handled' }
  /** The list of the same search has other rows, and those under the cursor and at the top are here now. */
  | { readonly type: 'shifted'; readonly cursor: number; readonly top: number }

export function startState(query = ''): SessionsState {
  return {
    focus: query === '' ? 'search' : 'list',
    query,
    scope: 'all',
    searchesText: true,
    cursor: 0,
    top: 0,
    selected: new Set(),
    prompt: undefined,
    notice: undefined,
    pending: [],
    awaited: undefined,
    deleted: [],
  }
}

/** Everything that keys and answers do. Keys go by the state they find, as several can come in one tick. */
export function sessionsReducer(state: SessionsState, event: SessionsEvent): SessionsState {
  switch (event.type) {
    case 'key':
      return keyPressed({ ...state, awaited: undefined }, event.name, event.view)
    case 'pasted':
      return withText({ ...state, awaited: undefined }, text => text + typable(event.text))
    case 'selected':
      return { ...state, selected: toggled(state.selected, event.id) }
    case 'asked':
      return { ...state, prompt: event.prompt, notice: undefined }
    case 'planned': {
      const { prompt, doomed } = event
      // Who has turned to something else meanwhile is not asked in the middle of it.
      if (state.prompt !== prompt) return state
      return { ...state, prompt: doomed.length > 0 ? { ...prompt, doomed } : undefined }
    }
    case 'deleted':
      return { ...state, deleted: event.ids, selected: without(state.selected, event.ids) }
    case 'brought back':
      return { ...state, deleted: state.deleted.filter(id => !event.ids.includes(id)) }
    case 'told':
      return { ...state, notice: event.notice }
    case 'handled':
      return { ...state, pending: state.pending.slice(1) }
    case 'shifted':
      return { ...state, cursor: event.cursor, top: event.top }
    default:
      return event satisfies never
  }
}

/** Whether two lists were asked for alike: then what was under the cursor in one is so in the other. */
export function isSameAsked(one: Asked, other: Asked): boolean {
  return one.query === other.query && one.scope === other.scope
}

/** Whether another screen is about to be shown. */
export function leadsAway({ pending }: SessionsState): boolean {
  return pending.some(({ action }) => action === 'open' || action === 'help' || action === 'back')
}

function keyPressed(state: SessionsState, name: string, view: View): SessionsState {
  if (state.prompt) return answered(state, state.prompt, name, view)
  return state.focus === 'search' ? searched(state, name, view) : listed(state, name, view)
}

function searched(state: SessionsState, name: string, view: View): SessionsState {
  const command = commandOf(searchKeys, name)
  switch (command) {
    case undefined:
      return withText(state, text => text + typed(name))
    case 'to list':
      return { ...state, focus: 'list' }
    case 'erase':
    case 'erase word':
    case 'erase all':
      return withText(state, text => erased(text, command))
    default:
      return done(state, command, view)
  }
}

function listed(state: SessionsState, name: string, view: View): SessionsState {
  const command = commandOf(listKeys, name)
  return command === undefined ? state : done({ ...state, notice: undefined }, command, view)
}

function answered(state: SessionsState, prompt: Prompt, name: string, view: View): SessionsState {
  const yes = { ...withPending(state, 'answer', view, prompt), prompt: undefined }
  const no = { ...state, prompt: undefined }
  if (prompt.kind === 'delete' && name === 'f') {
    const erase: Prompt = { kind: 'erase', ids: prompt.ids, text: '' }
    return { ...withPending(state, 'erase', view, erase), prompt: erase }
  }
  if (prompt.kind === 'delete') return name === 'y' ? yes : no
  // Only what was read can be answered.
  if (prompt.kind === 'erase') return name === 'y' && prompt.doomed ? yes : no
  const command = commandOf(promptKeys, name)
  switch (command) {
    case undefined:
      return withText(state, text => text + typed(name))
    case 'answer':
      return yes
    case 'cancel':
      return no
    default:
      return withText(state, text => erased(text, command))
  }
}

function done(state: SessionsState, command: Command, view: View): SessionsState {
  switch (command) {
    case 'search':
      return { ...state, focus: 'search' }
    case 'scope': {
      const scope = scopes[(scopes.indexOf(state.scope) + 1) % scopes.length] ?? 'all'
      return { ...state, scope, cursor: 0, top: 0 }
    }
    case 'up':
    case 'down':
    case 'page up':
    case 'page down':
    case 'first':
    case 'last':
      return moved(state, command, view)
    case 'select':
      return moved(withPending(state, command, view), 'down', view)
    case 'text search':
      return { ...state, searchesText: !state.searchesText }
    default:
      return withPending(state, command, view)
  }
}

function moved(state: SessionsState, move: Move, view: View): SessionsState {
  const from = Math.min(state.cursor, Math.max(0, view.count - 1))
  const steps = {
    up: () => -1,
    down: () => 1,
    'page up': () => -pageRows(from, -1, view),
    'page down': () => pageRows(from, 1, view),
    first: () => -view.count,
    last: () => view.count,
  }
  const cursor = Math.max(0, Math.min(from + steps[move](), view.count - 1))
  return { ...state, cursor, top: topFor({ top: state.top, cursor }, view) }
}

function withPending(state: SessionsState, action: Action, view: View, prompt?: Prompt): SessionsState {
  const { cursor } = state
  const id = isSameAsked(view.asked, state) ? view.idAt(cursor) : undefined
  const awaited: Pending = { action, cursor, id, ...(prompt && { prompt }) }
  return { ...state, pending: [...state.pending, awaited], awaited }
}

/** Text goes where the person writes: to what is asked, else to the search line, whose hits begin anew. */
function withText(state: SessionsState, change: (text: string) => string): SessionsState {
  const { prompt, focus, query } = state
  if (prompt?.kind === 'delete' || prompt?.kind === 'erase') return state
  if (prompt) return { ...state, prompt: { ...prompt, text: change(prompt.text) } }
  if (focus === 'list') return state
  const changed = change(query)
  return changed === query ? state : { ...state, query: changed, cursor: 0, top: 0 }
}

function commandOf<Name>(
  table: readonly { readonly keys: readonly string[]; readonly command: Name }[],
  name: string,
): Name | undefined {
  return table.find(({ keys }) => keys.includes(name))?.command
}

/** The character of a key; nothing for keys that have none. */
function typed(name: string): string {
  if (name === 'space') return ' '
  return [...name].length === 1 ? typable(name) : ''
}

/** A search is one line. */
function typable(text: string): string {
  return dropControls(text.replace(/\s+/g, ' '))
}

function erased(text: string, how: 'erase' | 'erase word' | 'erase all'): string {
  switch (how) {
    case 'erase':
      return [...text].slice(0, -1).join('')
    case 'erase word':
      return text.replace(/\S*\s*$/, '')
    case 'erase all':
      return ''
    default:
      return how satisfies never
  }
}

function without(ids: ReadonlySet<string>, gone: readonly string[]): ReadonlySet<string> {
  const changed = new Set(ids)
  for (const id of gone) changed.delete(id)
  return changed
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const changed = new Set(ids)
  if (!changed.delete(id)) changed.add(id)
  return changed
}
