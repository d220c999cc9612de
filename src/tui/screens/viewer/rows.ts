import { cleanText } from '../../../base/clean-text.ts'
import { formatTokens } from '../../../base/format.ts'
import { textWidth, truncateText } from '../../../base/text-width.ts'
import type { ZoneClock } from '../../../base/time.ts'
import type { Block, ToolResult, Turn } from '../../../transcripts/conversation.ts'
import { sizeText, speakerOf } from '../../../transcripts/export/markdown.ts'
import { cutLine, indented, plain, type Row, type Run, type Style, wrapRuns } from './runs.ts'
import { safeLines } from './shape.ts'

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

/** A turn as rows of the screen, the last of which is blank. `isOpen`: nothing in it is folded. */
export function turnRows(turn: Turn, look: Look, isOpen: boolean): Row[] {
  const side: Run | null = turn.isSidechain ? { text: '┊ ', style: dim } : null
  const columns = Math.max(4, look.columns - 2 - (side ? 2 : 0))
  const body = turn.blocks.flatMap(block => blockRows(block, turn, { ...look, columns }, isOpen))
  const gap: Run = { text: '  ', style: plain }
  const rows = [headRow(turn, look), ...indented(body, gap, gap)]
  return [...(side ? indented(rows, side, side) : rows), []]
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

function blockRows(block: Block, turn: Turn, look: Look, isOpen: boolean): Row[] {
  const { columns } = look
  switch (block.kind) {
    case 'text':
      return textRows(block.text, turn, look, isOpen)
    case 'thinking':
      if (block.text.trim() === '') return oneRow('· thinking, whose text was not kept', columns, dim)
      return foldRows('thinking', block.text, columns, isOpen || look.showsThinking)
    case 'note':
      return foldRows('note', block.text, columns, isOpen || look.showsResults)
    case 'image':
      return oneRow(`[${cleanText(block.name)}]`, columns, { color: 'yellow' })
    case 'tool':
      return toolRows(block, look, isOpen)
    case 'result':
      return resultRows(block.result, columns, isOpen || look.showsResults)
    default:
      return block satisfies never
  }
}

/** What the program put in, and summaries of what can be read above, are folded; what was said is not. */
function textRows(text: string, turn: Turn, look: Look, isOpen: boolean): Row[] {
  const { columns, markdown } = look
  if (turn.kind === 'notice' || turn.kind === 'summary') {
    const isShort = text.length < 200 && !text.trim().includes('\n')
    if (!isShort) return foldRows(cleanText(text.slice(0, 200)), text, columns, isOpen || look.showsResults)
  }
  if (turn.kind === 'assistant') return markdown(text, columns)
  return safeLines(text).flatMap(line =>
    wrapRuns([{ text: line, style: turn.kind === 'notice' ? dim : plain }], columns),
  )
}

function toolRows(call: Extract<Block, { kind: 'tool' }>, look: Look, isOpen: boolean): Row[] {
  const { columns } = look
  const name = truncateText(cleanText(call.name), columns - 2)
  const isFailed = call.result?.isError === true
  const head: Row = [
    { text: '▪ ', style: { color: isFailed ? 'red' : 'cyan' } },
    { text: name, style: { bold: true } },
    {
      text: truncateText(` ${cleanText(call.gist)}`, Math.max(0, columns - 2 - textWidth(name))),
      style: plain,
    },
  ]
  const rows: Row[] = [head]
  if (call.agentId !== null)
    rows.push(...oneRow(`  subagent ${cleanText(call.agentId)} (a opens it)`, columns, dim))
  if (isOpen || look.showsResults) {
    const input = JSON.stringify(JSON.parse(call.input), null, 2)
    rows.push(...foldRows('input', input, columns, true))
  }
  if (!call.result) return [...rows, ...oneRow('  no result', columns, dim)]
  return [...rows, ...resultRows(call.result, columns, isOpen || look.showsResults)]
}

function resultRows({ text, isError, images }: ToolResult, columns: number, isOpen: boolean): Row[] {
  const pictures = images.flatMap(name => oneRow(`  [${cleanText(name)}]`, columns, { color: 'yellow' }))
  if (text.trim() === '' && images.length > 0) return pictures
  return [...foldRows(isError ? 'error' : 'result', text, columns, isOpen, isError), ...pictures]
}

/** A line that says how much there is, and below it all of it if it is open. */
function foldRows(label: string, text: string, columns: number, isOpen: boolean, isError = false): Row[] {
  const style: Style = isError ? { color: 'red' } : dim
  if (text.trim() === '') return oneRow(`· ${label}: empty`, columns, style)
  const size = sizeText(text)
  const room = Math.max(4, columns - size.length - 5)
  const head = oneRow(`${isOpen ? '▾' : '▸'} ${truncateText(label, room)} · ${size}`, columns, style)
  if (!isOpen) return head
  const inner = Math.max(2, columns - 2)
  const bar: Run = { text: '  ', style: plain }
  return [
    ...head,
    ...indented(
      safeLines(text).flatMap(line => cutLine(line, inner, plain)),
      bar,
      bar,
    ),
  ]
}

function oneRow(text: string, columns: number, style: Style): Row[] {
  return [[{ text: truncateText(text, columns), style }]]
}
