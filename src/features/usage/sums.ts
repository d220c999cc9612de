import { bigintOf, type Db, type Parameters } from '../../store/query.ts'
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

const sumColumns = {
  messages: 'count_if(part = 0 AND NOT legacy)',
  input: 'sum(input_tokens)',
  output: 'sum(output_tokens)',
  cache_write_5m: 'sum(cache_write_5m_tokens)',
  cache_write_1h: 'sum(cache_write_1h_tokens)',
  cache_read: 'sum(cache_read_tokens)',
  cost_pico: 'sum(cost_pico)',
  unpriced_count: 'count(*) - count(cost_pico)',
  unfinalized_count: 'count_if(part = 0 AND has_usage AND NOT is_final AND NOT legacy)',
}

/** Selects what `sumsOf` reads, but `sessions`, out of rows of `usage_records`. */
export const ledgerSums = Object.entries(sumColumns)
  .map(([column, sum]) => `${sum} AS ${column}`)
  .join(', ')

/** The same columns out of rows of the table `used` that are such sums already. */
export const sumsOfSums = Object.keys(sumColumns)
  .map(column => `sum(used.${column}) AS ${column}`)
  .join(', ')

/**
 * How many sessions own the rows. Told apart by a hash of 64 bits, which halves the time: among 100,000 sessions two
 * fall together once in billions of ledgers.
 */
export const sessionCount = 'count(DISTINCT hash(owner_session_id))'

/** A row as the queries answer it. Sums of no rows are null. */
export interface SumsRow {
  readonly sessions: number | null
  readonly messages: number | null
  readonly input: number | null
  readonly output: number | null
  readonly cacheWrite5m: number | null
  readonly cacheWrite1h: number | null
  readonly cacheRead: number | null
  readonly costPico: number | bigint | null
  readonly unpricedCount: number | null
  readonly unfinalizedCount: number | null
}

/** The row with its total; without rows nothing was used and it cost nothing. */
export function sumsOf(row: SumsRow, unpricedModels: readonly string[] = []): UsageSums {
  // A count beyond 2^53 comes as bigint; no honest ledger has one.
  const count = (value: number | null) => Number(value ?? 0)
  const input = count(row.input)
  const output = count(row.output)
  const cacheWrite5m = count(row.cacheWrite5m)
  const cacheWrite1h = count(row.cacheWrite1h)
  const cacheRead = count(row.cacheRead)
  const unpricedCount = count(row.unpricedCount)
  return {
    sessions: count(row.sessions),
    messages: count(row.messages),
    input,
    output,
    cacheWrite5m,
    cacheWrite1h,
    cacheRead,
    totalTokens: input + output + cacheWrite5m + cacheWrite1h + cacheRead,
    costPico: bigintOf(row.costPico) ?? (unpricedCount > 0 ? null : 0n),
    unpricedCount,
    unpricedModels,
    unfinalizedCount: count(row.unfinalizedCount),
  }
}

/** What all rows add up to that the filter lets through. */
export async function usageTotals(db: Db, filter: UsageFilter): Promise<UsageSums> {
  const { where, parameters } = ledgerCondition(filter)
  const [row] = await db.rows<SumsRow>(
    `SELECT ${sessionCount} AS sessions, ${ledgerSums} FROM usage_records WHERE ${where}`,
    parameters,
  )
  if (!row) throw new Error('an aggregate without a row')
  const source = { from: `usage_records WHERE ${where}`, parameters }
  const models = row.unpricedCount === 0 ? [] : await unpricedModels(db, source)
  return sumsOf(row, models)
}

/** What all rows of a report add up to, without asking the ledger again; `sessions` can be in several of them. */
export function addSums(rows: readonly UsageSums[], sessions: number): UsageSums {
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

/** How many sessions own rows that the filter lets through. */
export async function countSessions(db: Db, filter: UsageFilter): Promise<number> {
  const { where, parameters } = ledgerCondition(filter)
  const [row] = await db.rows<{ sessions: number }>(
    `SELECT ${sessionCount} AS sessions FROM usage_records WHERE ${where}`,
    parameters,
  )
  return row?.sessions ?? 0
}

/** Rows of the ledger: what follows FROM, a condition at its end. */
export interface LedgerSource {
  readonly from: string
  readonly parameters: Parameters
}

/** The models without a price among rows of the ledger. */
export async function unpricedModels(db: Db, { from, parameters }: LedgerSource): Promise<string[]> {
  const rows = await db.rows<{ model: string }>(
    `SELECT DISTINCT model FROM ${from} AND cost_pico IS NULL ORDER BY model`,
    parameters,
  )
  return rows.map(row => row.model)
}

/**
 * The same by groups, `key` being the expression they are made by. Asked for apart from the sums: lists inside of them
 * would double the time, and mostly there are no such models.
 */
export async function unpricedModelsBy<Key extends string | number | null>(
  db: Db,
  key: string,
  { from, parameters }: LedgerSource,
): Promise<Map<Key, string[]>> {
  const rows = await db.rows<{ key: Key; model: string }>(
    `SELECT DISTINCT ${key} AS key, model FROM ${from} AND cost_pico IS NULL ORDER BY model`,
    parameters,
  )
  const models = new Map<Key, string[]>()
  for (const row of rows) models.set(row.key, [...(models.get(row.key) ?? []), row.model])
  return models
}
