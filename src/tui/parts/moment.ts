import type { ZoneClock } from '../../base/time.ts'

/** A moment as short as it is clear: `14:05` today, `11-20 14:05` this year, else `2025-11-20`. */
export function momentText(ms: number, clock: ZoneClock, nowMs: number): string {
  const day = clock.label('day', ms)
  const today = clock.label('day', nowMs)
  if (day.slice(0, 4) !== today.slice(0, 4)) return day
  const { hour, minute } = clock.parts(ms)
  const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
  return day === today ? time : `${day.slice(5)} ${time}`
}
