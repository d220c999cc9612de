import type { TurnKind } from '../../../transcripts/conversation.ts'
import { commandOf, type ViewerCommand, viewerKeys } from './keys.ts'
import { bottomFrom, type Folds, movedBy, type Page, type Position, start, turnFrom } from './position.ts'

/** A search that is to be carried out, or was. */
export interface Search {
  readonly term: string
  /** Where it begins; itself included if it is the first of its kind. */
  readonly from: Position
  readonly isFirst: boolean
  readonly by: 1 | -1
  /** As long as nothing is found yet. */
  readonly isRunning: boolean
  /** The row that was found last. */
  readonly hit: Position | null
}

/** What the viewer shows of one transcript. */
export interface ViewerState extends Folds {
  readonly top: Position
  /** The end stays in sight when the file grows. */
  readonly follows: boolean
  /** What is being typed; null: the keys are commands. */
  readonly typed: string | null
  readonly search: Search | null
  /** Which page of the keys is shown, from 0; null: none. */
  readonly helpPage: number | null
  readonly note: string | null
  /** What is to be done that is not a matter of this state; a new object for every time. */
  readonly wish: { readonly kind: Wish } | null
}

type Wish = 'back' | 'nextTranscript' | 'previousTranscript' | 'subagent' | 'saveMarkdown' | 'saveJson'

export type ViewerEvent =
  /** A name as `keyNames` gives it. */
  | { readonly type: 'key'; readonly name: string }
  /** What was pasted. */
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'hit'; readonly at: Position }
  | { readonly type: 'missed' }
  | { readonly type: 'note'; readonly text: string | null }
  /** More was read, or the screen has another size. */
  | { readonly type: 'changed' }
  /** All is read: turns of the end have numbers from the beginning. */
  | { readonly type: 'settled'; readonly numberOf: (turn: number) => number }
  | { readonly type: 'replaced' }

export function viewerAt(top: Position): ViewerState {
  return {
    top,
    follows: false,
    typed: null,
    search: null,
    helpPage: null,
    showsThinking: false,
    showsResults: false,
    showsFacts: false,
    openTurns: new Set(),
    note: null,
    wish: null,
  }
}

/** Decides what an event does to what is shown. */
export function reduceViewer(state: ViewerState, event: ViewerEvent, page: Page): ViewerState {
  switch (event.type) {
    case 'key': {
      if (state.typed !== null) return typing(state, state.typed, event.name)
      if (event.name === 'escape' && state.search) return { ...state, search: null, note: null }
      const command = commandOf(event.name)
      return command === undefined ? state : carriedOut(state, command, page)
    }
    case 'type':
      return state.typed === null ? state : { ...state, typed: state.typed + event.text }
    case 'hit':
      return hit(state, event.at, page)
    case 'missed':
      return missed(state)
    case 'note':
      return { ...state, note: event.text }
    case 'changed':
      return state.follows ? { ...state, top: bottomFrom(state.top.turn, page, state) } : within(state, page)
    case 'settled':
      return settled(state, event.numberOf, page)
    case 'replaced':
      return { ...viewerAt(start), note: 'the file was written anew' }
    default:
      return event satisfies never
  }
}

function typing(state: ViewerState, typed: string, key: string): ViewerState {
  if (key === 'enter') return found(state, typed)
  if (key === 'escape') return { ...state, typed: null }
  if (key === 'backspace' || key === 'delete') {
    return { ...state, typed: Array.from(typed).slice(0, -1).join('') }
  }
  const text = key === 'space' ? ' ' : key
  return Array.from(text).length === 1 ? { ...state, typed: typed + text } : state
}

function carriedOut(state: ViewerState, command: ViewerCommand, page: Page): ViewerState {
  const by = (rows: number): ViewerState => ({
    ...state,
    top: movedBy(state.top, rows, page, state),
    follows: false,
    note: null,
  })
  // A row of what was seen stays in sight.
  const screen = Math.max(1, page.height - 1)
  const half = Math.max(1, Math.floor(page.height / 2))
  switch (command) {
    case 'down':
      return by(1)
    case 'up':
      return by(-1)
    case 'pageDown':
      return by(screen)
    case 'pageUp':
      return by(-screen)
    case 'halfDown':
      return by(half)
    case 'halfUp':
      return by(-half)
    case 'start':
      return { ...state, top: start, follows: false, note: null }
    case 'end': {
      const top = bottomFrom(page.endTurns > 0 ? -1 : 0, page, state)
      return { ...state, top, follows: true, note: null }
    }
    case 'nextTurn':
      return toTurn(state, 1, page, () => true)
    case 'previousTurn':
      return toTurn(state, -1, page, () => true)
    case 'nextPrompt':
      return toTurn(state, 1, page, isPrompt)
    case 'previousPrompt':
      return toTurn(state, -1, page, isPrompt)
    case 'thinking':
      return within({ ...state, showsThinking: !state.showsThinking }, page)
    case 'results':
      return within({ ...state, showsResults: !state.showsResults }, page)
    case 'facts':
      return within({ ...state, showsFacts: !state.showsFacts }, page)
    case 'turn': {
      const openTurns = new Set(state.openTurns)
      if (!openTurns.delete(state.top.turn)) openTurns.add(state.top.turn)
      return within({ ...state, openTurns }, page)
    }
    case 'help':
      return { ...state, helpPage: nextHelp(state.helpPage, page) }
    case 'search':
      return { ...state, typed: '', note: null }
    case 'nextHit':
      return again(state, 1)
    case 'previousHit':
      return again(state, -1)
    case 'back':
      return state.helpPage !== null ? { ...state, helpPage: null } : { ...state, wish: { kind: 'back' } }
    default:
      return { ...state, wish: { kind: command } }
  }
}

/** How many keys fit on a screen below the title. */
export function helpRows(page: Page): number {
  return Math.max(1, page.height - 1)
}

function nextHelp(helpPage: number | null, page: Page): number | null {
  const next = helpPage === null ? 0 : helpPage + 1
  return next * helpRows(page) < viewerKeys.length ? next : null
}

function isPrompt(kind: TurnKind): boolean {
  return kind === 'user' || kind === 'command'
}

/** The same with the top where there is something to be seen. */
function within(state: ViewerState, page: Page): ViewerState {
  const rows = page.turns === 0 && state.top.turn >= 0 ? 0 : page.rowCount(state.top.turn, state)
  const row = Math.min(state.top.row, Math.max(0, rows - 1))
  return { ...state, top: movedBy({ turn: state.top.turn, row }, 0, page, state) }
}

function toTurn(
  state: ViewerState,
  by: 1 | -1,
  page: Page,
  isWanted: (kind: TurnKind) => boolean,
): ViewerState {
  const turn = turnFrom(state.top, by, page, isWanted)
  if (turn === undefined) return { ...state, note: by === 1 ? 'no further turn' : 'no earlier turn' }
  const top = movedBy({ turn, row: 0 }, 0, page, state)
  // The last turns fit on the screen together: then the end is shown.
  const isSame = top.turn === state.top.turn && top.row === state.top.row
  return { ...state, top, follows: false, note: isSame && by === 1 ? 'no further turn' : null }
}

function found(state: ViewerState, typed: string): ViewerState {
  const term = typed.trim().toLowerCase()
  if (term === '') return { ...state, typed: null, search: null }
  const search: Search = { term, from: state.top, isFirst: true, by: 1, isRunning: true, hit: null }
  return { ...state, typed: null, search }
}

function again(state: ViewerState, by: 1 | -1): ViewerState {
  if (!state.search) return { ...state, note: 'nothing to search for: / asks' }
  // The next place after one that is still being looked for can't be known.
  if (state.search.isRunning) return state
  const from = state.search.hit ?? state.top
  return { ...state, note: null, search: { ...state.search, from, by, isFirst: false, isRunning: true } }
}

/** Shows what was found, a little below the top, with its turn open: it may be folded. */
function hit(state: ViewerState, at: Position, page: Page): ViewerState {
  if (!state.search) return state
  const opened = { ...state, openTurns: new Set([...state.openTurns, at.turn]) }
  const top = movedBy(movedBy(at, 0, page, opened), -Math.floor(page.height / 3), page, opened)
  return {
    ...opened,
    top,
    follows: false,
    note: null,
    search: { ...state.search, isRunning: false, hit: at },
  }
}

function missed(state: ViewerState): ViewerState {
  if (!state.search) return state
  const { term, by, hit } = state.search
  const more = hit === null ? '' : by === 1 ? ' further down' : ' further up'
  return { ...state, note: `not found${more}: ${term}`, search: { ...state.search, isRunning: false } }
}

function settled(state: ViewerState, numberOf: (turn: number) => number, page: Page): ViewerState {
  const number = (turn: number) => (turn < 0 ? numberOf(turn) : turn)
  const top = { turn: number(state.top.turn), row: state.top.row }
  const openTurns = new Set([...state.openTurns].map(number))
  const next = { ...state, top, openTurns }
  return next.follows ? { ...next, top: bottomFrom(top.turn, page, next) } : within(next, page)
}
