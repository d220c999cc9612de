import { bigintOf, type Db } from '../../store/query.ts'
import { ledgerCondition, type UsageFilter } from './filter.ts'

/** What a message pays for, in the order of reports. Totals that an older tool left can't be taken apart. */
export const components = [
  'input',
  'output',
  'cache-write-5m',
  'cache-write-1h',
  'cache-read',
  'web-search',
  'adopted-totals',
] as const

export type Component = (typeof components)[number]

/** What people call it. */
export const componentLabels: Readonly<Record<Component, string>> = {
  input: 'input',
  output: 'output',
  'cache-write-5m': 'cache write, 5 minutes',
  'cache-write-1h': 'cache write, 1 hour',
  'cache-read': 'cache read',
  'web-search': 'web searches',
  'adopted-totals': 'adopted totals',
}

export interface ComponentRow {
  readonly component: Component
  /** Tokens; of web searches their number. */
  readonly quantity: number
  /** Picodollars of what has a price: a lower bound if `unpricedQuantity` is above 0. Null: nothing has one. */
  readonly costPico: bigint | null
  /** What of the quantity has no price. */
  readonly unpricedQuantity: number
}

/** The column of the ledger that counts a component, and that of `rate_cards` that prices it. */
const parts = {
  input: ['input_tokens', 'input_pico'],
  output: ['output_tokens', 'output_pico'],
  'cache-write-5m': ['cache_write_5m_tokens', 'cache_write_5m_pico'],
  'cache-write-1h': ['cache_write_1h_tokens', 'cache_write_1h_pico'],
  'cache-read': ['cache_read_tokens', 'cache_read_pico'],
  'web-search': ['web_searches', 'web_search_pico'],
} as const

/**
 * Usage by what is paid for. A part's cost is its tokens times the rates that their messages paid, so the parts add
 * up to the total cost exactly. Adopted totals are there only if there are such totals; then all of their tokens
 * are in that row.
 */
export async function usageByComponent(db: Db, filter: UsageFilter): Promise<ComponentRow[]> {
  const { where, parameters } = ledgerCondition(filter)
  const counts = Object.values(parts).map(([count]) => count)
  const rows = await db.rows<{
    component: Component
    quantity: number | null
    unpricedQuantity: number | null
    costPico: number | bigint | null
  }>(
    `WITH used AS (
       SELECT card_id, legacy, cost_pico IS NULL AS is_unpriced, sum(cost_pico) AS cost_pico,
         ${counts.map(count => `sum(${count}) AS ${count}`).join(', ')}
       FROM usage_records WHERE ${where} GROUP BY card_id, legacy, is_unpriced
     ),
     own AS (SELECT * FROM used LEFT JOIN rate_cards USING (card_id) WHERE NOT legacy)
     ${Object.entries(parts)
       .map(
         ([component, [count, rate]]) =>
           `SELECT '${component}' AS component, ${quantities(count)}, sum(${count} * ${rate}) AS cost_pico FROM own`,
       )
       .join(' UNION ALL ')}
     UNION ALL
     SELECT 'adopted-totals' AS component, ${quantities(counts.slice(0, -1).join(' + '))}, sum(cost_pico) AS cost_pico
     FROM used WHERE legacy HAVING count(*) > 0`,
    parameters,
  )
  return components.flatMap(component => {
    const row = rows.find(found => found.component === component)
    if (!row) return []
    const quantity = Number(row.quantity ?? 0)
    const unpricedQuantity = Number(row.unpricedQuantity ?? 0)
    const costPico = bigintOf(row.costPico) ?? (unpricedQuantity > 0 ? null : 0n)
    return { component, quantity, unpricedQuantity, costPico }
  })
}

function quantities(count: string): string {
  return `sum(${count}) AS quantity, sum(${count}) FILTER (WHERE is_unpriced) AS unpriced_quantity`
}
