import { cleanText } from '../../../base/clean-text.ts'
import { formatBytes, formatCount, formatTokens } from '../../../base/format.ts'
import { textWidth, truncateText } from '../../../base/text-width.ts'
import type { ZoneClock } from '../../../base/time.ts'
import type { Aside, Block, ConversationState, ToolResult, Turn } from '../../../transcripts/conversation.ts'
import { remainsText, sizeText, speakerOf } from '../../../transcripts/export/markdown.ts'
import { linesOf, textPieces } from './pieces.ts'
import { cutLine, indented, plain, type Row, type Run, type Style, wrapRuns } from './runs.ts'

/** How turns are laid out. */
export interface Look {
  readonly columns: number
  readonly showsThinking: boolean
  readonly showsResults: boolean
  /** Times, model and tokens of every turn. */
  readonly showsFacts: boolean
  readonly clock: () => ZoneClock
  readonly markdown: (text: string, columns: number) => Row[]
}

/** Rows that are laid out when they are asked for. */
export interface Part {
  /** Which block of the turn it shows; -1: its head. */
  readonly block: number
  rows(): Row[]
}

/** Longer texts are not formatted: nobody formats so much, and it would keep a key waiting. */
const longestMarkdown = 32_000
/** Longer inputs are shown as the transcript has them. */
const longestInput = 1 << 20

const dim: Style = { dim: true }
const heads: Readonly<Record<Turn['kind'], Style>> = {
  user: { bold: true, color: 'green' },
  assistant: { bold: true, color: 'blue' },
  command: { bold: true, color: 'magenta' },
  notice: dim,
  summary: { bold: true, color: 'yellow' },
  compaction: { bold: true, color: 'yellow' },
  result: { bold: true },
  unread: { bold: true, color: 'red' },
}

/** A turn as parts of the screen, the last row of which is blank. `isOpen`: nothing in it is folded. */
export function turnParts(turn: Turn, look: Look, isOpen: boolean): Part[] {
  const side: Run | null = turn.isSidechain ? { text: '┊ ', style: dim } : null
  const columns = Math.max(4, look.columns - 2 - (side ? 2 : 0))
  const gap: Run = { text: '  ', style: plain }
  const within = (rows: Row[]) => (side ? indented(rows, side, side) : rows)
  const body = turn.blocks.flatMap((block, at) =>
    blockRows(block, turn, { ...look, columns }, isOpen).map(
      (rows): Part => ({ block: at, rows: () => within(indented(rows(), gap, gap)) }),
    ),
  )
  return [
    { block: -1, rows: () => within([headRow(turn, look)]) },
    ...body,
    { block: turn.blocks.length, rows: () => [[]] },
  ]
}

/** What stands for the turns of subagents that are folded, and above them where they are not. */
export function asideRows({ turns, bytes }: Aside, columns: number, isOpen: boolean): Row[] {
  const count = `${formatCount(turns)} ${turns === 1 ? 'turn' : 'turns'}`
  const text = `${isOpen ? '▾' : '▸'} subagent · ${count}, ${formatBytes(bytes)}`
  return [[{ text: truncateText(text, columns), style: { bold: true, color: 'cyan' } }], []]
}

function headRow(turn: Turn, { columns, showsFacts, clock }: Look): Row {
  const head = heads[turn.kind]
  const speaker = cleanText(speakerOf(turn))
  const agent = turn.isSidechain ? ` · subagent ${cleanText(turn.agentId ?? '')}`.trimEnd() : ''
  const name = truncateText(`● ${speaker}${agent}`, columns)
  const style: Style = turn.isError ? { bold: true, color: 'red' } : head
  const facts = showsFacts ? factsOf(turn, clock()) : ''
  if (facts === '') return [{ text: name, style }]
  return [
    { text: name, style },
    { text: truncateText(`  ${facts}`, Math.max(0, columns - textWidth(name))), style: dim },
  ]
}

function factsOf({ atMs, endAtMs, model, tokens }: Turn, clock: ZoneClock): string {
  const parts: string[] = []
  if (atMs !== null) {
    const sec = Math.round(((endAtMs ?? atMs) - atMs) / 1000)
    parts.push(`${timeText(atMs, clock)}${sec > 0 ? ` +${sec} s` : ''}`)
  }
  if (model !== null) parts.push(cleanText(model))
  if (tokens) {
    const { input, output, cacheWrite5m, cacheWrite1h, cacheRead } = tokens
    const written = cacheWrite5m + cacheWrite1h
    parts.push(
      `${formatTokens(input)} in, ${formatTokens(output)} out, ${formatTokens(written)} written, ${formatTokens(cacheRead)} read`,
    )
  }
  return parts.join(' · ')
}

function timeText(ms: number, clock: ZoneClock): string {
  const { hour, minute, second } = clock.parts(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${clock.label('day', ms)} ${two(hour)}:${two(minute)}:${two(second)}`
}

/** What of the file is no turn, below the last one. */
export function remainsRows(state: ConversationState, columns: number): Row[] {
  return [...wrapRuns([{ text: remainsText(state), style: dim }], columns), []]
}

/** Rows to be laid out, piece by piece. */
type Rows = () => Row[]

function blockRows(block: Block, turn: Turn, look: Look, isOpen: boolean): Rows[] {
  const { columns } = look
  switch (block.kind) {
    case 'text':
      return textRows(block.text, turn, look, isOpen)
    case 'thinking':
      if (block.text.trim() === '') return [oneRow('· thinking, whose text was not kept', columns, dim)]
      return foldRows('thinking', block.text, columns, isOpen || look.showsThinking)
    case 'note':
      return foldRows('note', block.text, columns, isOpen || look.showsResults)
    case 'image':
      return [oneRow(`[${cleanText(block.name)}]`, columns, { color: 'yellow' })]
    case 'tool':
      return toolRows(block, look, isOpen)
    case 'result':
      return resultRows(block.result, columns, isOpen || look.showsResults)
    default:
      return block satisfies never
  }
}

/** What the program put in, and summaries of what can be read above, are folded; what was said is not. */
function textRows(text: string, turn: Turn, look: Look, isOpen: boolean): Rows[] {
  const { columns, markdown } = look
  if (turn.kind === 'notice' || turn.kind === 'summary') {
    const isShort = text.length < 200 && !text.trim().includes('\n')
    if (!isShort) return foldRows(cleanText(text.slice(0, 200)), text, columns, isOpen || look.showsResults)
  }
  if (turn.kind === 'assistant' && text.length <= longestMarkdown) return [() => markdown(text, columns)]
  const style = turn.kind === 'notice' ? dim : plain
  return textPieces(text, columns).map(
    piece => () => linesOf(piece).flatMap(line => wrapRuns([{ text: line, style }], columns)),
  )
}

function toolRows(call: Extract<Block, { kind: 'tool' }>, look: Look, isOpen: boolean): Rows[] {
  const { columns } = look
  const rows: Rows[] = [() => [callRow(call, columns)]]
  if (call.agentId !== null)
    rows.push(oneRow(`  subagent ${cleanText(call.agentId)} (a opens it)`, columns, dim))
  if (isOpen || look.showsResults) {
    const { input } = call
    const shown = input.length > longestInput ? input : JSON.stringify(JSON.parse(input), null, 2)
    rows.push(...foldRows('input', shown, columns, true))
  }
  if (!call.result) return [...rows, oneRow('  no result', columns, dim)]
  return [...rows, ...resultRows(call.result, columns, isOpen || look.showsResults)]
}

function callRow({ name, gist, result }: Extract<Block, { kind: 'tool' }>, columns: number): Row {
  const shown = truncateText(cleanText(name), columns - 2)
  const room = Math.max(0, columns - 2 - textWidth(shown))
  return [
    { text: '▪ ', style: { color: result?.isError ? 'red' : 'cyan' } },
    { text: shown, style: { bold: true } },
    // What doesn't fit need not be cleaned.
    { text: truncateText(` ${cleanText(gist.slice(0, 2000))}`, room), style: plain },
  ]
}

function resultRows({ text, isError, images }: ToolResult, columns: number, isOpen: boolean): Rows[] {
  const pictures = images.map(name => oneRow(`  [${cleanText(name)}]`, columns, { color: 'yellow' }))
  if (text.trim() === '' && images.length > 0) return pictures
  return [...foldRows(isError ? 'error' : 'result', text, columns, isOpen, isError), ...pictures]
}

/** A line that says how much there is, and below it all of it if it is open. */
function foldRows(label: string, text: string, columns: number, isOpen: boolean, isError = false): Rows[] {
  const style: Style = isError ? { color: 'red' } : dim
  if (text.trim() === '') return [oneRow(`· ${label}: empty`, columns, style)]
  const size = sizeText(text)
  const room = Math.max(4, columns - size.length - 5)
  const head = oneRow(`${isOpen ? '▾' : '▸'} ${truncateText(label, room)} · ${size}`, columns, style)
  if (!isOpen) return [head]
  const inner = Math.max(2, columns - 2)
  const bar: Run = { text: '  ', style: plain }
  const body = textPieces(text, inner).map(
    piece => () =>
      indented(
        linesOf(piece).flatMap(line => cutLine(line, inner, plain)),
        bar,
        bar,
      ),
  )
  return [head, ...body]
}

function oneRow(text: string, columns: number, style: Style): Rows {
  return () => [[{ text: truncateText(text, columns), style }]]
}
