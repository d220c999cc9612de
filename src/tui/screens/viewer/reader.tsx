import { Box } from 'ink'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { cleanText } from '../../../base/clean-text.ts'
import type { Conversation } from '../../../transcripts/conversation.ts'
import type { KeyQueue, Stroke } from '../../parts/key-queue.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import { useLiveReducer } from '../../parts/use-live-reducer.ts'
import { withAllOf } from './folds.ts'
import { createLayout, type Layout } from './layout.ts'
import { type Page, type Position, partAfter } from './position.ts'
import { ReaderFooter, ReaderHeader } from './reader-bars.tsx'
import { RowLine } from './row-line.tsx'
import type { Look } from './rows.ts'
import { highlighted, type Row } from './runs.ts'
import type { ViewerProps } from './screen.tsx'
import { findRow } from './search.ts'
import { reduceViewer, type ViewerEvent, type ViewerState, viewerAt } from './state.ts'
import { useReadOn } from './use-read-on.ts'
import { carryOut } from './wishes.ts'

export interface ReaderProps extends Pick<ViewerProps, 'data' | 'size' | 'isActive' | 'onBack' | 'onOpen'> {
  readonly conversation: Conversation
  readonly markdown: Look['markdown']
  readonly keys: KeyQueue
  readonly place: Position
  /** What is searched for at once. */
  readonly find: string | undefined
  /** In place of what the transcript says. */
  readonly title: string | undefined
  readonly ordinal: string
  /** Answers whether there is one there. */
  readonly onMove: (by: 1 | -1) => boolean
  readonly onAgent: (agentId: string) => boolean
  readonly onLeave: (top: Position) => void
}

/** One transcript on the screen: only the rows that are seen are laid out. */
export function Reader(props: ReaderProps) {
  const { conversation, markdown, data, size, keys, isActive, place, onLeave } = props
  const layout = useMemo(
    () => createLayout(conversation, { columns: size.columns, clock: () => data.clock, markdown }),
    [conversation, size.columns, data, markdown],
  )
  const bars = size.rows >= 4 ? 2 : 0
  const page = pageOf(conversation, layout, Math.max(1, size.rows - bars))
  const seen = useRef(page)
  seen.current = page
  const reduce = useCallback(
    (before: ViewerState, event: ViewerEvent) => reduceViewer(before, event, seen.current),
    [],
  )
  const [state, dispatch, latest] = useLiveReducer(reduce, viewerAt(place, props.find))

  useReadOn(data, conversation, dispatch)
  useSearch(conversation, layout, state, dispatch)
  const take = (stroke: Stroke) => {
    const before = latest()
    if (stroke.kind === 'paste') dispatch({ type: 'type', text: cleanText(stroke.text) })
    else {
      // The end is looked at before all that is between has been read.
      if (before.typed === null && (stroke.name === 'end' || stroke.name === 'G')) showEnd(conversation, page)
      dispatch({ type: 'key', name: stroke.name })
    }
    const { wish, top } = latest()
    if (wish && wish !== before.wish) carryOut(wish.kind, props, top, dispatch)
    else if (top.turn < 0 && top.turn - page.height < -page.endTurns) showEnd(conversation, page)
    return true
  }
  const taker = useRef(take)
  taker.current = take
  // Another screen over this one had the keys meanwhile.
  useEffect(() => (isActive ? keys.listen(stroke => taker.current(stroke)) : undefined), [keys, isActive])
  // A new size, or new looks: the row at the top may be another one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the layout that has changed
  useEffect(() => dispatch({ type: 'changed' }), [layout, page.height])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when this transcript is left
  useEffect(() => () => onLeave(latest().top), [])

  const rows = visibleRows(layout, page, state)
  return (
    <Box flexDirection="column" height={size.rows} width={size.columns}>
      {bars > 0 && <ReaderHeader {...props} top={state.top} />}
      <Box flexDirection="column" flexGrow={1} overflow="hidden">
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names, and scrolling only changes their text
          <RowLine key={index} row={highlighted(row, state.search?.term ?? '')} />
        ))}
      </Box>
      {bars > 0 && <ReaderFooter state={state} columns={size.columns} />}
    </Box>
  )
}

function pageOf(conversation: Conversation, layout: Layout, height: number): Page {
  const { partCount, blockOf, kindOf, asideOf } = layout
  return {
    height,
    get turns() {
      return conversation.state().turns
    },
    get endTurns() {
      return conversation.state().isComplete ? 0 : conversation.readEnd(0)
    },
    partCount,
    blockOf,
    kindOf,
    asideOf,
    rowCount: (turn, part, folds) => layout.rows(turn, part, folds).length,
  }
}

/** Reads enough of the end for some screens, and more where those have been gone through. */
function showEnd(conversation: Conversation, page: Page): void {
  if (!conversation.state().isComplete) conversation.readEnd(Math.max(page.height, page.endTurns * 2))
}

function visibleRows(layout: Layout, page: Page, state: ViewerState): Row[] {
  if (page.turns === 0 && state.top.turn >= 0) return []
  const rows: Row[] = []
  let from = state.top.row
  let spot: Omit<Position, 'row'> | undefined = state.top
  while (spot && rows.length < page.height) {
    const all = layout.rows(spot.turn, spot.part, state)
    rows.push(...all.slice(from, from + page.height - rows.length))
    from = 0
    spot = partAfter(spot, page, state)
  }
  return rows
}

function useSearch(
  conversation: Conversation,
  layout: Layout,
  state: ViewerState,
  dispatch: (event: ViewerEvent) => void,
): void {
  const { search } = state
  // biome-ignore lint/correctness/useExhaustiveDependencies: a search goes on with the folds it began with
  useEffect(() => {
    if (!search?.isRunning) return
    let isWanted = true
    const open = (turn: number) => withAllOf(state, turn, layout.asideOf(turn))
    const searched = {
      partCount: (turn: number) => layout.partCount(turn, open(turn)),
      rows: (turn: number, part: number) => layout.rows(turn, part, open(turn)),
    }
    findRow(conversation, search, searched, () => isWanted).then(
      at => isWanted && dispatch(at ? { type: 'hit', at } : { type: 'missed' }),
      (error: unknown) => isWanted && dispatch({ type: 'note', text: troubleText(error) }),
    )
    return () => {
      isWanted = false
    }
  }, [conversation, layout, search])
}
