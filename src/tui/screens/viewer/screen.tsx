import { Box, Text, useInput } from 'ink'
import { useEffect, useRef, useState } from 'react'
import { truncateText } from '../../../base/text-width.ts'
import type { TranscriptName } from '../../../features/sessions/locate-transcript.ts'
import type { TuiData } from '../../data.ts'
import { Header } from '../../parts/header.tsx'
import { KeyHints } from '../../parts/key-hints.tsx'
import { useKeys } from '../../parts/keys.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import type { ScreenProps } from '../../screen.ts'
import type { TranscriptData } from '../../transcripts.ts'
import { viewerKeys } from './keys.ts'
import { type Position, start } from './position.ts'
import { Reader, type ReaderProps } from './reader.tsx'

/** What is needed to draw one: its file, and how Markdown is drawn. */
export type Ready = Pick<ReaderProps, 'conversation' | 'markdown'>

interface Opened {
  readonly ready: Ready | undefined
  readonly trouble: string | undefined
}

export interface ViewerProps extends Pick<ScreenProps, 'size' | 'isActive' | 'onBack'> {
  readonly data: TranscriptData & Pick<TuiData, 'clock'>
  readonly transcripts: readonly TranscriptName[]
  /** The first one, where it was opened before: it is drawn at once, and closed here. */
  readonly ready?: Ready
}

/** Transcripts to be read one after the other; those of subagents open on top of their parents'. */
export function ViewerScreen(props: ViewerProps) {
  // Somebody listens all the time: from one transcript to the next the terminal would else leave its raw mode.
  useInput(() => undefined, { isActive: props.isActive })
  const [current, setCurrent] = useState(0)
  const [agents, setAgents] = useState<readonly TranscriptName[]>([])
  const [places, setPlaces] = useState<ReadonlyMap<string, Position>>(new Map())
  const ready = useRef(props.ready)
  const name = agents.at(-1) ?? props.transcripts[current] ?? { sessionId: '' }
  const key = JSON.stringify([name.sessionId, name.agentId])
  const leave = (top: Position) => setPlaces(known => new Map(known).set(key, top))
  const count = props.transcripts.length
  return (
    <OneTranscript
      key={key}
      {...props}
      name={name}
      place={places.get(key) ?? start}
      ready={ready.current}
      ordinal={count > 1 ? `${current + 1}/${count}` : ''}
      onBack={() => (agents.length > 0 ? setAgents(pile => pile.slice(0, -1)) : props.onBack())}
      onMove={by => {
        setAgents([])
        setCurrent(at => Math.min(Math.max(at + by, 0), count - 1))
      }}
      onAgent={agentId => setAgents(pile => [...pile, { sessionId: name.sessionId, agentId }])}
      onLeave={top => {
        ready.current = undefined
        leave(top)
      }}
    />
  )
}

interface OneTranscriptProps extends Omit<ViewerProps, 'ready'> {
  readonly ready: Ready | undefined
  readonly name: TranscriptName
  readonly place: Position
  readonly ordinal: string
  readonly onMove: (by: 1 | -1) => void
  readonly onAgent: (agentId: string) => void
  readonly onLeave: (top: Position) => void
}

function OneTranscript(props: OneTranscriptProps) {
  const { ready, trouble } = useTranscript(props)
  if (ready) return <Reader {...props} {...ready} />
  return <NoTranscript {...props} note={trouble ?? ''} />
}

/** Opens a transcript, and closes it when it is left. */
function useTranscript({ data, name, ready }: OneTranscriptProps): Opened {
  const given = useRef(ready)
  const [opened, setOpened] = useState<Opened>({ ready, trouble: undefined })
  // The name is an object made anew; what it says stays the same as long as this is mounted.
  const { sessionId, agentId } = name
  useEffect(() => {
    let isWanted = true
    let conversation = given.current?.conversation
    if (conversation) return () => conversation?.close()
    const open = async (): Promise<Ready> => {
      const markdown = import('./markdown-rows.ts')
      conversation = await data.openTranscript({ sessionId, agentId })
      return { conversation, markdown: (await markdown).markdownRows }
    }
    open().then(
      ready => (isWanted ? setOpened({ ready, trouble: undefined }) : ready.conversation.close()),
      (error: unknown) => isWanted && setOpened({ ready: undefined, trouble: troubleText(error) }),
    )
    return () => {
      isWanted = false
      conversation?.close()
    }
  }, [data, sessionId, agentId])
  return opened
}

/** While it is being opened, and where it can't be. */
function NoTranscript({
  size,
  isActive,
  ordinal,
  onBack,
  onMove,
  note,
}: OneTranscriptProps & { note: string }) {
  useKeys(
    viewerKeys,
    command => {
      if (command === 'back') onBack()
      else if (command === 'nextTranscript') onMove(1)
      else if (command === 'previousTranscript') onMove(-1)
    },
    { isActive },
  )
  return (
    <Box flexDirection="column" height={size.rows} width={size.columns}>
      <Header title="Transcript" aside={ordinal} columns={size.columns} />
      <Box flexGrow={1} overflow="hidden">
        <Text>{note === '' ? ' ' : truncateText(note, size.columns * Math.max(1, size.rows - 2))}</Text>
      </Box>
      <KeyHints table={viewerKeys} columns={size.columns} />
    </Box>
  )
}
