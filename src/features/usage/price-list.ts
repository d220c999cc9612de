import type { Db } from '../../store/query.ts'
import { modelKeys, type PriceBook } from './price-book.ts'

/** All that is known of a model's price. */
export type ModelPrices = NonNullable<ReturnType<PriceBook['models']['get']>>

/** A model of the ledger. */
export interface UsedModel {
  readonly model: string
  readonly messages: number
  readonly totalTokens: number
  /** Rows without a price: all of them, or those of a day, speed or prompt size that the list has no rate for. */
  readonly unpricedCount: number
}

export interface PriceListModel {
  readonly prices: ModelPrices
  /** Other ids it is found under. */
  readonly aliases: readonly string[]
  /** What the ledger has of it, under whatever id. */
  readonly messages: number
  readonly totalTokens: number
}

export interface PriceList {
  /** Those that the ledger uses most first. */
  readonly models: readonly PriceListModel[]
  /** Models of the ledger of which something has no price. */
  readonly unpriced: readonly UsedModel[]
}

/** The models of the ledger. */
export async function usedModels(db: Db): Promise<UsedModel[]> {
  return db.rows<UsedModel>(
    `SELECT model, count(*) FILTER (WHERE part = 0 AND NOT legacy) AS messages,
       sum(input_tokens + output_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens)
         AS total_tokens,
       count(*) FILTER (WHERE cost_pico IS NULL) AS unpriced_count
     FROM usage_records WHERE counted AND (has_usage OR part = 0) GROUP BY model ORDER BY messages DESC, model`,
  )
}

/** Lays what is known of prices beside what is used. Pure. */
export function priceList(book: PriceBook, used: readonly UsedModel[]): PriceList {
  const names = new Map<ModelPrices, string[]>()
  for (const [name, prices] of book.models) {
    const known = names.get(prices) ?? []
    names.set(prices, known)
    if (name !== prices.id) known.push(name)
  }
  const models = [...names].map(([prices, aliases]) => {
    const own = used.filter(({ model }) => pricesOf(book, model) === prices)
    return {
      prices,
      aliases,
      messages: own.reduce((sum, row) => sum + row.messages, 0),
      totalTokens: own.reduce((sum, row) => sum + row.totalTokens, 0),
    }
  })
  return {
    models: models.sort((a, b) => b.messages - a.messages || (a.prices.id < b.prices.id ? -1 : 1)),
    unpriced: used.filter(row => row.unpricedCount > 0),
  }
}

function pricesOf(book: PriceBook, model: string): ModelPrices | undefined {
  const found = modelKeys(model).find(({ key }) => book.models.has(key))
  return found && book.models.get(found.key)
}
