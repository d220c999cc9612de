import { formatBytes } from '../../base/format.ts'
import type { JsonObject } from '../../base/jsonl.ts'
import type { Block, Turn, TurnKind } from '../conversation.ts'
import { type MessageUsage, mergeObservations } from '../winner.ts'
import { asInstant, asObject, asObjects, asText, isSidechainLine } from './lines.ts'
import { gistOf } from './tool-gist.ts'
import { resultOf } from './tool-result.ts'
import { messageOfLine, syntheticModel } from './usage.ts'
import { blocksOfUser } from './user-blocks.ts'

/** What is read of a turn's lines while they are gone through. */
interface Draft {
  readonly blocks: Block[]
  usage: MessageUsage | null
  model: string | null
  isError: boolean
}

/**
 * Puts a turn together from its lines, in the order of the file. `isMain`: the file is no subagent's own. `length`: bytes of
 * a line that was not read.
 */
export function turnOfLines(
  kind: TurnKind,
  lines: readonly JsonObject[],
  { isMain, length }: { isMain: boolean; length: number },
): Turn {
  const draft: Draft = { blocks: [], usage: null, model: null, isError: false }
  for (const line of lines) {
    if (line.type === 'assistant') addReply(draft, line)
    else if (kind === 'assistant') addResults(draft, line)
    else draft.blocks.push(...blocksOfUser(line))
  }
  if (kind === 'unread') {
    draft.blocks.push({ kind: 'note', text: `a line of ${formatBytes(length)} is not shown` })
  }
  const times = lines.map(line => asInstant(line.timestamp)).filter(at => at !== null)
  const [first] = lines
  const tokens = draft.usage?.[0]
  return {
    kind,
    atMs: times[0] ?? null,
    endAtMs: times.at(-1) ?? null,
    model: draft.model,
    tokens: tokens?.hasUsage ? tokensOf(tokens) : null,
    isSidechain: isMain && first !== undefined && isSidechainLine(first),
    agentId: first === undefined ? null : asText(first.agentId),
    isError: draft.isError,
    blocks: draft.blocks,
  }
}

function tokensOf({ input, output, cacheWrite5m, cacheWrite1h, cacheRead, thinking }: MessageUsage[0]) {
  return { input, output, cacheWrite5m, cacheWrite1h, cacheRead, thinking }
}

/** One line of a reply. Its blocks come once, though a client may have written them again while it streamed. */
function addReply(draft: Draft, line: JsonObject): void {
  const message = asObject(line.message)
  if (message.model !== syntheticModel) {
    const seen = messageOfLine(line, message, '', false)
    draft.usage = draft.usage ? mergeObservations(draft.usage, seen) : seen
    draft.model = draft.usage[0].model
  }
  if (line.isApiErrorMessage === true) draft.isError = true
  if (typeof message.content === 'string') addText(draft, { kind: 'text', text: message.content })
  for (const block of asObjects(message.content)) addReplyBlock(draft, block)
}

function addReplyBlock(draft: Draft, block: JsonObject): void {
  const { type } = block
  if (type === 'text')
    addText(draft, { kind: 'text', text: typeof block.text === 'string' ? block.text : '' })
  else if (type === 'thinking' || type === 'redacted_thinking')
    addText(draft, { kind: 'thinking', text: typeof block.thinking === 'string' ? block.thinking : '' })
  else if (type === 'tool_use' || type === 'server_tool_use') addCall(draft, block)
  else if (asText(block.tool_use_id) !== null) addResult(draft, block, null)
  else draft.blocks.push({ kind: 'note', text: JSON.stringify(block) })
}

/** A text that was there before is the same; one that goes on from the last is that one, streamed further. */
function addText(draft: Draft, block: Extract<Block, { kind: 'text' | 'thinking' }>): void {
  const { blocks } = draft
  if (block.text.trim() === '' && block.kind === 'text') return
  if (block.text !== '' && blocks.some(known => known.kind === block.kind && known.text === block.text))
    return
  const last = blocks.at(-1)
  const goesOn = last?.kind === block.kind && last.text !== '' && block.text.startsWith(last.text)
  if (goesOn) blocks[blocks.length - 1] = block
  else blocks.push(block)
}

function addCall(draft: Draft, block: JsonObject): void {
  const id = asText(block.id)
  const name = asText(block.name) ?? '(none)'
  const call: Block = {
    kind: 'tool',
    id,
    name,
    input: JSON.stringify(block.input ?? null),
    gist: gistOf(block.input),
    result: null,
    agentId: null,
  }
  const at = id === null ? -1 : draft.blocks.findIndex(known => known.kind === 'tool' && known.id === id)
  if (at === -1) draft.blocks.push(call)
  else draft.blocks[at] = call
}

/** A user line whose results belong to calls of this turn, and maybe to calls of others. */
function addResults(draft: Draft, line: JsonObject): void {
  const agentId = asText(asObject(line.toolUseResult).agentId)
  const blocks = asObjects(asObject(line.message).content)
  const isOwn = (block: JsonObject) =>
    draft.blocks.some(known => known.kind === 'tool' && known.id === asText(block.tool_use_id))
  const results = blocks.filter(block => block.type === 'tool_result')
  for (const block of results.filter(isOwn)) addResult(draft, block, agentId)
  // What stands beside results of several turns is shown with the first.
  const [first] = results
  if (!first || !isOwn(first)) return
  for (const block of blocksOfUser(line)) if (block.kind !== 'result') draft.blocks.push(block)
}

function addResult(draft: Draft, block: JsonObject, agentId: string | null): void {
  const id = asText(block.tool_use_id)
  const result = resultOf(block)
  const at = draft.blocks.findIndex(known => known.kind === 'tool' && known.id === id)
  const call = draft.blocks[at]
  if (call?.kind === 'tool') draft.blocks[at] = { ...call, result, agentId }
  else draft.blocks.push({ kind: 'result', id, result })
}
