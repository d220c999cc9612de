import { describe, expect, test } from 'vitest'
import { parseDate } from '../../src/base/dates.ts'
import { timeText } from '../../src/base/format.ts'
import { zoneClock } from '../../src/base/time.ts'
import type { Filter } from '../../src/cli/filters.ts'
import { filterText, periodText } from '../../src/cli/period-text.ts'

const zone = 'Europe/Berlin'
const clock = zoneClock(zone)
const nowMs = Date.parse('2026-11-20T12:00:00Z')

function span(since: string | null, until: string | null): Filter {
  const at = (text: string | null, edge: 'since' | 'until') =>
    text === null ? undefined : parseDate(text, { nowMs, zone, edge })
  return { sinceMs: at(since, 'since'), untilMs: at(until, 'until') }
}

describe('a period in words', () => {
  test.each([
    [null, null, 'all time'],
    ['2026-11-01', null, 'since 2026-11-01'],
    [null, '2026-11-01', 'until 2026-11-01'],
    ['2026-10', '2026-10', '2026-10-01 to 2026-10-31'],
    ['today', 'today', '2026-11-20'],
    ['2026-10-25', '2026-10-25', '2026-10-25'],
    ['2026-11-01T10:30', '2026-11-02T08:00', '2026-11-01 10:30 to 2026-11-02 08:00'],
    ['7d', null, 'since 2026-11-13 13:00'],
  ])('from %s to %s is %s', (since, until, expected) => {
    expect(periodText(span(since, until), clock)).toBe(expected)
  })

  test('has the clock of the zone', () => {
    expect(timeText(Date.parse('2026-07-01T22:05:00Z'), clock)).toBe('2026-07-02 00:05')
  })

  test('names the filters that were given, cleaned', () => {
    expect(filterText({ project: 'orch\x1b[31mard', type: 'dbt' })).toBe(' · project orchard · type dbt')
    expect(filterText({})).toBe('')
  })
})
