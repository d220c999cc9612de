import type { ZoneClock } from '../../base/time.ts'
import { type Db, together } from '../../store/query.ts'
import { type PeriodModelRow, usageByPeriodAndModel } from './by-period.ts'
import type { CalendarSpan } from './calendar-span.ts'
import { type UsageKind, type UsageSummary, usageSummary } from './summary.ts'
import { addSums, countSessions, type UsageSums } from './sums.ts'

/** A day, a month or a year at a glance. */
export interface UsageOverview {
  /** Each hour, day or month by model. */
  readonly series: readonly PeriodModelRow[]
  /** What the whole span adds up to. */
  readonly totals: UsageSums
  /** The same amounts by something else than time. */
  readonly breakdown: UsageSummary
}

/** `known` is what was answered for the same span by something else: only the breakdown is asked for then. */
export async function usageOverview(
  db: Db,
  options: { span: CalendarSpan; by: UsageKind; clock: ZoneClock; known?: UsageOverview | undefined },
): Promise<UsageOverview> {
  const { span, by, clock, known } = options
  const filter = { sinceMs: span.startMs, untilMs: span.endMs }
  if (known) return { ...known, breakdown: await usageSummary(db, { by, filter, clock }) }
  const [series, sessions, breakdown] = await together([
    usageByPeriodAndModel(db, { unit: span.unit, clock, filter }),
    countSessions(db, filter),
    usageSummary(db, { by, filter, clock }),
  ])
  return { series, totals: addSums(series, sessions), breakdown }
}
