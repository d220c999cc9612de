import { Box, Text } from 'ink'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { truncateText } from '../../../base/text-width.ts'
import type { Stroke } from '../../parts/key-queue.ts'
import { useHasColor } from '../../parts/palette.tsx'
import { useStrokes } from '../../parts/screen-keys.ts'
import { useLiveReducer } from '../../parts/use-live-reducer.ts'
import type { ScreenProps } from '../../screen.ts'
import { act } from './actions.ts'
import { type BookRow, isGone } from './book.ts'
import { Bottom, bottomLines } from './bottom.tsx'
import { columnsFor, headLine, rowLine } from './columns.ts'
import { Detail, emptyText, Top } from './frame.tsx'
import { topFor } from './list-window.ts'
import { readingOf } from './reading.ts'
import { HitLine, RowLine } from './rows.tsx'
import { leadsAway, sessionsReducer, startState, type View } from './state.ts'
import { listedOf, movedTo, useSessionList } from './use-session-list.ts'

/** All sessions of all machines: to find one, read it, resume it, and say something of it. */
export function SessionsScreen({
  data,
  missing,
  size,
  isActive,
  query: firstQuery,
  ...go
}: ScreenProps & { readonly query?: string | undefined }) {
  const { sessions, clock } = data
  const [first] = useState(() => startState(firstQuery))
  const [state, dispatch, latest] = useLiveReducer(sessionsReducer, first)
  const { list, known, text, odd } = useSessionList(data, state)
  const { rows, hits, said } = list

  // The cursor stays on its session when others come in above it: before a frame shows the new list, not after.
  const [drawn, setDrawn] = useState(list)
  if (drawn !== list) {
    setDrawn(list)
    const moved = movedTo(drawn, list, state)
    if (moved) dispatch(moved)
  }

  // The list gets what is left; where that is hardly anything, what can be done without goes first.
  const hasHeader = size.rows >= 7
  const hasHead = size.rows >= 10
  const hasDetail = size.rows >= 12
  const hasMissing = size.rows >= 14 && missing !== undefined && missing !== known.trouble
  const bottom = bottomLines(state, size)
  const extras = [hasHeader, hasHead, hasDetail, hasMissing].filter(Boolean).length
  const height = Math.max(1, size.rows - 1 - extras - (bottom?.length ?? 1))
  const rowAt = (position: number) => rows[hits[position] ?? -1]
  const view: View = {
    count: hits.length,
    height,
    linesOf: position => (said.has(rowAt(position)?.id ?? '') ? 2 : 1),
    asked: list.asked,
    idAt: position => rowAt(position)?.id,
  }
  const cursor = Math.min(state.cursor, Math.max(0, hits.length - 1))
  const top = topFor({ top: state.top, cursor }, view)
  const row = rowAt(cursor)
  const selected = useMemo(() => listedOf(state.selected, list), [state.selected, list])

  const take = (stroke: Stroke) => {
    // What comes behind a key that leads away is for the screen that it leads to.
    if (leadsAway(latest())) return false
    dispatch(
      stroke.kind === 'key'
        ? { type: 'key', name: stroke.name, view }
        : { type: 'pasted', text: stroke.text },
    )
    return true
  }
  useStrokes(take, { isActive, isLeaving: leadsAway(state) })

  // Only now, as the list shows what was typed before the key: several come in one tick. And one at a time, as what
  // one does, the next must find done.
  useEffect(() => {
    const [pending] = state.pending
    if (!pending) return
    dispatch({ type: 'handled' })
    const rowOf = (id: string) => rows.find(candidate => candidate.id === id)
    const target =
      pending.id === undefined
        ? rowAt(Math.min(pending.cursor, Math.max(0, hits.length - 1)))
        : rowOf(pending.id)
    const ids = selected.length > 0 ? selected : target ? [target.id] : []
    const reading = (of: BookRow) => readingOf(of, said.get(of.id))
    const listed = () => hits.flatMap(at => rows[at] ?? []).map(reading)
    act(pending, {
      ...go,
      data,
      state,
      latest,
      row: target,
      ids,
      areSelected: selected.length > 0,
      listed,
      reading,
      rowOf,
      dispatch,
      reload: sessions.book.reload,
    })
  })

  const shown = useMemo(() => columnsFor(size.columns), [size.columns])
  const nowMs = data.now()
  const lineOf = (of: BookRow) =>
    rowLine(of, shown, {
      clock,
      nowMs,
      isGone: isGone(of, known, sessions.here.machineId),
      isSelected: state.selected.has(of.id),
    })
  const hasStyles = useHasColor()
  const lines: ReactNode[] = []
  for (let position = top; position < hits.length && lines.length < height; position++) {
    const of = rowAt(position)
    if (!of) continue
    const isCursor = position === cursor
    const isLit = state.focus === 'list'
    lines.push(<RowLine key={lines.length} line={lineOf(of)} isCursor={isCursor} isLit={isLit} />)
    const hit = said.get(of.id)
    if (hit && lines.length < height)
      lines.push(<HitLine key={lines.length} hit={hit} columns={size.columns} hasStyles={hasStyles} />)
  }
  return (
    <Box flexDirection="column" height={size.rows} width={size.columns}>
      <Top
        {...{
          state,
          selected: selected.length,
          known,
          list,
          text,
          odd,
          here: sessions.here,
          columns: size.columns,
          hasHeader,
        }}
      />
      {hasHead && (
        <Box flexShrink={0}>
          <Text dimColor wrap="truncate-end">
            {headLine(shown)}
          </Text>
        </Box>
      )}
      <Box flexDirection="column" height={height} flexShrink={0} overflow="hidden">
        {lines.length > 0 ? lines : <Text dimColor>{emptyText(known)}</Text>}
      </Box>
      {hasMissing && (
        <Box flexShrink={0}>
          <Text dimColor wrap="truncate-end">
            {truncateText(missing, size.columns)}
          </Text>
        </Box>
      )}
      {hasDetail && <Detail row={row} known={known} here={sessions.here} columns={size.columns} />}
      <Bottom state={state} lines={bottom} columns={size.columns} />
    </Box>
  )
}
