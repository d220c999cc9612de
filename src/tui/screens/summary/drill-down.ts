import { dropControls } from '../../../base/clean-text.ts'
import type { ZoneClock } from '../../../base/time.ts'
import type { CalendarSpan } from '../../../features/usage/calendar-span.ts'
import type { Breakdown } from './state.ts'

/**
 * What to search for, to see the sessions behind a bar: `project:github.com/me/shop date:2026-11`. A bar without a key
 * leads to all sessions of its time.
 */
export function sessionsBehind(
  { by, key }: { by: Breakdown; key: string | null },
  { kind, startMs }: CalendarSpan,
  clock: ZoneClock,
): string {
  const date = kind === 'year' ? String(clock.parts(startMs).year) : clock.label(kind, startMs)
  const isNamed = key !== null && by !== 'component'
  return isNamed ? `${by}:${quoted(key)} date:${date}` : `date:${date}`
}

/** A value with blanks is one word of a query only between quotes; quotes themselves can't be searched for. */
function quoted(value: string): string {
  const clean = dropControls(value).replaceAll('"', '')
  return /\s/.test(clean) ? `"${clean}"` : clean
}
