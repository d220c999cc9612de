import type { BookRow } from './book.ts'
import type { FoundLine } from './data.ts'
import type { Test } from './query.ts'

/** Where in the list the sessions stand that were found by their text. */
export interface SaidPlaces {
  /** The numbers of their rows, ascending. `found` may have grown since it was asked last: only what is new is looked for. */
  of(found: readonly FoundLine[]): readonly number[]
}

/** `fits`: whether filters and scope let a row through. */
export function createSaidPlaces(rows: readonly BookRow[], fits: Test): SaidPlaces {
  let known: readonly FoundLine[] | undefined
  let count = 0
  let places: readonly number[] = []
  return {
    of(found) {
      if (found !== known) {
        known = found
        count = 0
        places = []
      }
      if (found.length > count) {
        const added = found.slice(count).map(line => placeOf(rows, line))
        count = found.length
        places = merged(
          places,
          added.filter(place => fitsAt(place)).sort((a, b) => a - b),
        )
      }
      return places
    },
  }
  function fitsAt(place: number): boolean {
    const row = rows[place]
    return row !== undefined && fits(row)
  }
}

/** The number of a session's row; -1: it is not in the list. */
function placeOf(rows: readonly BookRow[], { sessionId, endedAtMs }: FoundLine): number {
  const wanted = endedAtMs ?? Number.NEGATIVE_INFINITY
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const { endedAtMs = null, id = '' } = rows[middle] ?? {}
    const at = endedAtMs ?? Number.NEGATIVE_INFINITY
    if (at > wanted || (at === wanted && id < sessionId)) low = middle + 1
    else high = middle
  }
  // It went on since, and has another place.
  return rows[low]?.id === sessionId ? low : rows.findIndex(({ id }) => id === sessionId)
}

/** What is in one or the other of two ascending lists. */
export function merged(some: readonly number[], others: readonly number[]): readonly number[] {
  if (others.length === 0) return some
  if (some.length === 0) return others
  const all: number[] = []
  let [one, other] = [0, 0]
  while (one < some.length || other < others.length) {
    const a = some[one] ?? Number.POSITIVE_INFINITY
    const b = others[other] ?? Number.POSITIVE_INFINITY
    all.push(Math.min(a, b))
    if (a <= b) one++
    if (b <= a) other++
  }
  return all
}
