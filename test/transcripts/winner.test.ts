import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UsageRecord } from '../../src/transcripts/transcript.ts'
import { compareObservations, type MessageUsage, mergeObservations } from '../../src/transcripts/winner.ts'
import { aRecord, observations } from '../support/usage-records.ts'

describe('of two observations of one message', () => {
  // Each pair differs in one rule for the first and in all later rules against it.
  test.each<[string, Partial<UsageRecord>, Partial<UsageRecord>]>([
    [
      'a conversation line wins over a progress line',
      { fromProgress: false, hasUsage: false, output: 1 },
      { fromProgress: true, hasUsage: true, output: 2 },
    ],
    ['one with usage wins over one without', { hasUsage: true, output: 1 }, { hasUsage: false, output: 2 }],
    ['the larger output wins', { output: 2, isSidechain: true }, { output: 1, isSidechain: false }],
    [
      'the main line wins over a subagent’s',
      { isSidechain: false, hasStopReason: false },
      { isSidechain: true, hasStopReason: true },
    ],
    [
      'one with a stop reason wins',
      { hasStopReason: true, lineAtMs: 1 },
      { hasStopReason: false, lineAtMs: 2 },
    ],
    ['the later line wins', { lineAtMs: 2, input: 1 }, { lineAtMs: 1, input: 2 }],
    ['a line with a time wins over one without', { lineAtMs: 0, input: 1 }, { lineAtMs: null, input: 2 }],
  ])('%s, whatever else differs', (_, better, worse) => {
    const [a, b] = [aRecord(better), aRecord(worse)]

    expect(compareObservations(a, b)).toBeGreaterThan(0)
    expect(compareObservations(b, a)).toBeLessThan(0)
  })

  test('none wins if they say the same', () => {
    expect(compareObservations(aRecord(), aRecord())).toBe(0)
  })
})

describe('merging observations', () => {
  test('takes the winner whole: never the numbers of one line and the model of another', () => {
    const partial = aRecord({ model: 'claude-haiku-4-5', input: 50, output: 3, requestId: 'req_1' })
    const final = aRecord({ model: 'claude-opus-4-8', input: 10, output: 80, requestId: null })

    const [merged] = mergeObservations([partial], [final])

    expect(merged).toEqual(final)
  })

  test('keeps the earliest time, and is final if any line was', () => {
    const first = aRecord({ output: 3, occurredAtMs: 100, lineAtMs: 100, isFinal: true, hasStopReason: true })
    const last = aRecord({
      output: 9,
      occurredAtMs: 300,
      lineAtMs: 300,
      isFinal: false,
      hasStopReason: false,
    })

    const [merged] = mergeObservations([first], [last])

    expect(merged).toMatchObject({
      output: 9,
      occurredAtMs: 100,
      lineAtMs: 300,
      isFinal: true,
      hasStopReason: false,
    })
  })

  test('learns nothing from a progress line once a conversation line is known', () => {
    const line = aRecord({
      output: 3,
      occurredAtMs: 300,
      lineAtMs: 300,
      isFinal: false,
      hasStopReason: false,
    })
    const progress = aRecord({ output: 90, occurredAtMs: 100, fromProgress: true, claimedSessionId: 'other' })

    const [merged] = mergeObservations([progress], [line])

    expect(merged).toEqual(line)
  })

  test('counts nothing for a part that the winning line does not have, and keeps its row', () => {
    const withAdvisor: MessageUsage = [
      aRecord({ output: 5 }),
      aRecord({ part: 1, model: 'claude-fable-5', input: 100, output: 40 }),
    ]
    const without: MessageUsage = [aRecord({ output: 6 })]

    const merged = mergeObservations(withAdvisor, without)

    expect(merged).toHaveLength(2)
    expect(merged[0].output).toBe(6)
    expect(merged[1]).toMatchObject({ part: 1, input: 0, output: 0, hasUsage: false })
  })

  test('prefers a part without any tokens to none, in either order', () => {
    const withAdvisor: MessageUsage = [aRecord(), aRecord({ part: 1, input: 0, output: 0 })]
    const without: MessageUsage = [aRecord()]

    expect(mergeObservations(withAdvisor, without)).toEqual(withAdvisor)
    expect(mergeObservations(without, withAdvisor)).toEqual(withAdvisor)
  })

  test('gives the same in any order', () => {
    fc.assert(
      fc.property(observations(2), ([a, b]) => {
        if (!a || !b) return
        expect(mergeObservations(a, b)).toEqual(mergeObservations(b, a))
      }),
      { numRuns: 5000 },
    )
  })

  test('gives the same in any grouping', () => {
    fc.assert(
      fc.property(observations(3), ([a, b, c]) => {
        if (!a || !b || !c) return
        const left = mergeObservations(mergeObservations(a, b), c)
        const right = mergeObservations(a, mergeObservations(b, c))
        expect(left).toEqual(right)
      }),
      { numRuns: 5000 },
    )
  })

  test('gives nothing new for what it knows', () => {
    fc.assert(
      fc.property(observations(2), ([a, b]) => {
        if (!a || !b) return
        const both = mergeObservations(a, b)
        expect(mergeObservations(a, a)).toEqual(a)
        expect(mergeObservations(both, a)).toEqual(both)
        expect(mergeObservations(both, b)).toEqual(both)
      }),
      { numRuns: 5000 },
    )
  })
})
