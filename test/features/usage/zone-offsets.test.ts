import { describe, expect, test } from 'vitest'
import { zoneClock } from '../../../src/base/time.ts'
import { offsetSpans } from '../../../src/features/usage/zone-offsets.ts'

const hour = 3_600_000
const day = (date: string) => Date.parse(date) / 86_400_000

describe('the offsets of a zone', () => {
  test('are one span where the clock does not change', () => {
    const spans = offsetSpans(
      [day('2026-06-01'), day('2026-06-02'), day('2026-08-01')],
      zoneClock('Europe/Berlin'),
    )

    expect(spans).toEqual([{ untilMs: Date.parse('2026-08-02'), offsetMs: 2 * hour }])
  })

  test('change at the very moment, on a day that has rows', () => {
    const spans = offsetSpans([day('2026-10-25')], zoneClock('Europe/Berlin'))

    expect(spans).toEqual([
      { untilMs: Date.parse('2026-10-25T01:00:00Z'), offsetMs: 2 * hour },
      { untilMs: Date.parse('2026-10-26'), offsetMs: hour },
    ])
  })

  test('change by half an hour on Lord Howe Island', () => {
    const spans = offsetSpans([day('2026-04-04')], zoneClock('Australia/Lord_Howe'))

    expect(spans).toEqual([
      { untilMs: Date.parse('2026-04-04T15:00:00Z'), offsetMs: 11 * hour },
      { untilMs: Date.parse('2026-04-05'), offsetMs: 10.5 * hour },
    ])
  })

  test('change a minute past, as they once did in Newfoundland', () => {
    const spans = offsetSpans([day('2010-11-07')], zoneClock('America/St_Johns'))

    expect(spans).toEqual([
      { untilMs: Date.parse('2010-11-07T02:31:00Z'), offsetMs: -2.5 * hour },
      { untilMs: Date.parse('2010-11-08'), offsetMs: -3.5 * hour },
    ])
  })

  test('are few however far apart the days are', () => {
    const spans = offsetSpans(
      [day('1975-01-01'), day('2026-06-01'), day('9999-01-01')],
      zoneClock('Europe/Berlin'),
    )

    expect(spans).toEqual([
      { untilMs: Date.parse('1975-01-02'), offsetMs: hour },
      { untilMs: Date.parse('2026-06-02'), offsetMs: 2 * hour },
      { untilMs: Date.parse('9999-01-02'), offsetMs: hour },
    ])
  })

  test('are none without days', () => {
    expect(offsetSpans([], zoneClock('Europe/Berlin'))).toEqual([])
  })
})
