import { cleanText } from '../../../base/clean-text.ts'
import type { Conversation } from '../../../transcripts/conversation.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import { viewerKeys } from './keys.ts'
import type { Position } from './position.ts'
import type { ReaderProps } from './reader.tsx'
import type { ViewerEvent, ViewerWish } from './state.ts'

/** Does what is not a matter of the state. */
export function carryOut(
  wish: ViewerWish,
  { conversation, data, onBack, onOpen, onMove, onAgent }: ReaderProps,
  top: Position,
  dispatch: (event: ViewerEvent) => void,
): void {
  const tell = (text: string) => dispatch({ type: 'note', text })
  const save = (format: 'md' | 'json') => {
    tell('saving…')
    data.saveTranscript(conversation, format).then(
      file => tell(`saved: ${cleanText(file)}`),
      (error: unknown) => tell(troubleText(error)),
    )
  }
  switch (wish) {
    case 'back':
      onBack()
      break
    case 'nextTranscript':
      if (!onMove(1)) tell('no further transcript was opened')
      break
    case 'previousTranscript':
      if (!onMove(-1)) tell('no transcript was opened before this one')
      break
    case 'subagent': {
      const agent = agentAt(conversation, top)
      if (agent === undefined) tell('the turn at the top started no subagent')
      else if (!onAgent(agent)) tell('this is its transcript')
      break
    }
    case 'help':
      onOpen({ screen: 'help', sections: [{ title: 'Keys of the viewer', table: viewerKeys }] })
      break
    case 'saveMarkdown':
      save('md')
      break
    case 'saveJson':
      save('json')
      break
    default:
      wish satisfies never
  }
}

function agentAt(conversation: Conversation, { turn }: Position): string | undefined {
  if (conversation.state().turns === 0 && turn >= 0) return undefined
  for (const block of conversation.turn(turn).blocks)
    if (block.kind === 'tool' && block.agentId !== null) return block.agentId
  return undefined
}
