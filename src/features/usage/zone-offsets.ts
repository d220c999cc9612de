import type { ZoneClock } from '../../base/time.ts'

/** A stretch of time in which a zone's clock differs from UTC by the same. Milliseconds. */
export interface OffsetSpan {
  /** Exclusive. It begins where the one before it ends. */
  readonly untilMs: number
  /** Wall clock minus UTC. */
  readonly offsetMs: number
}

const dayMs = 86_400_000
/** Every zone changes its clock at a whole minute of UTC (since 1972). */
const minuteMs = 60_000

/**
 * The zone's offsets on the given days of UTC (days since 1970, ascending): as few spans as hold on them, in their
 * order. What lies between the days is not looked at, so one wrong date far away costs a span and not thousands.
 */
export function offsetSpans(utcDays: readonly number[], clock: ZoneClock): OffsetSpan[] {
  const spans: { untilMs: number; offsetMs: number }[] = []
  const add = (untilMs: number, offsetMs: number) => {
    const last = spans.at(-1)
    if (last?.offsetMs === offsetMs) last.untilMs = untilMs
    else spans.push({ untilMs, offsetMs })
  }
  for (const day of utcDays) {
    const endMs = (day + 1) * dayMs
    const before = offsetOf(clock, day * dayMs)
    const after = offsetOf(clock, endMs - minuteMs)
    if (before !== after) {
      add(changeBetween(day * dayMs, endMs - minuteMs, clock), before)
    }
    add(endMs, after)
  }
  return spans
}

/** The minute after `fromMs` and up to `toMs` at which the zone changes its clock. */
function changeBetween(fromMs: number, toMs: number, clock: ZoneClock): number {
  const before = offsetOf(clock, fromMs)
  let low = fromMs
  let high = toMs
  while (high - low > minuteMs) {
    const middle = low + Math.floor((high - low) / minuteMs / 2) * minuteMs
    if (offsetOf(clock, middle) === before) low = middle
    else high = middle
  }
  return high
}

function offsetOf(clock: ZoneClock, ms: number): number {
  const { year, month, day, hour, minute, second } = clock.parts(ms)
  return Date.UTC(year, month - 1, day, hour, minute, second) - ms
}
