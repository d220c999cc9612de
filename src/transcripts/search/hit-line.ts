import { firstPlace, type Place, placesIn, type Terms } from './terms.ts'

/** Characters before and after what was found: more than a row of any screen. */
const before = 80
const after = 400

/** The line of a text where the first of the terms stands that it has, cut where it is long, white space as one blank. */
export function lineAround(text: string, terms: Terms): { line: string; matches: Place[] } {
  let place: Place = [0, 0]
  for (const term of terms) {
    const found = firstPlace(text, term)
    if (!found) continue
    place = found
    break
  }
  const [start, end] = place
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
