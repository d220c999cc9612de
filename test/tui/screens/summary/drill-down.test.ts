import { expect, test } from 'vitest'
import { zoneClock } from '../../../../src/base/time.ts'
import { calendarSpan } from '../../../../src/features/usage/calendar-span.ts'
import { sessionsBehind } from '../../../../src/tui/screens/summary/drill-down.ts'

const clock = zoneClock('Europe/Berlin')
const span = (kind: 'day' | 'month' | 'year') => calendarSpan(kind, Date.parse('2026-11-20T23:30:00Z'), clock)

test.each([
  ['project', 'github.com/me/shop', 'day', 'project:github.com/me/shop date:2026-11-21'],
  ['project', '/home/me/my "shop"', 'month', 'project:"/home/me/my shop" date:2026-11'],
  ['type', 'dbt', 'year', 'type:dbt date:2026'],
  ['machine', null, 'year', 'date:2026'],
  ['component', 'input', 'year', 'date:2026'],
] as const)('a bar by %s of %s in a %s leads to %s', (by, key, kind, query) => {
  expect(sessionsBehind({ by, key }, span(kind), clock)).toBe(query)
})
