import { commandOf } from '../../parts/keys.ts'
import { allFolded, asideName, type Folds, toggled } from './folds.ts'
import { type ViewerCommand, viewerKeys } from './keys.ts'
import {
  asideBlock,
  bottomFrom,
  keptInSight,
  movedBy,
  type Page,
  type Position,
  start,
  turnFrom,
} from './position.ts'
import { again, found, hit, missed, stopped } from './search-state.ts'

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
  readonly note: string | null
  /** What is to be done that is not a matter of this state; a new object for every time. */
  readonly wish: { readonly kind: ViewerWish } | null
}

export type ViewerWish =
  | 'back'
  | 'nextTranscript'
  | 'previousTranscript'
  | 'subagent'
  | 'saveMarkdown'
  | 'saveJson'
  | 'help'

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

/** The viewer as it begins, with a search if there is something to find. */
export function viewerAt(top: Position, find?: string): ViewerState {
  const search = { from: top, isFirst: true, by: 1, isRunning: true, hit: null } as const
  return {
    top,
    follows: false,
    typed: null,
    search: find === undefined ? null : { term: find.toLowerCase(), ...search },
    ...allFolded,
    note: null,
    wish: null,
  }
}

/** Decides what an event does to what is shown. */
export function reduceViewer(state: ViewerState, event: ViewerEvent, page: Page): ViewerState {
  switch (event.type) {
    case 'key': {
      if (state.typed !== null) return typing(state, state.typed, event.name, page)
      if (event.name === 'escape' && state.search) return { ...state, search: null, note: null }
      const command = commandOf(viewerKeys, event.name)
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

function typing(state: ViewerState, typed: string, key: string, page: Page): ViewerState {
  if (key === 'enter') return found(state, typed, page)
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
    ...stopped(state),
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
      return { ...state, ...stopped(state), top: start, follows: false, note: null }
    case 'end': {
      const top = bottomFrom(page.endTurns > 0 ? -1 : 0, page, state)
      return { ...state, ...stopped(state), top, follows: true, note: null }
    }
    case 'nextTurn':
      return toTurn(state, 1, page, () => true)
    case 'previousTurn':
      return toTurn(state, -1, page, () => true)
    case 'nextPrompt':
      return toTurn(state, 1, page, turn => isPrompt(turn, page))
    case 'previousPrompt':
      return toTurn(state, -1, page, turn => isPrompt(turn, page))
    case 'thinking':
      return refolded(state, { showsThinking: !state.showsThinking }, page)
    case 'results':
      return refolded(state, { showsResults: !state.showsResults }, page)
    case 'facts':
      return refolded(state, { showsFacts: !state.showsFacts }, page)
    case 'asides':
      return refolded(state, { showsAsides: !state.showsAsides, otherAsides: new Set() }, page)
    case 'turn':
      return refolded(state, openedAtTop(state, page), page)
    case 'search':
      return { ...state, typed: '', note: null }
    case 'nextHit':
      return again(state, 1, page)
    case 'previousHit':
      return again(state, -1, page)
    default:
      return { ...state, wish: { kind: command } }
  }
}

/** What a person said: a subagent is told what to do in turns of the same kind. */
function isPrompt(turn: number, page: Page): boolean {
  const kind = page.kindOf(turn)
  return (kind === 'user' || kind === 'command') && page.asideOf(turn) === null
}

/** The turn at the top, or the aside whose line is there, opened, or folded again. */
function openedAtTop(state: ViewerState, page: Page): Partial<Folds> {
  const { turn, part } = state.top
  const aside = page.asideOf(turn)
  if (aside && page.blockOf(turn, part, state) === asideBlock)
    return { otherAsides: toggled(state.otherAsides, asideName(aside)) }
  return { openTurns: toggled(state.openTurns, turn) }
}

/** What was at the top stays there. */
function refolded(state: ViewerState, change: Partial<Folds>, page: Page): ViewerState {
  const next = { ...state, ...change }
  return within({ ...next, top: keptInSight(state.top, page, state, next) }, page)
}

/** The same with the top where there is something to be seen. */
function within(state: ViewerState, page: Page): ViewerState {
  return { ...state, top: movedBy(state.top, 0, page, state) }
}

function toTurn(
  state: ViewerState,
  by: 1 | -1,
  page: Page,
  isWanted: (turn: number) => boolean,
): ViewerState {
  const turn = turnFrom(state.top, by, page, { folds: state, isWanted })
  if (turn === undefined) return { ...state, note: by === 1 ? 'no further turn' : 'no earlier turn' }
  const top = movedBy({ turn, part: 0, row: 0 }, 0, page, state)
  // The last turns fit on the screen together: then the end is shown.
  const isSame = top.turn === state.top.turn && top.part === state.top.part && top.row === state.top.row
  return {
    ...state,
    ...stopped(state),
    top,
    follows: false,
    note: isSame && by === 1 ? 'no further turn' : null,
  }
}

function settled(state: ViewerState, numberOf: (turn: number) => number, page: Page): ViewerState {
  const number = (turn: number) => (turn < 0 ? numberOf(turn) : turn)
  const top = { ...state.top, turn: number(state.top.turn) }
  const openTurns = new Set([...state.openTurns].map(number))
  const otherAsides = new Set([...state.otherAsides].map(turn => page.asideOf(number(turn))?.first ?? turn))
  const next = { ...state, top, openTurns, otherAsides }
  return next.follows ? { ...next, top: bottomFrom(top.turn, page, next) } : within(next, page)
}
