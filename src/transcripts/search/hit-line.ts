import { type Place, placesIn, type Terms } from './terms.ts'

/** Characters before and after what was found: more than a row of any screen. */
const before = 80
const after = 400

/** The line of a text around a place, cut where it is long, its white space as one blank; and where it has the terms. */
export function lineAround(
  text: string,
  [start, end]: Place,
  terms: Terms,
): { line: string; matches: Place[] } {
  const head = text.slice(Math.max(0, start - before), start)
  const tail = text.slice(end, end + after)
  const ownHead = head.replace(/^[\s\S]*[\r\n\u2028\u2029]/, '')
  const ownTail = tail.replace(/[\r\n\u2028\u2029][\s\S]*$/, '')
  const line = [
    start > before && ownHead === head ? '…' : '',
    ownHead.replace(/^[\udc00-\udfff]/, ''),
    text.slice(start, end),
    ownTail.replace(/[\ud800-\udbff]$/, ''),
    text.length > end + after && ownTail === tail ? '…' : '',
  ]
    .join('')
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .trim()
  return { line, matches: placesIn(line, terms) }
}
