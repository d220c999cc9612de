import type { Cell, Db } from '../../store/query.ts'
import type { UsageRecord } from '../../transcripts/transcript.ts'
import { modelKeys, type PriceBook, pricesFingerprint } from './price-book.ts'
import { createPricer, type RateCard } from './prices.ts'

/** Prices rows for the ledger and keeps the rate cards it used, so that a cost can be taken apart in SQL. */
export interface LedgerPricer {
  readonly book: PriceBook
  price(record: UsageRecord): Price
  /** Writes the cards that are new. Within the transaction that writes the rows. */
  save(db: Db): Promise<void>
}

export interface Price {
  /** Null where there is nothing to pay or no price. */
  readonly cardId: number | null
  /** Picodollars; null where the model has no price, 0 where nothing was used. */
  readonly costPico: bigint | null
}

/** A pricer for one open ledger. */
export async function openPricer(db: Db, book: PriceBook): Promise<LedgerPricer> {
  const pricer = createPricer(book)
  const rows = await db.rows<{ cardId: number; card: string }>(`SELECT card_id, card FROM rate_cards`)
  const ids = new Map(rows.map(row => [row.card, row.cardId]))
  let fresh: { id: number; card: RateCard }[] = []

  function idOf(card: RateCard): number {
    let id = ids.get(card.key)
    if (id === undefined) {
      id = ids.size + 1
      ids.set(card.key, id)
      fresh.push({ id, card })
    }
    return id
  }

  return {
    book,
    price(record) {
      if (isFree(record)) return { cardId: null, costPico: 0n }
      const found = pricer.costOf(record)
      if (!found) return { cardId: null, costPico: null }
      return { cardId: idOf(found.card), costPico: found.costPico }
    },
    async save(target) {
      await target.append(
        'rate_cards',
        [
          'card_id',
          'model',
          'card',
          'input_pico',
          'output_pico',
          'cache_write_5m_pico',
          'cache_write_1h_pico',
          'cache_read_pico',
          'web_search_pico',
        ],
        fresh.map(({ id, card }): Cell[] => [
          id,
          card.model,
          card.key,
          card.inputPico,
          card.outputPico,
          card.cacheWrite5mPico,
          card.cacheWrite1hPico,
          card.cacheReadPico,
          card.webSearchPico,
        ]),
      )
      fresh = []
    },
  }
}

function isFree(record: UsageRecord): boolean {
  return (
    record.input === 0 &&
    record.output === 0 &&
    record.cacheWrite5m === 0 &&
    record.cacheWrite1h === 0 &&
    record.cacheRead === 0 &&
    record.webSearches === 0
  )
}

/** What prices each model of the ledger had when it was last priced, as text for `meta`. */
export function pricesState(book: PriceBook): string {
  return JSON.stringify(Object.fromEntries([...pricesFingerprint(book)].sort(([a], [b]) => (a < b ? -1 : 1))))
}

/** Which of the ledger's models need a new price, given the state before and the book now. Pure. */
export function modelsToReprice(models: readonly string[], before: string | null, book: PriceBook): string[] {
  const known = fingerprintsIn(before)
  const now = pricesFingerprint(book)
  return models.filter(model => modelKeys(model).some(({ key }) => known.get(key) !== now.get(key)))
}

function fingerprintsIn(state: string | null): Map<string, string> {
  if (state === null) return new Map()
  return new Map(Object.entries(JSON.parse(state) as Record<string, string>))
}
