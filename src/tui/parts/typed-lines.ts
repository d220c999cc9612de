import { dropControls } from '../../base/clean-text.ts'
import { firstGrapheme, fittingLength } from '../../base/text-width.ts'
import type { Typed } from './line-editor.ts'

/** A line of a text that is being typed; the cursor stands on `under`, which is a blank at the end of a line. */
export interface TypedLine {
  readonly before: string
  /** Null: the cursor is in another line. */
  readonly under: string | null
  readonly after: string
}

/** The lines around the cursor, broken at so many columns; no more than `rows`, one of which has the cursor. */
export function typedLines({ before, after }: Typed, columns: number, rows: number): TypedLine[] {
  // The cursor behind the last letter of a line needs a column, too.
  const width = Math.max(2, columns - 1)
  // Whatever is further away can't be seen.
  const most = rows * width * 2
  const above = shownText(before.slice(startWithin(before, most)))
  const broken = brokenLines(above + shownText(after.slice(0, most)), width)
  const current = broken.findLastIndex(({ start }) => start <= above.length)
  const first = Math.max(0, Math.min(current - Math.floor((rows * 2) / 3), broken.length - rows))
  return broken.slice(first, first + Math.max(1, rows)).map(({ start, text }, at) => {
    if (first + at !== current) return { before: text, under: null, after: '' }
    const place = above.length - start
    const under = firstOf(text.slice(place))
    return { before: text.slice(0, place), under: under || ' ', after: text.slice(place + under.length) }
  })
}

/** Safe for a terminal: what is edited may be other people's, and stays as it is where nobody changes it. */
function shownText(text: string): string {
  return dropControls(text)
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', '    ')
    .replace(/[\r\v\f\u2028\u2029]/g, ' ')
}

/** Where the last part of a text begins, at a line of it if there is one. */
function startWithin(text: string, most: number): number {
  if (text.length <= most) return 0
  const lineEnd = text.indexOf('\n', text.length - most)
  return lineEnd === -1 ? text.length - most : lineEnd + 1
}

/** A text in rows of at most so many columns, and where in it each begins. */
function brokenLines(text: string, columns: number): { start: number; text: string }[] {
  const rows: { start: number; text: string }[] = []
  let start = 0
  for (const line of text.split('\n')) {
    let rest = line
    do {
      const length = fittingLength(rest, columns)
      rows.push({ start, text: rest.slice(0, length) })
      rest = rest.slice(length)
      start += length
    } while (rest !== '')
    start++
  }
  return rows
}

function firstOf(text: string): string {
  return firstGrapheme(text.slice(0, 64))
}
