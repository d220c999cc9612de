import { Box, Text, useInput, usePaste } from 'ink'
import { memo, useEffect, useMemo, useReducer, useRef, useState, useSyncExternalStore } from 'react'
import { KeyHelp } from '../../parts/key-hints.tsx'
import { keyNames } from '../../parts/keys.ts'
import type { ScreenProps } from '../../screen.ts'
import { act } from './actions.ts'
import { type BookRow, createSessionBook, isGone } from './book.ts'
import { columnsFor, headLine, rowLine } from './columns.ts'
import { Bottom, Detail, Top } from './frame.tsx'
import { listKeys, searchKeys } from './keys.ts'
import { findHits, parseQuery, scopeTest } from './query.ts'
import { sessionsReducer, startState, topFor } from './state.ts'

/** All sessions of all machines: to find one, read it, resume it, and say something of it. */
export function SessionsScreen({
  data,
  size,
  isActive,
  query: firstQuery,
  ...go
}: ScreenProps & { readonly query?: string | undefined }) {
  const { sessions, clock } = data
  const [book] = useState(() => createSessionBook(sessions))
  const known = useSyncExternalStore(book.subscribe, book.state)
  const [state, dispatch] = useReducer(sessionsReducer, firstQuery, startState)
  useEffect(() => {
    book.reload()
    return data.onChange(book.reload)
  }, [book, data])

  const { rows } = known
  const { machineId } = sessions.here
  const hits = useMemo(() => {
    const context = { clock, nowMs: data.now(), isGone: (row: BookRow) => isGone(row, known, machineId) }
    return findHits(known.rows, parseQuery(state.query, context), {
      scope: scopeTest(state.scope, sessions.here),
    })
  }, [known, state.query, state.scope, clock, data, sessions.here, machineId])

  // The list gets what is left; where that is hardly anything, what can be done without goes first.
  const hasHeader = size.rows >= 7
  const hasHead = size.rows >= 10
  const hasDetail = size.rows >= 12
  const height = Math.max(1, size.rows - 2 - Number(hasHeader) - Number(hasHead) - Number(hasDetail))
  const view = { count: hits.length, height }
  const cursor = Math.min(state.cursor, Math.max(0, hits.length - 1))
  const top = topFor({ top: state.top, cursor }, view)
  const rowAt = (position: number) => rows[hits[position] ?? -1]
  const row = rowAt(cursor)

  useInput(
    (input, key) => {
      for (const name of keyNames(input, key)) dispatch({ type: 'key', name, view })
    },
    { isActive },
  )
  usePaste(text => dispatch({ type: 'pasted', text }), { isActive })

  // After a reading the cursor stays on the session it was on; at the top it stays there, where news comes in.
  const last = useRef({ rows, id: row?.id })
  useEffect(() => {
    const { rows: before, id } = last.current
    if (before !== rows && id !== undefined && cursor > 0 && row?.id !== id) {
      const moved = hits.findIndex(hit => rows[hit]?.id === id)
      last.current = { rows, id: moved < 0 ? row?.id : id }
      if (moved >= 0) dispatch({ type: 'shifted', cursor: moved })
    } else last.current = { rows, id: row?.id }
  }, [rows, row, cursor, hits])

  // Only now, as the list shows what was typed before the key: several come in one tick. And one at a time, as what
  // one does, the next must find done.
  useEffect(() => {
    const [pending] = state.pending
    if (!pending) return
    dispatch({ type: 'handled' })
    const rowOf = (id: string) => rows.find(candidate => candidate.id === id)
    const target = rowAt(Math.min(pending.cursor, Math.max(0, hits.length - 1)))
    const ids = state.selected.size > 0 ? [...state.selected] : target ? [target.id] : []
    act(pending, { ...go, data, state, row: target, ids, rowOf, dispatch, reload: book.reload })
  })

  const shown = useMemo(() => columnsFor(size.columns), [size.columns])
  const nowMs = data.now()
  const lineOf = (of: BookRow) =>
    rowLine(of, shown, {
      clock,
      nowMs,
      isGone: isGone(of, known, machineId),
      isSelected: state.selected.has(of.id),
    })
  const lines = hits.slice(top, top + height).flatMap((hit, line) => {
    const of = rows[hit]
    return of ? [{ line, of }] : []
  })
  if (state.showsHelp)
    return (
      <Box
        flexDirection={size.columns < 80 ? 'column' : 'row'}
        columnGap={4}
        height={size.rows}
        overflow="hidden"
      >
        <KeyHelp table={listKeys} title="Keys in the list" />
        <KeyHelp table={searchKeys} title="Keys in the search line" />
      </Box>
    )
  return (
    <Box flexDirection="column" height={size.rows} width={size.columns}>
      <Top {...{ state, known, hits: hits.length, here: sessions.here, columns: size.columns, hasHeader }} />
      {hasHead && (
        <Box flexShrink={0}>
          <Text dimColor wrap="truncate-end">
            {headLine(shown)}
          </Text>
        </Box>
      )}
      <Box flexDirection="column" height={height} flexShrink={0} overflow="hidden">
        {lines.map(({ line, of }) => (
          <RowLine
            key={line}
            line={lineOf(of)}
            isCursor={top + line === cursor}
            isLit={state.focus === 'list'}
          />
        ))}
      </Box>
      {hasDetail && <Detail row={row} known={known} here={sessions.here} columns={size.columns} />}
      <Bottom state={state} columns={size.columns} />
    </Box>
  )
}

/** Drawn anew only where its text changes: most keys change two lines. */
const RowLine = memo(function RowLine({
  line,
  isCursor,
  isLit,
}: {
  readonly line: string
  readonly isCursor: boolean
  readonly isLit: boolean
}) {
  return (
    <Box flexShrink={0}>
      <Text inverse={isCursor && isLit} bold={isCursor} wrap="truncate-end">
        {(isCursor ? '❯' : ' ') + line}
      </Text>
    </Box>
  )
})
