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
    default: {
      const rows = await usageByGroup(db, { kind: by, filter, limit })
      return { kind: 'group', by, rows, totals: await groupTotals(db, by, rows, options) }
    }
  }
}

async function groupTotals(
  db: Db,
  by: GroupKind,
  rows: readonly GroupRow[],
  { filter, limit }: { filter: UsageFilter; limit?: number | undefined },
): Promise<UsageSums> {
  if (limit !== undefined && rows.length >= limit) return usageTotals(db, filter)
  // A session can use several models; it has one project, type and machine.
  return by === 'model' ? addSums(rows, await countSessions(db, filter)) : addSums(rows)
}
