import { withAllOf } from './folds.ts'
import { keptInSight, movedBy, type Page, type Position } from './position.ts'
import type { Search, ViewerState } from './state.ts'

/** Begins to search for what was typed. */
export function found(state: ViewerState, typed: string, page: Page): ViewerState {
  const term = typed.trim().toLowerCase()
  if (term === '') return { ...state, typed: null, search: null }
  const from = topAsSearched(state, page)
  const search: Search = { term, from, isFirst: true, by: 1, isRunning: true, hit: null }
  return { ...state, typed: null, search }
}

/** Where the top is when everything of its turn is open, as it is searched. */
function topAsSearched(state: ViewerState, page: Page): Position {
  const open = withAllOf(state, state.top.turn, page.asideOf(state.top.turn))
  return keptInSight(state.top, page, state, open)
}

/** Looks for the next place, or the one before. */
export function again(state: ViewerState, by: 1 | -1, page: Page): ViewerState {
  if (!state.search) return { ...state, note: 'nothing to search for: / asks' }
  // The next place after one that is still being looked for can't be known.
  if (state.search.isRunning) return state
  const from = state.search.hit ?? topAsSearched(state, page)
  return { ...state, note: null, search: { ...state.search, from, by, isFirst: false, isRunning: true } }
}

/** Shows what was found, a little below the top, with its turn open: it may be folded. */
export function hit(state: ViewerState, at: Position, page: Page): ViewerState {
  if (!state.search?.isRunning) return state
  const opened = withAllOf(state, at.turn, page.asideOf(at.turn))
  const top = movedBy(movedBy(at, 0, page, opened), -Math.floor(page.height / 3), page, opened)
  return {
    ...opened,
    top,
    follows: false,
    note: null,
    search: { ...state.search, isRunning: false, hit: at },
  }
}

/** There is none. */
export function missed(state: ViewerState): ViewerState {
  if (!state.search?.isRunning) return state
  const { term, by, hit } = state.search
  const more = hit === null ? '' : by === 1 ? ' further down' : ' further up'
  return { ...state, note: `not found${more}: ${term}`, search: { ...state.search, isRunning: false } }
}

/** Whoever goes elsewhere meanwhile is not led away from there. */
export function stopped({ search }: ViewerState): Pick<ViewerState, 'search'> {
  return { search: search?.isRunning ? { ...search, isRunning: false } : search }
}
