import type { ZoneClock } from '../../base/time.ts'
import type { UsageKind } from '../../features/usage/summary.ts'

export interface DefaultPeriod {
  readonly sinceMs: number
  readonly name: string
}

/**
 * What a report covers when nobody says: fine-grained ones the newest part, as much as a screen shows, all others
 * everything.
 */
export function defaultPeriod(by: UsageKind, clock: ZoneClock, nowMs: number): DefaultPeriod | undefined {
  switch (by) {
    case 'hour':
      return { sinceMs: clock.add('hour', nowMs, -23), name: 'last 24 hours' }
    case 'day':
    case 'session':
      return { sinceMs: clock.add('day', nowMs, -29), name: 'last 30 days' }
    case 'week':
      return { sinceMs: clock.add('week', nowMs, -11), name: 'last 12 weeks' }
    default:
      return undefined
  }
}
