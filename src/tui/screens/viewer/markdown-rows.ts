import { Marked, type MarkedToken, type Token, type Tokens } from 'marked'
import { safeLines } from './pieces.ts'
import { cutLine, indented, plain, type Row, type Run, type Style, wrapRuns } from './runs.ts'
import { tableRows } from './table-rows.ts'

/** Longer texts are shown as they are: nobody formats so much, and a lexer can be made to take long. */
const longestText = 32_000
const deepest = 12

/** A text in Markdown as rows. Only the lexer is used: what it makes of hostile text is looked at as text again. */
export function markdownRows(text: string, columns: number): Row[] {
  const lines = safeLines(text)
  const asIs = () => lines.flatMap(line => cutLine(line, columns, plain))
  const source = lines.join('\n')
  if (source.length > longestText) return asIs()
  try {
    return blockRows(new Marked().lexer(source), columns, 0)
  } catch {
    // Nested so deep that it ends in an error: then it is no text to be formatted.
    return asIs()
  }
}

/** Blocks below each other, a blank line between them. */
function blockRows(tokens: readonly Token[], columns: number, depth: number): Row[] {
  const rows: Row[] = []
  for (const token of tokens) {
    if (token.type === 'space') continue
    if (rows.length > 0) rows.push([])
    rows.push(...tokenRows(token as MarkedToken, Math.max(columns, 4), depth))
  }
  return rows
}

function tokenRows(token: MarkedToken, columns: number, depth: number): Row[] {
  if (depth > deepest) return rawRows(token, columns)
  switch (token.type) {
    case 'heading': {
      const style: Style = token.depth <= 2 ? { bold: true, underline: token.depth === 1 } : { bold: true }
      return wrapRuns(inlineRuns(token.tokens, style, 0), columns)
    }
    case 'paragraph':
    case 'text':
      return lineRows(inlineRuns(token.tokens ?? [token], plain, 0), columns)
    case 'code': {
      const bar: Run = { text: '│ ', style: { dim: true } }
      const code = token.text.split('\n').flatMap(line => cutLine(line, columns - 2, { color: 'cyan' }))
      return indented(code, bar, bar)
    }
    case 'blockquote': {
      const bar: Run = { text: '▎ ', style: { dim: true } }
      return indented(blockRows(token.tokens, columns - 2, depth + 1), bar, bar)
    }
    case 'list':
      return listRows(token, columns, depth)
    case 'hr':
      return [[{ text: '─'.repeat(Math.min(columns, 40)), style: { dim: true } }]]
    case 'table':
      return tableRows(cellsOf(token), columns) ?? rawRows(token, columns)
    default:
      return rawRows(token, columns)
  }
}

function rawRows(token: Token, columns: number): Row[] {
  return safeLines(token.raw).flatMap(line => cutLine(line, columns, plain))
}

function listRows(list: Tokens.List, columns: number, depth: number): Row[] {
  return list.items.flatMap((item, index) => {
    const number = typeof list.start === 'number' ? `${list.start + index}. ` : '• '
    const mark = item.task ? `${number}${item.checked ? '[x] ' : '[ ] '}` : number
    const width = mark.length
    const tokens = item.tokens.filter(token => token.type !== 'checkbox')
    const rows = tokens
      .filter(token => token.type !== 'space')
      .flatMap(token => tokenRows(token as MarkedToken, Math.max(columns - width, 4), depth + 1))
    return indented(
      rows.length > 0 ? rows : [[]],
      { text: mark, style: { dim: true } },
      { text: ' '.repeat(width), style: plain },
    )
  })
}

/** The head of a table, and its rows. */
function cellsOf({ header, rows }: Tokens.Table): Run[][][] {
  return [header, ...rows].map(row => row.map(cell => inlineRuns(cell.tokens, plain, 0)))
}

/** Runs with their own line ends, broken there and where they must. */
function lineRows(runs: readonly Run[], columns: number): Row[] {
  const lines: Run[][] = [[]]
  for (const { text, style } of runs) {
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) lines.push([])
      if (part !== '') lines.at(-1)?.push({ text: part, style })
    }
  }
  return lines.flatMap(line => wrapRuns(line, columns))
}

function inlineRuns(tokens: readonly Token[], style: Style, depth: number): Run[] {
  return tokens.flatMap(token => inlineRun(token as MarkedToken, style, depth))
}

function inlineRun(token: MarkedToken, style: Style, depth: number): Run[] {
  if (depth > deepest) return [{ text: token.raw, style }]
  const within = (tokens: readonly Token[], more: Style) =>
    inlineRuns(tokens, { ...style, ...more }, depth + 1)
  switch (token.type) {
    case 'strong':
      return within(token.tokens, { bold: true })
    case 'em':
      return within(token.tokens, { italic: true })
    case 'del':
      return within(token.tokens, { strike: true })
    case 'codespan':
      return [{ text: token.text, style: { ...style, color: 'cyan' } }]
    case 'link': {
      const runs = within(token.tokens, { underline: true })
      const isNamed = token.text !== token.href && token.text !== ''
      return isNamed ? [...runs, { text: ` (${token.href})`, style: { ...style, dim: true } }] : runs
    }
    case 'image':
      return [{ text: `[image: ${token.text || token.href}]`, style: { ...style, dim: true } }]
    case 'br':
      return [{ text: '\n', style }]
    case 'text':
      return token.tokens ? within(token.tokens, {}) : [{ text: token.text, style }]
    case 'escape':
      return [{ text: token.text, style }]
    default:
      return [{ text: token.raw, style }]
  }
}
