import stringWidth from 'string-width'

// A pinned locale: where graphemes end must not depend on the machine.
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

const printableAscii = /^[ -~]*$/

/** Columns that a text takes in a terminal: wide East Asian characters and emoji 2, combining marks 0. */
export function textWidth(text: string): number {
  return stringWidth(text)
}

/**
 * Cuts a text down to a number of columns, ending in `…` when something was cut. Never splits a grapheme, so
 * the result can be a column short. Expects text without escape sequences (`cleanText`).
 */
export function truncateText(text: string, columns: number): string {
  if (columns < 1) return ''
  if (printableAscii.test(text)) return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`
  let width = 0
  let keptLength = 0
  for (const { segment, index } of graphemes.segment(text)) {
    width += stringWidth(segment)
    if (width > columns) return `${text.slice(0, keptLength)}…`
    if (width < columns) keptLength = index + segment.length
  }
  return text
}

/** How much of a text fits into a number of columns, in characters of the string; at least one grapheme. */
export function fittingLength(text: string, columns: number): number {
  if (printableAscii.test(text.slice(0, columns))) {
    // What follows may belong to the last character that would fit.
    const next = text.charCodeAt(columns)
    if (Number.isNaN(next) || next < 0x7f) return Math.max(Math.min(columns, text.length), 1)
  }
  let width = 0
  for (const { segment, index } of graphemes.segment(text)) {
    width += stringWidth(segment)
    if (width > columns && index > 0) return index
  }
  return text.length
}

/** Fills a text with blanks up to a number of columns. `side` is where the text stands: `right` fills before it. */
export function padText(text: string, columns: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columns - textWidth(text)))
  return side === 'left' ? text + blanks : blanks + text
}

/** Breaks a line at blanks so that it fits; a longer word stays whole. */
export function wrapLine(line: string, width: number | undefined): string {
  if (width === undefined) return line
  const lines = ['']
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? ''
    const longer = last === '' ? word : `${last} ${word}`
    if (last !== '' && textWidth(longer) > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines.join('\n')
}
