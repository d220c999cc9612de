import type { Db } from '../../src/store/query.ts'

/** A row of the ledger as far as totals need it. */
export interface LedgerRow {
  readonly messageKey: string
  readonly part: number
  readonly sessionId: string
  readonly ownerSessionId: string
  readonly model: string
  readonly input: number
  readonly output: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly cacheRead: number
  readonly thinking: number
  readonly webSearches: number
  readonly webFetches: number
  readonly hasUsage: boolean
  readonly isFinal: boolean
  readonly fromProgress: boolean
  readonly counted: boolean
  readonly costPico: number | bigint | null
}

export function ledgerRows(db: Db): Promise<LedgerRow[]> {
  return db.rows<LedgerRow>(
    `SELECT message_key, part, session_id, owner_session_id, model, input_tokens AS input, output_tokens AS output,
       cache_write_5m_tokens AS cache_write5m, cache_write_1h_tokens AS cache_write1h, cache_read_tokens AS cache_read,
       thinking_tokens AS thinking, web_searches, web_fetches, has_usage, is_final, from_progress, counted, cost_pico
     FROM usage_records ORDER BY session_id, message_key, part`,
  )
}

export interface ModelTotals {
  messages: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWrite5mTokens: number
  cacheWrite1hTokens: number
  thinkingTokens: number
  webSearchRequests: number
  webFetchRequests: number
  costUSD: string | null
}

/** Totals in the shape of the shared right answers; money as decimal text with eight places. */
export interface Totals {
  assistantMessages: number
  unfinalizedMessages: number
  tokensByModel: Record<string, ModelTotals>
  costUSD: string
  unpricedModels: string[]
}

/** Adds ledger rows up, plainly, one by one: what SQL says is held against it. */
export function totalsOf(rows: readonly LedgerRow[]): Totals {
  const models = new Map<string, { totals: ModelTotals; pico: bigint; isUnpriced: boolean }>()
  let pico = 0n
  for (const row of rows) {
    if (!row.hasUsage) continue
    const model = models.get(row.model) ?? { totals: noTotals(), pico: 0n, isUnpriced: false }
    models.set(row.model, model)
    const { totals } = model
    if (row.part === 0) totals.messages++
    totals.inputTokens += row.input
    totals.outputTokens += row.output
    totals.cacheReadTokens += row.cacheRead
    totals.cacheWrite5mTokens += row.cacheWrite5m
    totals.cacheWrite1hTokens += row.cacheWrite1h
    totals.thinkingTokens += row.thinking
    totals.webSearchRequests += row.webSearches
    totals.webFetchRequests += row.webFetches
    if (row.costPico === null) model.isUnpriced = true
    else {
      model.pico += BigInt(row.costPico)
      pico += BigInt(row.costPico)
    }
  }
  for (const model of models.values()) model.totals.costUSD = model.isUnpriced ? null : usdText(model.pico)
  const heads = rows.filter(row => row.part === 0)
  return {
    assistantMessages: heads.length,
    unfinalizedMessages: heads.filter(row => row.hasUsage && !row.isFinal).length,
    tokensByModel: Object.fromEntries([...models].map(([name, { totals }]) => [name, totals])),
    costUSD: usdText(pico),
    unpricedModels: [...models]
      .filter(([, model]) => model.isUnpriced)
      .map(([name]) => name)
      .sort(),
  }
}

function noTotals(): ModelTotals {
  return {
    messages: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    thinkingTokens: 0,
    webSearchRequests: 0,
    webFetchRequests: 0,
    costUSD: null,
  }
}

/** Picodollars as dollars with eight places, rounded half up. */
export function usdText(pico: bigint): string {
  const hundredMillionths = (pico + 5000n) / 10_000n
  const digits = hundredMillionths.toString().padStart(9, '0')
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`
}
