import stringWidth from 'string-width'

/** What Intl needs to take texts apart takes longer to load than a whole screen of plain text to measure. */
let intl: Intl.Segmenter | undefined

function intlGraphemes(text: string): Intl.Segments {
  // A pinned locale: where graphemes end must not depend on the machine.
  intl ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return intl.segment(text)
}

const printableAscii = /^[ -~]*$/

/** Columns that a text takes in a terminal: wide East Asian characters and emoji 2, combining marks 0. */
export function textWidth(text: string): number {
  if (printableAscii.test(text)) return text.length
  // Colours take no columns; other escape sequences are rare.
  const bare = text.includes('\x1b[') ? text.replace(/\x1b\[[\d;]*m/g, '') : text
  if (/[\x1b\x9b]/.test(bare)) return stringWidth(text)
  return fitting(bare, Number.POSITIVE_INFINITY).width
}

/**
 * Cuts a text down to a number of columns, ending in `…` when something was cut. Never splits a grapheme, so
 * the result can be a column short. Expects text without escape sequences (`cleanText`).
 */
export function truncateText(text: string, columns: number): string {
  if (columns < 1) return ''
  if (printableAscii.test(text)) return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`
  if (fitting(text, columns).length === text.length) return text
  return `${text.slice(0, fitting(text, columns - 1).length)}…`
}

/** How much of a text fits into a number of columns, in characters of the string; at least one grapheme. */
export function fittingLength(text: string, columns: number): number {
  if (printableAscii.test(text.slice(0, columns))) {
    // What follows may belong to the last character that would fit.
    const next = text.charCodeAt(columns)
    if (Number.isNaN(next) || next < 0x7f) return Math.max(Math.min(columns, text.length), 1)
  }
  const { length } = fitting(text, columns)
  if (length > 0) return length
  return firstGrapheme(text).length
}

/** How much of a text, in whole graphemes, takes no more than so many columns. */
function fitting(text: string, columns: number): { length: number; width: number } {
  let length = 0
  let width = 0
  while (length < text.length) {
    if (isAlone(text, length)) {
      const wider = plainWidth(text.charCodeAt(length))
      if (width + wider > columns) break
      width += wider
      length++
      continue
    }
    for (const { segment } of intlGraphemes(text.slice(length, endOfKnot(text, length)))) {
      const wider = stringWidth(segment)
      if (width + wider > columns) return { length, width }
      width += wider
      length += segment.length
    }
  }
  return { length, width }
}

/** What `Intl.Segmenter` gives, which is asked for the rare places alone where characters may be joined. */
export function* graphemesOf(text: string): Generator<{ readonly segment: string; readonly index: number }> {
  for (let at = 0; at < text.length; ) {
    if (isApart(text, at) && (at + 1 === text.length || isApart(text, at + 1))) {
      yield { segment: text.charAt(at), index: at }
      at++
      continue
    }
    for (const { segment } of intlGraphemes(text.slice(at, endOfKnot(text, at)))) {
      yield { segment, index: at }
      at += segment.length
    }
  }
}

/** Plain, or a control character, to which nothing is ever joined but LF to CR. */
function isApart(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return plainWidths[code] !== 0 || (code < 0x20 && code !== 0x0d)
}

/** The first of them; nothing of nothing. */
export function firstGrapheme(text: string): string {
  return graphemesOf(text).next().value?.segment ?? ''
}

/** Up to where one plain character follows another: between those two a grapheme surely ends. */
function endOfKnot(text: string, from: number): number {
  let end = from + 1
  while (end < text.length && !(isPlainAt(text, end - 1) && isPlainAt(text, end))) end++
  return end
}

/** A plain character that nothing is joined to. */
function isAlone(text: string, at: number): boolean {
  return isPlainAt(text, at) && (at + 1 === text.length || isPlainAt(text, at + 1))
}

function isPlainAt(text: string, at: number): boolean {
  return plainWidth(text.charCodeAt(at)) > 0
}

const plainRanges = [
  [0x20, 0x7e, 1],
  // Latin and its signs, Greek, Cyrillic.
  [0xa0, 0xac, 1],
  [0xae, 0x2ff, 1],
  [0x391, 0x3c9, 1],
  [0x400, 0x481, 1],
  // Dashes, quotation marks, the ellipsis; arrows, mathematics, keys; frames, bars and shapes.
  [0x2010, 0x2027, 1],
  [0x2190, 0x2319, 1],
  [0x232b, 0x23e8, 1],
  [0x2500, 0x25fc, 1],
  // What our screens mark with: star, warning, tick, cursor.
  [0x2605, 0x2605, 1],
  [0x26a0, 0x26a0, 1],
  [0x2713, 0x2713, 1],
  [0x276f, 0x276f, 1],
  // Chinese and Japanese punctuation, kana, ideographs, Hangul, full-width forms.
  [0x3001, 0x3020, 2],
  [0x3041, 0x3096, 2],
  [0x30a1, 0x30fe, 2],
  [0x3400, 0x4dbf, 2],
  [0x4e00, 0x9fff, 2],
  [0xac00, 0xd7a3, 2],
  [0xff01, 0xff60, 2],
] as const

const plainWidths = widthsOf(plainRanges)

function widthsOf(ranges: typeof plainRanges): Uint8Array {
  const widths = new Uint8Array(0x10000)
  for (const [first, last, width] of ranges) widths.fill(width, first, last + 1)
  return widths
}

/**
 * The columns of a character of the most common scripts, beside which another one of them always begins a grapheme of its
 * own; 0: it has to be looked at together with others. That takes a hundred times as long, which a screen full of Chinese
 * has no time for.
 */
function plainWidth(code: number): number {
  return plainWidths[code] ?? 0
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
