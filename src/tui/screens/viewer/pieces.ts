import { dropControls } from '../../../base/clean-text.ts'

/** A piece of this length is laid out in a millisecond or two. */
const pieceLength = 1 << 13

/**
 * A text in pieces, one after the other, none of which takes long to be laid out: parted at line ends where there are
 * some, else where a row of so many columns ends. Empty lines at either end are left out.
 */
export function textPieces(text: string, columns: number): string[] {
  const { from, to } = withoutBlankLines(text)
  const pieces: string[] = []
  for (let at = from; at < to; ) {
    if (to - at <= pieceLength * 2) {
      pieces.push(text.slice(at, to))
      break
    }
    const lineEnd = text.lastIndexOf('\n', at + pieceLength)
    if (lineEnd > at) {
      pieces.push(text.slice(at, text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd))
      at = lineEnd + 1
    } else {
      const end = wholeCharacters(text, at + pieceLength - (pieceLength % columns))
      pieces.push(text.slice(at, end))
      at = end
    }
  }
  return pieces
}

/** The lines of a text, or of a piece of one, safe for a terminal, with their indents. */
export function linesOf(text: string): string[] {
  return dropControls(text)
    .replace(/\r\n?|[\v\f\u2028\u2029]/g, '\n')
    .replaceAll('\t', '    ')
    .split('\n')
}

/** As `linesOf`, without empty lines at either end. */
export function safeLines(text: string): string[] {
  const lines = linesOf(text)
  const first = lines.findIndex(line => line.trim() !== '')
  const last = lines.findLastIndex(line => line.trim() !== '')
  return first === -1 ? [] : lines.slice(first, last + 1)
}

/** Both halves of a character, or none. */
function wholeCharacters(text: string, end: number): number {
  const code = text.charCodeAt(end - 1)
  return code >= 0xd800 && code <= 0xdbff ? end - 1 : end
}

function withoutBlankLines(text: string): { from: number; to: number } {
  let from = 0
  let to = text.length
  while (to > 0 && isBlank(text.charCodeAt(to - 1))) to--
  for (let at = 0; at < to && isBlank(text.charCodeAt(at)); at++) if (text[at] === '\n') from = at + 1
  return { from, to }
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}
