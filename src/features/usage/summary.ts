import type { PeriodUnit, ZoneClock } from '../../base/time.ts'
import type { Db } from '../../store/query.ts'
import { type ComponentRow, usageByComponent } from './by-component.ts'
import { type GroupKind, type GroupRow, usageByGroup } from './by-group.ts'
import { type PeriodRow, usageByPeriod } from './by-period.ts'
import type { UsageFilter } from './filter.ts'
import { addSums, countSessions, type UsageSums, usageTotals } from './sums.ts'

export const periodUnits = ['hour', 'day', 'week', 'month'] as const satisfies readonly PeriodUnit[]
export const groupKinds = [
  'session',
  'project',
  'model',
  'type',
  'machine',
] as const satisfies readonly GroupKind[]

/** All that usage can be shown by. */
export const usageKinds = [...periodUnits, ...groupKinds, 'component'] as const
export type UsageKind = (typeof usageKinds)[number]

/** A report: its rows and what all rows add up to, those included that a limit leaves out. */
export type UsageSummary = { readonly totals: UsageSums } & (
  | { readonly kind: 'period'; readonly unit: PeriodUnit; readonly rows: readonly PeriodRow[] }
  | { readonly kind: 'group'; readonly by: GroupKind; readonly rows: readonly GroupRow[] }
  | { readonly kind: 'component'; readonly rows: readonly ComponentRow[] }
)

/** Usage by one of `usageKinds`. `clock` names the zone whose periods are meant, `limit` cuts lists of groups. */
export async function usageSummary(
  db: Db,
  options: { by: UsageKind; filter: UsageFilter; clock: ZoneClock; limit?: number | undefined },
): Promise<UsageSummary> {
  const { by, filter, clock, limit } = options
  switch (by) {
    case 'hour':
    case 'day':
    case 'week':
    case 'month': {
      const rows = await usageByPeriod(db, { unit: by, clock, filter })
      return { kind: 'period', unit: by, rows, totals: addSums(rows, await countSessions(db, filter)) }
    }
    case 'component':
      return {
        kind: 'component',
        rows: await usageByComponent(db, filter),
        totals: await usageTotals(db, filter),
      }
    default:
      return { kind: 'group', by, ...(await usageByGroup(db, { kind: by, filter, limit })) }
  }
}
