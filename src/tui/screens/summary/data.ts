import type { ZoneClock } from '../../../base/time.ts'
import type { CalendarSpan } from '../../../features/usage/calendar-span.ts'
import { type UsageOverview, usageOverview } from '../../../features/usage/overview.ts'
import { addSums } from '../../../features/usage/sums.ts'
import { StoreMissingError } from '../../../store/open.ts'
import type { StoreDoor } from '../../store-door.ts'
import type { Breakdown } from './state.ts'

/** Which time, and by what besides models. */
export interface UsageQuestion {
  readonly span: CalendarSpan
  readonly by: Breakdown
}

/** What was used in a span. Where nothing was ever recorded, that is nothing. */
export async function readUsage(
  door: StoreDoor,
  clock: ZoneClock,
  question: UsageQuestion,
): Promise<UsageOverview> {
  try {
    return await door.ask(db => usageOverview(db, { ...question, clock }))
  } catch (error) {
    if (!(error instanceof StoreMissingError)) throw error
    const totals = addSums([], 0)
    return { series: [], totals, breakdown: { kind: 'component', rows: [], totals } }
  }
}
