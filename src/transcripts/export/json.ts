import { escapeControls } from '../../base/clean-text.ts'
import {
  type Block,
  type Conversation,
  lineCount,
  type ToolResult,
  type Turn,
  turnsOf,
} from '../conversation.ts'

/** A conversation as one JSON object, a turn a piece; fields in docs/schema.md. Texts are whole, pictures are named. */
export function* jsonOf(conversation: Conversation): Generator<string> {
  const turns = turnsOf(conversation)
  let turn = turns.next()
  const { title, lines, malformedLines, otherLines } = conversation.state()
  const { tool, sessionId, agentId } = conversation
  const head = { tool, sessionId, agentId, title, lines, malformedLines, otherLines }
  yield `${toText(head).slice(0, -'\n}'.length)},\n  "turns": [`
  for (let number = 0; !turn.done; number++, turn = turns.next()) {
    yield `${number === 0 ? '' : ','}\n${toText(turnAsFields(turn.value, number))}`
  }
  yield '\n]}\n'
}

function toText(value: object): string {
  return escapeControls(JSON.stringify(value, null, 2))
}

function turnAsFields(turn: Turn, number: number) {
  const { kind, model, tokens, isSidechain, agentId, isError, blocks } = turn
  return {
    number,
    kind,
    at: instant(turn.atMs),
    endAt: instant(turn.endAtMs),
    model,
    tokens: tokens && {
      input: tokens.input,
      output: tokens.output,
      cacheWrite5m: tokens.cacheWrite5m,
      cacheWrite1h: tokens.cacheWrite1h,
      cacheRead: tokens.cacheRead,
      thinking: tokens.thinking,
    },
    isSidechain,
    agentId,
    isError,
    blocks: blocks.map(blockAsFields),
  }
}

function blockAsFields(block: Block) {
  switch (block.kind) {
    case 'tool': {
      const { kind, id, name, input, agentId, result } = block
      return { kind, id, name, input, agentId, result: result && resultAsFields(result) }
    }
    case 'result':
      return { kind: block.kind, id: block.id, result: resultAsFields(block.result) }
    case 'image':
      return { kind: block.kind, name: block.name }
    default:
      return { kind: block.kind, text: block.text }
  }
}

function resultAsFields({ text, isError, images }: ToolResult) {
  return { text, bytes: Buffer.byteLength(text), lines: lineCount(text), isError, images }
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
