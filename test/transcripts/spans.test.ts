import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activeSec, idleGapMs, mergeSpans, spansOf } from '../../src/transcripts/spans.ts'

describe('stretches of activity', () => {
  test('go on over a pause of five minutes and end at a longer one', () => {
    const spans = spansOf([0, idleGapMs, 2 * idleGapMs + 1])

    expect(spans).toEqual([
      [0, idleGapMs],
      [2 * idleGapMs + 1, 2 * idleGapMs + 1],
    ])
  })

  test('of several files are joined where they overlap, touch or lie within the gap', () => {
    const spans = mergeSpans([
      [1_000_000, 2_000_000],
      [0, 400_000],
      [100_000, 200_000],
      [2_000_000 + idleGapMs, 2_400_000],
    ])

    expect(spans).toEqual([
      [0, 400_000],
      [1_000_000, 2_400_000],
    ])
  })

  test('last as long as they are, without the pauses', () => {
    expect(activeSec([])).toBe(0)
    expect(
      activeSec([
        [0, 1500],
        [10_000_000, 10_060_000],
      ]),
    ).toBe(61.5)
  })

  test('are the same however the instants are spread over files', () => {
    // Hours in steps of minutes: many pauses are just below, at or above the gap.
    const instants = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 600 }), fc.constantFrom(-1, 0, 1), fc.integer({ min: 0, max: 3 })),
    )
    fc.assert(
      fc.property(instants, list => {
        const at = ([minute, extra]: readonly [number, number, number]) => minute * 60_000 + extra
        const files = [0, 1, 2, 3].map(file => list.filter(item => item[2] === file).map(at))

        const split = mergeSpans(files.flatMap(spansOf))

        expect(split).toEqual(spansOf(list.map(at)))
      }),
      { numRuns: 2000 },
    )
  })
})
