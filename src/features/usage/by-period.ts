import type { PeriodUnit, ZoneClock } from '../../base/time.ts'
import type { Db } from '../../store/query.ts'
import type { UsageFilter } from './filter.ts'
import { periodSource } from './period-keys.ts'
import { ledgerSums, type SumsRow, sessionCount, sumsOf, type UsageSums, unpricedModelsBy } from './sums.ts'

export interface PeriodRow extends UsageSums {
  /** Start of the period in milliseconds since 1970 UTC; null for rows that have no time. */
  readonly startMs: number | null
}

interface PeriodOptions {
  readonly unit: PeriodUnit
  readonly clock: ZoneClock
  readonly filter: UsageFilter
}

/** Usage by the hours, days, weeks or months of a time zone, in their order. Periods without usage have no row. */
export async function usageByPeriod(db: Db, options: PeriodOptions): Promise<PeriodRow[]> {
  const { key, ...source } = await periodSource(db, options)
  const found = await db.rows<SumsRow & { key: number | null; firstMs: number | null }>(
    `SELECT key, epoch_ms(min(occurred_at)) AS first_ms, ${sessionCount} AS sessions, ${ledgerSums}
     FROM (SELECT *, ${key} AS key FROM ${source.from}) GROUP BY key ORDER BY first_ms NULLS LAST`,
    source.parameters,
  )
  const models = found.some(row => row.unpricedCount !== 0)
    ? await unpricedModelsBy<number | null>(db, key, source)
    : undefined
  return found.map(row => ({ startMs: startOf(row.firstMs, options), ...sumsOf(row, models?.get(row.key)) }))
}

export interface PeriodModelRow extends PeriodRow {
  readonly model: string
}

/** The same, each period's models apart. */
export async function usageByPeriodAndModel(db: Db, options: PeriodOptions): Promise<PeriodModelRow[]> {
  const { key, ...source } = await periodSource(db, options)
  const found = await db.rows<SumsRow & { model: string; firstMs: number | null }>(
    `SELECT model, epoch_ms(min(occurred_at)) AS first_ms, ${sessionCount} AS sessions, ${ledgerSums}
     FROM (SELECT *, ${key} AS key FROM ${source.from}) GROUP BY key, model ORDER BY first_ms NULLS LAST, model`,
    source.parameters,
  )
  return found.map(({ model, firstMs, ...sums }) => ({
    model,
    startMs: startOf(firstMs, options),
    ...sumsOf(sums, sums.unpricedCount === 0 ? [] : [model]),
  }))
}

function startOf(firstMs: number | null, { unit, clock }: PeriodOptions): number | null {
  return firstMs === null ? null : clock.startOf(unit, firstMs)
}
