import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Observation, ownerOf, resolveMessage } from '../../../src/features/usage/resolve.ts'
import { aRecord } from '../../support/usage-records.ts'

function seenIn(sessionId: string, changes: Partial<Observation> = {}): Observation {
  return { ...aRecord(), sessionId, writerId: 'writer-1', ...changes }
}

describe('the owner of a message', () => {
  test('is the session that shows it, if no other does', () => {
    expect(ownerOf([seenIn('alone', { bornAtMs: 5 })])).toBe('alone')
  })

  test('is the origin that a copy names, even before the origin is known', () => {
    const copy = seenIn('copy', { claimedSessionId: 'origin', bornAtMs: 1 })

    expect(ownerOf([copy])).toBe('origin')
    expect(ownerOf([copy, seenIn('origin', { bornAtMs: 9 })])).toBe('origin')
  })

  test('is the first of a chain of copies, whichever copy names whom', () => {
    const second = seenIn('second', { claimedSessionId: 'first', bornAtMs: 2 })
    const third = seenIn('third', { claimedSessionId: 'second', bornAtMs: 3 })

    expect(ownerOf([third])).toBe('second')
    expect(ownerOf([third, second])).toBe('first')
    expect(ownerOf([second, third])).toBe('first')
    // A file made again later is born later, and is the origin all the same.
    expect(ownerOf([second, third, seenIn('first', { bornAtMs: 9 })])).toBe('first')
  })

  test('is the session born first, where no copy names its origin', () => {
    const late = seenIn('a-late', { bornAtMs: 200 })
    const early = seenIn('b-early', { bornAtMs: 100 })

    expect(ownerOf([late, early])).toBe('b-early')
    expect(ownerOf([early, late])).toBe('b-early')
  })

  test('is told by the earliest birth known of a session, whichever writer knows it', () => {
    const rows = [
      seenIn('one', { bornAtMs: 300, writerId: 'writer-1' }),
      seenIn('two', { bornAtMs: 200, writerId: 'writer-1' }),
      seenIn('one', { bornAtMs: 100, writerId: 'writer-2' }),
    ]

    expect(ownerOf(rows)).toBe('one')
  })

  test('is the smaller id of two that were born at once', () => {
    expect(ownerOf([seenIn('b', { bornAtMs: 7 }), seenIn('a', { bornAtMs: 7 })])).toBe('a')
  })

  test('is the smaller id of two origins that nothing is known of', () => {
    const rows = [
      seenIn('copy-1', { claimedSessionId: 'y', bornAtMs: 1 }),
      seenIn('copy-2', { claimedSessionId: 'x', bornAtMs: 2 }),
    ]

    expect(ownerOf(rows)).toBe('x')
    expect(ownerOf([...rows].reverse())).toBe('x')
  })

  test('is decided even where two sessions name each other', () => {
    const rows = [
      seenIn('a', { claimedSessionId: 'b', bornAtMs: 2 }),
      seenIn('b', { claimedSessionId: 'a', bornAtMs: 1 }),
    ]

    expect(ownerOf(rows)).toBe('b')
    expect(ownerOf([...rows].reverse())).toBe('b')
  })
})

describe('of several observations of a message', () => {
  test('the one that wins as a line counts, whoever owns the message', () => {
    const origin = seenIn('origin', { output: 3, bornAtMs: 1 })
    const fork = seenIn('fork', { output: 80, bornAtMs: 2 })

    const choice = resolveMessage([origin, fork])

    expect(choice).toEqual({ writerId: 'writer-1', sessionId: 'fork', ownerSessionId: 'origin' })
  })

  test('the one seen first counts among equals, then the smaller writer, then the smaller session', () => {
    const one = seenIn('s2', { occurredAtMs: 100, writerId: 'w2' })

    const choices = [
      resolveMessage([seenIn('s1', { occurredAtMs: 200, writerId: 'w1' }), one]),
      resolveMessage([seenIn('s3', { occurredAtMs: 100, writerId: 'w3' }), one]),
      resolveMessage([seenIn('s3', { occurredAtMs: 100, writerId: 'w2' }), one]),
    ]

    for (const choice of choices) expect(choice).toMatchObject({ writerId: 'w2', sessionId: 's2' })
  })

  test('the choice depends on the set alone, never on its order or on repetitions', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd')
    const observation = fc
      .record({
        sessionId: id,
        claimedSessionId: fc.option(id),
        writerId: fc.constantFrom('w1', 'w2'),
        output: fc.constantFrom(1, 2),
        bornAtMs: fc.constantFrom(null, 0, 1, 2),
        occurredAtMs: fc.constantFrom(null, 0, 5),
        lineAtMs: fc.constantFrom(null, 0, 5),
        isSidechain: fc.boolean(),
        fromProgress: fc.boolean(),
      })
      .map(row =>
        seenIn(row.sessionId, {
          ...row,
          claimedSessionId: row.claimedSessionId === row.sessionId ? null : row.claimedSessionId,
        }),
      )
    // The ledger has one row a message, session and writer.
    const rows = fc.uniqueArray(observation, {
      minLength: 1,
      selector: row => `${row.writerId} ${row.sessionId}`,
    })

    fc.assert(
      fc.property(
        rows.chain(list =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length }),
            fc.subarray(list),
          ),
        ),
        ([list, shuffled, again]) => {
          const [first, ...rest] = list
          const [other, ...others] = [...shuffled, ...again]
          if (!first || !other) return
          expect(resolveMessage([other, ...others])).toEqual(resolveMessage([first, ...rest]))
        },
      ),
      { numRuns: 5000 },
    )
  })
})
