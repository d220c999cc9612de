import type { Db } from '../../store/query.ts'
import { ledgerCondition, type UsageFilter } from './filter.ts'

/** What a message pays for; totals that the older tool left can't be taken apart. */
export type Component =
  | 'input'
  | 'output'
  | 'cache-write-5m'
  | 'cache-write-1h'
  | 'cache-read'
  | 'web-search'
  | 'adopted-totals'

export interface ComponentRow {
  readonly component: Component
  /** Tokens; of web searches their number. */
  readonly quantity: number
  /** Picodollars of all that has a price; null where nothing has one. */
  readonly costPico: bigint | null
}

interface ComponentSums {
  readonly [column: `${string}Quantity`]: number
  readonly [column: `${string}Pico`]: number | bigint | null
}

/** The tokens' column in the ledger, its rate in `rate_cards` and how a component's sums are called. */
const parts: readonly { component: Component; name: string; tokens: string; rate: string }[] = [
  { component: 'input', name: 'input', tokens: 'input_tokens', rate: 'input_pico' },
  { component: 'output', name: 'output', tokens: 'output_tokens', rate: 'output_pico' },
  { component: 'cache-write-5m', name: 'write5m', tokens: 'cache_write_5m_tokens', rate: 'cache_write_5m_pico' },
  { component: 'cache-write-1h', name: 'write1h', tokens: 'cache_write_1h_tokens', rate: 'cache_write_1h_pico' },
  { component: 'cache-read', name: 'read', tokens: 'cache_read_tokens', rate: 'cache_read_pico' },
  { component: 'web-search', name: 'search', tokens: 'web_searches', rate: 'web_search_pico' },
]

/**
 * Usage by what is paid for. Each part's cost is its tokens times the rates that their messages paid, so that the
 * parts add up to the total cost exactly. The row of adopted totals is there only if there are such totals.
 */
export async function usageByComponent(db: Db, filter: UsageFilter): Promise<ComponentRow[]> {
  const { where, parameters } = ledgerCondition(filter)
  const [row] = await db.rows<ComponentSums & { legacyRows: number; unpricedRows: number; pricedRows: number }>(
    `WITH used AS (
       SELECT card_id, legacy, count(*) AS row_count, count(cost_pico) AS priced_count, sum(cost_pico) AS cost_pico,
         ${parts.map(({ tokens }) => `sum(${tokens}) AS ${tokens}`).join(', ')}
       FROM usage_records WHERE ${where} GROUP BY card_id, legacy
     )
     SELECT ${parts.map(partSums).join(', ')},
       coalesce(sum(input_tokens + output_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens)
         FILTER (WHERE legacy), 0) AS legacy_quantity,
       sum(cost_pico) FILTER (WHERE legacy) AS legacy_pico,
       coalesce(sum(row_count) FILTER (WHERE legacy), 0) AS legacy_rows,
       coalesce(sum(row_count) FILTER (WHERE NOT legacy), 0) AS own_rows,
       coalesce(sum(priced_count) FILTER (WHERE NOT legacy), 0) AS priced_rows
     FROM used LEFT JOIN rate_cards ON rate_cards.card_id = used.card_id`,
    parameters,
  )
}

function partSums({ name, tokens, rate }: (typeof parts)[number]): string {
  return `coalesce(sum(${tokens}) FILTER (WHERE NOT legacy), 0) AS ${name}_quantity,
    sum(${tokens} * ${rate}) FILTER (WHERE NOT legacy) AS ${name}_pico`
}
