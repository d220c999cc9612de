import { useCallback, useReducer, useRef } from 'react'

/**
 * As `useReducer`, and `latest` answers the state with all events in it, also before it is drawn: several keys come in one
 * tick, and the second may mean something else after the first.
 */
export function useLiveReducer<State, Event>(
  reduce: (state: State, event: Event) => State,
  first: State,
): readonly [State, (event: Event) => void, () => State] {
  const state = useRef(first)
  const [, redraw] = useReducer((count: number) => count + 1, 0)
  const dispatch = useCallback(
    (event: Event) => {
      state.current = reduce(state.current, event)
      redraw()
    },
    [reduce],
  )
  const latest = useCallback(() => state.current, [])
  return [state.current, dispatch, latest]
}
