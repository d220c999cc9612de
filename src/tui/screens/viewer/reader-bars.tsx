import { Text } from 'ink'
import { cleanText } from '../../../base/clean-text.ts'
import { textWidth, truncateText } from '../../../base/text-width.ts'
import { Header } from '../../parts/header.tsx'
import { KeyHints } from '../../parts/key-hints.tsx'
import { viewerKeys } from './keys.ts'
import type { Position } from './position.ts'
import type { ReaderProps } from './reader.tsx'
import type { ViewerState } from './state.ts'

/** With less room the title is alone in its line. */
const leastTitle = 10

/** What is shown, and where in it one is. */
export function ReaderHeader({
  conversation,
  title: given,
  ordinal,
  size,
  top,
}: Pick<ReaderProps, 'conversation' | 'title' | 'ordinal' | 'size'> & { top: Position }) {
  const { title, turns, isComplete, readBytes, size: bytes } = conversation.state()
  const { sessionId, agentId } = conversation
  const name = cleanText(given ?? title ?? `Session ${sessionId}`)
  const share = bytes > 0 ? Math.floor((100 * readBytes) / bytes) : 100
  const place =
    top.turn < 0
      ? `${-top.turn} from the end`
      : `turn ${Math.min(top.turn + 1, turns)}/${turns}${isComplete ? '' : '+'}`
  const aside = [place, isComplete ? '' : `read ${share} %`, ordinal].filter(part => part !== '').join(' · ')
  const titled = agentId === null ? name : `subagent ${cleanText(agentId)} · ${name}`
  const room = size.columns - textWidth(aside) - 2
  return (
    <Header
      title={room < leastTitle ? titled : truncateText(titled, room)}
      aside={aside}
      columns={size.columns}
    />
  )
}

/** What is typed, what is being done, what came of it; else the keys. */
export function ReaderFooter({ state, columns }: { state: ViewerState; columns: number }) {
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
