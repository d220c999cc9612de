import { dropControls } from '../../base/clean-text.ts'
import { formatBytes, formatCount, modelFamily } from '../../base/format.ts'
import {
  type Block,
  type Conversation,
  type ConversationState,
  lineCount,
  type ToolResult,
  type Turn,
  turnsOf,
} from '../conversation.ts'

/** A conversation as Markdown, a turn a piece. Nothing is cut: what is long is folded, and says how much it is. */
export function* markdownOf(conversation: Conversation): Generator<string> {
  const pieces = turnsOf(conversation)
  let piece = pieces.next()
  // The title is known when the file was read, which the first turn waits for.
  const { title } = conversation.state()
  const { sessionId, agentId } = conversation
  yield `# ${inline(title ?? `Session ${sessionId}`)}\n\nSession ${inline(sessionId)}${agentId === null ? '' : `, subagent ${inline(agentId)}`}\n`
  for (; !piece.done; piece = pieces.next()) yield `\n${turnMarkdown(piece.value)}`
  yield `\n---\n\n${remainsText(conversation.state())}.\n`
}

/** How many lines the turns are, and what of the file is no turn: known when all is read. */
export function remainsText({ lines, otherLines, malformedLines, turns }: ConversationState): string {
  const of = (count: number, one: string) => `${formatCount(count)} ${count === 1 ? one : `${one}s`}`
  const are = otherLines === 1 ? 'is' : 'are'
  const parts = [
    `${of(turns, 'turn')} of ${of(lines, 'line')}`,
    ...(otherLines > 0
      ? [`${of(otherLines, 'line')} ${are} no part of the conversation (snapshots, progress, settings)`]
      : []),
    ...(malformedLines > 0 ? [`${of(malformedLines, 'line')} can't be read`] : []),
  ]
  return parts.join('; ')
}

/** The name of who speaks. */
export function speakerOf({ kind, model, isError }: Turn): string {
  switch (kind) {
    case 'user':
      return 'User'
    case 'assistant':
      return isError ? 'Error' : model === null ? 'Assistant' : modelFamily(model)
    case 'command':
      return 'Command'
    case 'notice':
      return 'Notice'
    case 'summary':
      return 'Summary'
    case 'compaction':
      return 'Compaction'
    case 'result':
      return 'Result'
    case 'unread':
      return 'Unread line'
    default:
      return kind satisfies never
  }
}

function turnMarkdown(turn: Turn): string {
  const facts = [
    turn.isSidechain ? `subagent${turn.agentId === null ? '' : ` ${turn.agentId}`}` : null,
    turn.atMs === null ? null : new Date(turn.atMs).toISOString(),
    turn.model,
    turn.tokens && tokensText(turn.tokens),
  ]
  const said = facts.filter(fact => fact !== null && fact !== '').map(fact => inline(fact ?? ''))
  const heading = `## ${inline(speakerOf(turn))}\n${said.length > 0 ? `\n<sub>${said.join(' · ')}</sub>\n` : ''}`
  return [heading, ...turn.blocks.map(blockMarkdown)].join('\n')
}

function tokensText({
  input,
  output,
  cacheWrite5m,
  cacheWrite1h,
  cacheRead,
}: NonNullable<Turn['tokens']>): string {
  const written = cacheWrite5m + cacheWrite1h
  const parts = [`${formatCount(input)} in`, `${formatCount(output)} out`]
  if (written > 0) parts.push(`${formatCount(written)} cache written`)
  if (cacheRead > 0) parts.push(`${formatCount(cacheRead)} cache read`)
  return parts.join(', ')
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `${keptShape(block.text).trim()}\n`
    case 'thinking':
      return block.text === '' ? '*Thinking, whose text was not kept.*\n' : folded('Thinking', block.text)
    case 'note':
      return folded('Note', block.text)
    case 'image':
      return `*Image: ${inline(block.name)}*\n`
    case 'tool':
      return `${toolMarkdown(block)}\n`
    case 'result':
      return resultMarkdown(block.result)
    default:
      return block satisfies never
  }
}

function toolMarkdown({ name, gist, input, result, agentId }: Extract<Block, { kind: 'tool' }>): string {
  const line = `**${inline(name)}** ${gist === '' ? '' : code(gist)}`.trimEnd()
  const agent = agentId === null ? '' : `\n\n*Subagent ${inline(agentId)}: a transcript of its own.*`
  const call = folded('Input', JSON.stringify(JSON.parse(input), null, 2))
  return `${line}${agent}\n\n${call}\n${result ? resultMarkdown(result) : '*No result.*\n'}`
}

function resultMarkdown({ text, isError, images }: ToolResult): string {
  const pictures = images.map(name => `*Image: ${inline(name)}*\n`).join('\n')
  const named = isError ? 'Result, an error' : 'Result'
  return text === '' && images.length > 0 ? pictures : `${folded(named, text)}${pictures && `\n${pictures}`}`
}

/** `12 lines, 3.4 kB`. */
export function sizeText(text: string): string {
  const lines = lineCount(text)
  return `${formatCount(lines)} ${lines === 1 ? 'line' : 'lines'}, ${formatBytes(Buffer.byteLength(text))}`
}

/** A text that a reader of the page opens when wanted. */
function folded(label: string, text: string): string {
  if (text.trim() === '') return `*${label}: empty.*\n`
  return `<details><summary>${label}: ${sizeText(text)}</summary>\n\n${fenced(text)}\n\n</details>\n`
}

/** In a fence that is longer than any inside. */
function fenced(text: string): string {
  const runs = text.match(/`{3,}/g) ?? []
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length + 1), 3))
  return `${fence}\n${keptShape(text).replace(/\n$/, '')}\n${fence}`
}

/** Safe for a terminal, with its lines and indents. */
function keptShape(text: string): string {
  return dropControls(text)
    .replace(/\r\n?|[\v\f\u2028\u2029]/g, '\n')
    .replaceAll('\t', '    ')
}

/** On one line, as code. */
function code(text: string): string {
  const line = keptShape(text).replace(/\s+/g, ' ').trim()
  const runs = line.match(/`+/g) ?? []
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length + 1), 1))
  return fence.length === 1 ? `\`${line}\`` : `${fence} ${line} ${fence}`
}

/** On one line, meaning itself. */
function inline(text: string): string {
  return keptShape(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>#|]/g, sign => `\\${sign}`)
}
