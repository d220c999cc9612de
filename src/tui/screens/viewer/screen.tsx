import { Box, Text } from 'ink'
import { useEffect, useRef, useState } from 'react'
import { truncateText } from '../../../base/text-width.ts'
import type { TranscriptName } from '../../../features/sessions/locate-transcript.ts'
import type { TuiData } from '../../data.ts'
import { Header } from '../../parts/header.tsx'
import { KeyHints } from '../../parts/key-hints.tsx'
import { commandOf } from '../../parts/keys.ts'
import { useScreenKeys } from '../../parts/screen-keys.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import type { PlacedProps } from '../../pile.tsx'
import type { TranscriptData } from '../../transcripts.ts'
import { viewerKeys } from './keys.ts'
import { type Position, start } from './position.ts'
import { Reader, type ReaderProps } from './reader.tsx'

/** What is needed to draw one: its file, and how Markdown is drawn. */
export type Ready = Pick<ReaderProps, 'conversation' | 'markdown'>

/** A transcript that is to be read. */
export interface TranscriptToRead extends TranscriptName {
  /** What its person calls the session; undefined: as the transcript says. */
  readonly title?: string | undefined
  /** What is searched for at first. */
  readonly find?: string | undefined
  /** The subagent in whose transcript that is. */
  readonly foundIn?: string | undefined
}

interface Opened {
  readonly ready: Ready | undefined
  readonly trouble: string | undefined
}

export interface ViewerProps extends PlacedProps {
  readonly data: TranscriptData & Pick<TuiData, 'clock'>
  readonly transcripts: readonly TranscriptToRead[]
  /** Which of them is shown first. */
  readonly at?: number | undefined
  /** That one, where it was opened before: it is drawn at once, and closed here. */
  readonly ready?: Ready
}

/** Transcripts to be read one after the other; those of subagents open on top of their parents'. */
export function ViewerScreen(props: ViewerProps) {
  const { transcripts, isActive, onBack } = props
  const keys = useScreenKeys({ isActive })
  const [current, setCurrent] = useState(props.at ?? 0)
  const [agents, setAgents] = useState(() => foundBelow(transcripts[current]))
  const [places, setPlaces] = useState<ReadonlyMap<string, Position>>(new Map())
  const ready = useRef(props.ready)
  const name = agents.at(-1) ?? transcripts[current] ?? { sessionId: '' }
  const key = keyOf(name)
  const isNew = !places.has(key)
  /** Another one: what is typed from now on is meant for that. Answers whether it is one. */
  const goTo = (at: number, pile: readonly TranscriptToRead[]): boolean => {
    const next = pile.at(-1) ?? transcripts[at]
    if (!next || keyOf(next) === key) return false
    keys.hold()
    setCurrent(at)
    setAgents(pile)
    return true
  }
  return (
    <OneTranscript
      key={key}
      {...props}
      name={name}
      keys={keys}
      place={places.get(key) ?? start}
      find={isNew && name.foundIn === undefined ? name.find : undefined}
      title={name.title}
      ready={ready.current}
      ordinal={transcripts.length > 1 ? `${current + 1}/${transcripts.length}` : ''}
      onBack={() => {
        if (agents.length === 0 || !goTo(current, agents.slice(0, -1))) onBack()
      }}
      onMove={by => goTo(current + by, foundBelow(transcripts[current + by]))}
      onAgent={agentId => goTo(current, [...agents, { sessionId: name.sessionId, agentId }])}
      onLeave={top => {
        ready.current = undefined
        setPlaces(known => new Map(known).set(key, top))
      }}
    />
  )
}

/** The subagent's transcript that is to be shown over the session's own. */
function foundBelow(transcript: TranscriptToRead | undefined): readonly TranscriptToRead[] {
  if (transcript?.foundIn === undefined) return []
  const { sessionId, title, find, foundIn } = transcript
  return [{ sessionId, agentId: foundIn, title, find }]
}

function keyOf({ sessionId, agentId }: TranscriptName): string {
  return JSON.stringify([sessionId, agentId])
}

interface OneTranscriptProps extends Omit<ReaderProps, 'conversation' | 'markdown'> {
  readonly name: TranscriptName
  readonly ready: Ready | undefined
}

function OneTranscript(props: OneTranscriptProps) {
  const { ready, trouble } = useTranscript(props)
  if (ready) return <Reader {...props} {...ready} />
  return <NoTranscript {...props} trouble={trouble} />
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

interface NoTranscriptProps extends OneTranscriptProps {
  /** Undefined: it is being opened. */
  readonly trouble: string | undefined
}

/** While it is being opened, and where it can't be. */
function NoTranscript(props: NoTranscriptProps) {
  const { size, ordinal, trouble } = props
  useWaysOut(props)
  const room = size.columns * Math.max(1, size.rows - 2)
  return (
    <Box flexDirection="column" height={size.rows} width={size.columns}>
      <Header title="Transcript" aside={ordinal} columns={size.columns} />
      <Box flexGrow={1} overflow="hidden">
        <Text>{truncateText(trouble ?? ' ', room)}</Text>
      </Box>
      <KeyHints table={viewerKeys} columns={size.columns} />
    </Box>
  )
}

/** Only leads away; other keys wait for the transcript, if one is to come. */
function useWaysOut({ keys, trouble, onBack, onMove }: NoTranscriptProps): void {
  const ways = useRef({ onBack, onMove })
  ways.current = { onBack, onMove }
  const isOpening = trouble === undefined
  useEffect(
    () =>
      keys.listen(stroke => {
        const command = stroke.kind === 'key' ? commandOf(viewerKeys, stroke.name) : undefined
        if (command === 'back') ways.current.onBack()
        else if (command === 'nextTranscript') ways.current.onMove(1)
        else if (command === 'previousTranscript') ways.current.onMove(-1)
        else return !isOpening
        return true
      }),
    [keys, isOpening],
  )
}
