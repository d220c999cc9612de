import type { Db } from '../../store/query.ts'
import { ledgerCondition, type UsageFilter } from './filter.ts'

/** What rows of the ledger add up to. */
export interface UsageSums {
  /** Sessions that own at least one of the rows. */
  readonly sessions: number
  /** API messages; totals of an older tool are none. */
  readonly messages: number
  readonly input: number
  readonly output: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly cacheRead: number
  readonly totalTokens: number
  /** Picodollars of what has a price: a lower bound if `unpricedCount` is above 0. Null: nothing has one. */
  readonly costPico: bigint | null
  /** Rows whose model has no price. */
  readonly unpricedCount: number
  readonly unpricedModels: readonly string[]
  /** Messages whose output tokens may be a lower bound. */
  readonly unfinalizedCount: number
}

/** Selects what `sumsOf` reads, but `sessions` and `unpriced_models`, over rows of `usage_records`. */
export const ledgerSums = `
  count(*) FILTER (WHERE part = 0 AND NOT legacy) AS messages,
  sum(input_tokens) AS input, sum(output_tokens) AS output,
  sum(cache_write_5m_tokens) AS cache_write_5m, sum(cache_write_1h_tokens) AS cache_write_1h,
  sum(cache_read_tokens) AS cache_read, sum(cost_pico) AS cost_pico,
  count(*) FILTER (WHERE cost_pico IS NULL) AS unpriced_count,
  count(*) FILTER (WHERE part = 0 AND has_usage AND NOT is_final AND NOT legacy) AS unfinalized_count`

/** The models without a price among rows of `usage_records`. */
export const unpricedModels = 'list(DISTINCT model ORDER BY model) FILTER (WHERE cost_pico IS NULL)'

/** The columns of `ledgerSums` out of rows of the table `used` that are such sums already. */
export const sumsOfSums = [
  'messages',
  'input',
  'output',
  'cache_write_5m',
  'cache_write_1h',
  'cache_read',
  'cost_pico',
  'unpriced_count',
  'unfinalized_count',
]
  .map(column => `sum(used.${column}) AS ${column}`)
  .join(', ')

/** A row as the queries answer it. Sums of no rows are null. */
export interface SumsRow {
  readonly sessions: number
  readonly messages: number | null
  readonly input: number | null
  readonly output: number | null
  readonly cacheWrite5m: number | null
  readonly cacheWrite1h: number | null
  readonly cacheRead: number | null
  readonly costPico: number | bigint | null
  readonly unpricedCount: number | null
  readonly unpricedModels: readonly string[] | null
  readonly unfinalizedCount: number | null
}

/** The row with its total; without rows nothing was used and it cost nothing. */
export function sumsOf(row: SumsRow): UsageSums {
  // A count beyond 2^53 comes as bigint; no honest ledger has one.
  const count = (value: number | null) => Number(value ?? 0)
  const tokens = {
    input: count(row.input),
    output: count(row.output),
    cacheWrite5m: count(row.cacheWrite5m),
    cacheWrite1h: count(row.cacheWrite1h),
    cacheRead: count(row.cacheRead),
  }
  const unpricedCount = count(row.unpricedCount)
  return {
    sessions: row.sessions,
    messages: count(row.messages),
    ...tokens,
    totalTokens: Object.values(tokens).reduce((sum, value) => sum + value, 0),
    costPico: row.costPico === null ? (unpricedCount > 0 ? null : 0n) : BigInt(row.costPico),
    unpricedCount,
    unpricedModels: row.unpricedModels ?? [],
    unfinalizedCount: count(row.unfinalizedCount),
  }
}

/** What all rows add up to that the filter lets through. */
export async function usageTotals(db: Db, filter: UsageFilter): Promise<UsageSums> {
  const { where, parameters } = ledgerCondition(filter)
  const [row] = await db.rows<SumsRow>(
    `SELECT count(DISTINCT owner_session_id) AS sessions, ${ledgerSums},
       ${unpricedModels} AS unpriced_models
     FROM usage_records WHERE ${where}`,
    parameters,
  )
  if (!row) throw new Error('an aggregate without a row')
  return sumsOf(row)
}

/** How many sessions own rows that the filter lets through. */
export async function countSessions(db: Db, filter: UsageFilter): Promise<number> {
  const { where, parameters } = ledgerCondition(filter)
  const [row] = await db.rows<{ sessions: number }>(
    `SELECT count(DISTINCT owner_session_id) AS sessions FROM usage_records WHERE ${where}`,
    parameters,
  )
  return row?.sessions ?? 0
}

/**
 * What all rows of a report add up to, without asking the ledger again. `sessions`: how many there are in all, where
 * one can be in several rows; default: their sum.
 */
export function addSums(
  rows: readonly UsageSums[],
  sessions = rows.reduce((sum, row) => sum + row.sessions, 0),
): UsageSums {
  const sum = (count: (row: UsageSums) => number) => rows.reduce((total, row) => total + count(row), 0)
  const priced = rows.map(row => row.costPico).filter(cost => cost !== null)
  const models = new Set(rows.flatMap(row => row.unpricedModels))
  return {
    sessions,
    messages: sum(row => row.messages),
    input: sum(row => row.input),
    output: sum(row => row.output),
    cacheWrite5m: sum(row => row.cacheWrite5m),
    cacheWrite1h: sum(row => row.cacheWrite1h),
    cacheRead: sum(row => row.cacheRead),
    totalTokens: sum(row => row.totalTokens),
    costPico:
      rows.length > 0 && priced.length === 0 ? null : priced.reduce((total, cost) => total + cost, 0n),
    unpricedCount: sum(row => row.unpricedCount),
    unpricedModels: [...models].sort(),
    unfinalizedCount: sum(row => row.unfinalizedCount),
  }
}
