import { Box, Text, useInput, usePaste } from 'ink'
import { useEffect, useMemo, useReducer, useRef } from 'react'
import { cleanText } from '../../../base/clean-text.ts'
import { textWidth, truncateText } from '../../../base/text-width.ts'
import type { Conversation } from '../../../transcripts/conversation.ts'
import { Header } from '../../parts/header.tsx'
import { KeyHelp, KeyHints } from '../../parts/key-hints.tsx'
import { keyNames } from '../../parts/keys.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import { viewerKeys } from './keys.ts'
import { createLayout, type Layout } from './layout.ts'
import type { Page, Position } from './position.ts'
import { RowLine } from './row-line.tsx'
import type { Look } from './rows.ts'
import { highlighted, type Row } from './runs.ts'
import type { ViewerProps } from './screen.tsx'
import { findRow, opened } from './search.ts'
import { helpRows, reduceViewer, type ViewerEvent, type ViewerState, viewerAt } from './state.ts'
import { useReadOn } from './use-read-on.ts'

export interface ReaderProps extends Pick<ViewerProps, 'data' | 'size' | 'isActive' | 'onBack'> {
  readonly conversation: Conversation
  readonly markdown: Look['markdown']
  readonly place: Position
  readonly ordinal: string
  readonly onMove: (by: 1 | -1) => void
  readonly onAgent: (agentId: string) => void
  readonly onLeave: (top: Position) => void
}

/** One transcript on the screen: only the rows that are seen are laid out. */
export function Reader(props: ReaderProps) {
  const { conversation, markdown, data, size, isActive, place, onLeave } = props
  const layout = useMemo(
    () => createLayout(conversation, { columns: size.columns, clock: () => data.clock, markdown }),
    [conversation, size.columns, data, markdown],
  )
  const bars = size.rows >= 4 ? 2 : 0
  const page = pageOf(conversation, layout, Math.max(1, size.rows - bars))
  const [state, dispatch] = useReducer(
    (before: ViewerState, event: ViewerEvent) => reduceViewer(before, event, page),
    place,
    viewerAt,
  )

  useReadOn(data, conversation, dispatch)
  useSearch(conversation, layout, state, dispatch)
  useWishes(props, state, dispatch)
  useInput(
    (input, key) => {
      for (const name of keyNames(input, key)) {
        // The end is looked at before all that is between has been read.
        if (state.typed === null && (name === 'end' || name === 'G')) showEnd(conversation, page)
        dispatch({ type: 'key', name })
      }
      if (state.top.turn < 0 && state.top.turn - page.height < -page.endTurns) showEnd(conversation, page)
    },
    { isActive },
  )
  usePaste(text => dispatch({ type: 'type', text: cleanText(text) }), { isActive })
  // A new size, or new looks: the row at the top may be another one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the layout that has changed
  useEffect(() => dispatch({ type: 'changed' }), [layout, page.height])
  const top = useRef(state.top)
  top.current = state.top
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when this transcript is left
  useEffect(() => () => onLeave(top.current), [])

  const rows = visibleRows(layout, page, state)
  return (
    <Box flexDirection="column" height={size.rows} width={size.columns}>
      {bars > 0 && <ReaderHeader {...props} top={state.top} />}
      <Box flexDirection="column" flexGrow={1} overflow="hidden">
        {state.helpPage !== null ? (
          <ViewerHelp helpPage={state.helpPage} page={page} />
        ) : (
          rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names, and scrolling only changes their text
            <RowLine key={index} row={highlighted(row, state.search?.term ?? '')} />
          ))
        )}
      </Box>
      {bars > 0 && <ReaderFooter state={state} columns={size.columns} />}
    </Box>
  )
}

function pageOf(conversation: Conversation, layout: Layout, height: number): Page {
  return {
    height,
    get turns() {
      return conversation.state().turns
    },
    get endTurns() {
      return conversation.state().isComplete ? 0 : conversation.readEnd(0)
    },
    rowCount: (turn, folds) => layout.rows(turn, folds).length,
    kindOf: turn => conversation.kindOf(turn),
  }
}

/** Reads enough of the end for some screens, and more where those have been gone through. */
function showEnd(conversation: Conversation, page: Page): void {
  if (!conversation.state().isComplete) conversation.readEnd(Math.max(page.height, page.endTurns * 2))
}

function visibleRows(layout: Layout, page: Page, state: ViewerState): Row[] {
  const rows: Row[] = []
  const end = state.top.turn < 0 ? 0 : page.turns
  for (let turn = state.top.turn; turn < end && rows.length < page.height; turn++) {
    const all = layout.rows(turn, state)
    rows.push(...all.slice(turn === state.top.turn ? state.top.row : 0).slice(0, page.height - rows.length))
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
    const rowsOf = (turn: number) => layout.rows(turn, opened(state, turn))
    findRow(conversation, search, rowsOf, () => isWanted).then(
      at => isWanted && dispatch(at ? { type: 'hit', at } : { type: 'missed' }),
      (error: unknown) => isWanted && dispatch({ type: 'note', text: troubleText(error) }),
    )
    return () => {
      isWanted = false
    }
  }, [conversation, layout, search])
}

/** Carries out what is not a matter of the state. */
function useWishes(
  { conversation, data, onBack, onMove, onAgent }: ReaderProps,
  state: ViewerState,
  dispatch: (event: ViewerEvent) => void,
): void {
  const save = (format: 'md' | 'json') => {
    dispatch({ type: 'note', text: 'saving…' })
    data.saveTranscript(conversation, format).then(
      file => dispatch({ type: 'note', text: `saved: ${cleanText(file)}` }),
      (error: unknown) => dispatch({ type: 'note', text: troubleText(error) }),
    )
  }
  const openAgent = () => {
    const calls = conversation.turn(state.top.turn).blocks
    const agent = calls.map(block => (block.kind === 'tool' ? block.agentId : null)).find(id => id !== null)
    if (agent === undefined) dispatch({ type: 'note', text: 'the turn at the top started no subagent' })
    else onAgent(agent)
  }
  const { wish } = state
  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish is carried out once
  useEffect(() => {
    if (wish?.kind === 'back') onBack()
    else if (wish?.kind === 'nextTranscript') onMove(1)
    else if (wish?.kind === 'previousTranscript') onMove(-1)
    else if (wish?.kind === 'subagent') openAgent()
    else if (wish) save(wish.kind === 'saveMarkdown' ? 'md' : 'json')
  }, [wish])
}

function ReaderHeader({ conversation, ordinal, size, top }: ReaderProps & { top: Position }) {
  const { title, turns, isComplete, readBytes, size: bytes } = conversation.state()
  const { sessionId, agentId } = conversation
  const name = cleanText(title ?? `Session ${sessionId}`)
  const share = bytes > 0 ? Math.floor((100 * readBytes) / bytes) : 100
  const place =
    top.turn < 0
      ? `${-top.turn} from the end`
      : `turn ${Math.min(top.turn + 1, turns)}/${turns}${isComplete ? '' : '+'}`
  const aside = [place, isComplete ? '' : `read ${share} %`, ordinal].filter(part => part !== '').join(' · ')
  const titled = agentId === null ? name : `subagent ${cleanText(agentId)} · ${name}`
  return (
    <Header
      title={truncateText(titled, Math.max(4, size.columns - textWidth(aside) - 2))}
      aside={aside}
      columns={size.columns}
    />
  )
}

/** As many keys as fit; the key that asked for them shows the rest. */
function ViewerHelp({ helpPage, page }: { helpPage: number; page: Page }) {
  const rows = helpRows(page)
  const pages = Math.ceil(viewerKeys.length / rows)
  const title = pages > 1 ? `Keys ${helpPage + 1}/${pages} (? goes on)` : 'Keys'
  return <KeyHelp table={viewerKeys.slice(helpPage * rows, (helpPage + 1) * rows)} title={title} />
}

function ReaderFooter({ state, columns }: { state: ViewerState; columns: number }) {
  if (state.typed !== null) return <Text wrap="truncate-start">{`/${cleanText(`${state.typed}█`)}`}</Text>
  if (state.search?.isRunning)
    return <Text wrap="truncate-end">{`searching: ${cleanText(state.search.term)} (Esc stops)`}</Text>
  if (state.note !== null)
    return (
      <Text color="yellow" wrap="truncate-end">
        {truncateText(cleanText(state.note), columns)}
      </Text>
    )
  return <KeyHints table={viewerKeys} columns={columns} />
}
