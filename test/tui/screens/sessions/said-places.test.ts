import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FoundLine } from '../../../../src/tui/screens/sessions/data.ts'
import { createSaidPlaces, merged } from '../../../../src/tui/screens/sessions/said-places.ts'
import { aSession } from '../../../support/tui-sessions.ts'

/** As the list has them: those that ended last first, by id where that is the same, then those of which it is not known. */
const rows = [
  aSession(1),
  aSession(2),
  aSession(3, { endedAtMs: 5 }),
  aSession(4, { endedAtMs: 5 }),
  aSession(5, { endedAtMs: 5, isStarred: true }),
  aSession(6, { endedAtMs: null }),
  aSession(7, { endedAtMs: null }),
]

function lineOf(n: number, endedAtMs = rows[n - 1]?.endedAtMs ?? null): FoundLine {
  return { sessionId: aSession(n).id, endedAtMs, kind: 'user', agentId: undefined, line: '', matches: [] }
}

test('finds the rows of all that was found, in whatever order, as more comes in', () => {
  const places = createSaidPlaces(rows, () => true)
  const found = [6, 1].map(n => lineOf(n))

  const first = places.of(found)
  found.push(lineOf(4), lineOf(3), lineOf(7), lineOf(9))

  expect(first).toEqual([0, 5])
  expect(places.of(found)).toEqual([0, 2, 3, 5, 6])
  expect(places.of(found)).toBe(places.of(found))
  expect(places.of([lineOf(2)])).toEqual([1])
})

test('finds a session that has ended anew since, and passes over what the filters keep out', () => {
  expect(createSaidPlaces(rows, () => true).of([lineOf(2, 77)])).toEqual([1])
  expect(createSaidPlaces(rows, row => row.isStarred).of([lineOf(2), lineOf(5)])).toEqual([4])
})

test('two ascending lists become one', () => {
  const ascending = fc.uniqueArray(fc.nat(50)).map(list => list.sort((a, b) => a - b))
  fc.assert(
    fc.property(ascending, ascending, (some, others) => {
      expect(merged(some, others)).toEqual([...new Set([...some, ...others])].sort((a, b) => a - b))
    }),
  )
})
