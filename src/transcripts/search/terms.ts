/** What is looked for, as one pattern a term. */
export type Terms = readonly RegExp[]

/** A longer one would take a pattern that can't be made. Its beginning is looked for. */
const longestTerm = 1000

/**
 * The one rule of what is the same: two letters are if Unicode's simple case folding makes them so (what a regular expression
 * does with `i` and `u`): ä and Ä, ς and Σ, ſ and s, but not ß and ss. A blank stands for any run of white space, line ends
 * included; blanks around a term mean nothing, and an empty term is none.
 */
export function readTerms(terms: readonly string[]): Terms {
  const trimmed = terms.map(term => term.trim().slice(0, longestTerm).toWellFormed().trim())
  return trimmed.flatMap(term => (term === '' ? [] : patternOf(term)))
}

function patternOf(term: string): RegExp {
  const pieces = term.split(/\s+/).map(piece => piece.replace(/[$()*+./?[\\\]^{|}]/g, '\\$&'))
  return new RegExp(pieces.join('\\s+'), 'giu')
}

export type Place = readonly [start: number, end: number]

/** Where a text has the terms, from left to right; places that touch each other are one. */
export function placesIn(text: string, terms: Terms): Place[] {
  const found = terms.flatMap(term => {
    term.lastIndex = 0
    return Array.from(text.matchAll(term), ({ index, 0: { length } }): Place => [index, index + length])
  })
  found.sort((a, b) => a[0] - b[0])
  const places: Place[] = []
  for (const [start, end] of found) {
    const last = places.at(-1)
    if (last && start <= last[1]) places[places.length - 1] = [last[0], Math.max(last[1], end)]
    else places.push([start, end])
  }
  return places
}

/** Where a text first has a term. */
export function firstPlace(text: string, term: RegExp): Place | undefined {
  term.lastIndex = 0
  const found = term.exec(text)
  return found ? [found.index, found.index + found[0].length] : undefined
}
