import { dropControls } from '../../../base/clean-text.ts'
import { type Action, type Command, listKeys, type Move, promptKeys, searchKeys } from './keys.ts'
import { type Scope, scopes } from './query.ts'

/** Something the person is asked about these sessions. */
export interface Prompt {
  readonly kind: 'tag' | 'name' | 'delete'
  readonly ids: readonly string[]
  readonly text: string
}

/** What is to be done with the row that the cursor was on, once the list shows what was asked for. */
export interface Pending {
  readonly action: Action
  readonly cursor: number
  /** What was answered, where something was asked. */
  readonly prompt?: Prompt
}

export interface SessionsState {
  readonly focus: 'search' | 'list'
  readonly query: string
  readonly scope: Scope
  readonly cursor: number
  /** The first row that is seen. */
  readonly top: number
  readonly selected: ReadonlySet<string>
  readonly prompt: Prompt | undefined
  readonly notice: string | undefined
  readonly showsHelp: boolean
  readonly pending: readonly Pending[]
  /** What `u` brings back. */
  readonly deleted: readonly string[]
}

/** What the list shows just now: how far the cursor can go. */
export interface View {
  readonly count: number
  readonly height: number
}

export type SessionsEvent =
  | { readonly type: 'key'; readonly name: string; readonly view: View }
  | { readonly type: 'pasted'; readonly text: string }
  | { readonly type: 'selected'; readonly id: string }
  | { readonly type: 'asked'; readonly prompt: Prompt }
  | { readonly type: 'deleted'; readonly ids: readonly string[] }
  | { readonly type: 'told'; readonly notice: string | undefined }
  /** The first pending action was taken up. */
  | { readonly type: 'handled' }
  /** The rows were read anew, and the one under the cursor is here now. */
  | { readonly type: 'shifted'; readonly cursor: number }

export function startState(query = ''): SessionsState {
  return {
    focus: query === '' ? 'search' : 'list',
    query,
    scope: 'all',
    cursor: 0,
    top: 0,
    selected: new Set(),
    prompt: undefined,
    notice: undefined,
    showsHelp: false,
    pending: [],
    deleted: [],
  }
}

/** Everything that keys and answers do. Keys go by the state they find, as several can come in one tick. */
export function sessionsReducer(state: SessionsState, event: SessionsEvent): SessionsState {
  switch (event.type) {
    case 'key':
      return keyPressed(state, event.name, event.view)
    case 'pasted':
      return withText(state, text => text + typable(event.text))
    case 'selected':
      return { ...state, selected: toggled(state.selected, event.id) }
    case 'asked':
      return { ...state, prompt: event.prompt, notice: undefined }
    case 'deleted':
      return { ...state, deleted: event.ids, selected: new Set() }
    case 'told':
      return { ...state, notice: event.notice }
    case 'handled':
      return { ...state, pending: state.pending.slice(1) }
    case 'shifted':
      return { ...state, cursor: event.cursor, top: Math.max(0, state.top + event.cursor - state.cursor) }
    default:
      return event satisfies never
  }
}

/** The first row to show, so that the cursor is seen and no line is left empty. */
export function topFor(
  { top, cursor }: Pick<SessionsState, 'top' | 'cursor'>,
  { count, height }: View,
): number {
  const last = Math.max(0, count - height)
  return Math.max(0, Math.min(top, cursor, last), Math.min(cursor - height + 1, last))
}

function keyPressed(state: SessionsState, name: string, view: View): SessionsState {
  if (state.showsHelp) return { ...state, showsHelp: false }
  if (state.prompt) return answered(state, state.prompt, name)
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

function answered(state: SessionsState, prompt: Prompt, name: string): SessionsState {
  const yes = { ...state, prompt: undefined, pending: [...state.pending, pendingOf(state, 'answer', prompt)] }
  const no = { ...state, prompt: undefined }
  if (prompt.kind === 'delete') return name === 'y' ? yes : no
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
    case 'help':
      return { ...state, showsHelp: true }
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
      return moved({ ...state, pending: [...state.pending, pendingOf(state, command)] }, 'down', view)
    default:
      return { ...state, pending: [...state.pending, pendingOf(state, command)] }
  }
}

function moved(state: SessionsState, move: Move, view: View): SessionsState {
  const steps = {
    up: -1,
    down: 1,
    'page up': -view.height,
    'page down': view.height,
    first: -view.count,
    last: view.count,
  }
  const from = Math.min(state.cursor, Math.max(0, view.count - 1))
  const cursor = Math.max(0, Math.min(from + steps[move], view.count - 1))
  return { ...state, cursor, top: topFor({ top: state.top, cursor }, view) }
}

function pendingOf(state: SessionsState, action: Action, prompt?: Prompt): Pending {
  return { action, cursor: state.cursor, ...(prompt && { prompt }) }
}

/** Text goes where the person writes: to what is asked, else to the search line, whose hits begin anew. */
function withText(state: SessionsState, change: (text: string) => string): SessionsState {
  const { prompt, focus, query } = state
  if (prompt)
    return prompt.kind === 'delete' ? state : { ...state, prompt: { ...prompt, text: change(prompt.text) } }
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

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const changed = new Set(ids)
  if (!changed.delete(id)) changed.add(id)
  return changed
}
