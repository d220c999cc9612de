import { useEffect } from 'react'
import type { Conversation } from '../../../transcripts/conversation.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import type { TranscriptData } from '../../transcripts.ts'
import type { ViewerEvent } from './state.ts'

/** Bytes that are read between two keys. */
const stepBytes = 1 << 18
/** The first screen is drawn before the rest is read. */
const firstDrawnMs = 50
/** How often is said how far it is. */
const tellMs = 250

/** Reads the rest of a transcript behind the screen, and on when its file grows. */
export function useReadOn(
  data: TranscriptData,
  conversation: Conversation,
  dispatch: (event: ViewerEvent) => void,
): void {
  useEffect(() => {
    let isWanted = true
    let isReading = false
    let toldAt = performance.now()
    const step = () => {
      if (!isWanted) return
      try {
        isReading = conversation.readOn(stepBytes)
      } catch (error) {
        isReading = false
        dispatch({ type: 'note', text: troubleText(error) })
        return
      }
      if (isReading) setImmediate(step)
      else dispatch({ type: 'settled', numberOf: turn => conversation.settled(turn) })
      if (!isReading || performance.now() - toldAt > tellMs) {
        toldAt = performance.now()
        dispatch({ type: 'changed' })
      }
    }
    const begin = () => {
      if (isReading) return
      isReading = true
      setImmediate(step)
    }
    const timer = setTimeout(begin, firstDrawnMs)
    const stop = data.onTranscriptChange(conversation, () => {
      const change = conversation.refresh()
      if (change === 'gone')
        dispatch({ type: 'note', text: 'the file is gone; what it held can still be read' })
      if (change === 'replaced') dispatch({ type: 'replaced' })
      if (change === 'grown' || change === 'replaced') begin()
    })
    return () => {
      isWanted = false
      clearTimeout(timer)
      stop()
    }
  }, [data, conversation, dispatch])
}
