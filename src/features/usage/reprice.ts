import type { Meta } from '../../store/meta.ts'
import { bigintOf, type Db } from '../../store/query.ts'
import type { TouchedSessions } from './choices.ts'
import { ledgerSelect, type StoredRow } from './ledger-rows.ts'
import type { PriceBook } from './price-book.ts'
import { type LedgerPricer, modelsToReprice, pricesState } from './pricing.ts'

const stateKey = 'prices'
const batchRows = 50_000

/** Whether the prices differ from those the ledger was last priced with. */
export function needsRepricing(meta: Meta, book: PriceBook): boolean {
  return meta.get(stateKey) !== pricesState(book)
}

/**
 * Prices the rows of every model whose prices changed anew, from the ledger alone: the transcripts may be gone.
 * Totals of the older tool keep the cost it gave them. Call it inside a transaction.
 */
export async function reprice(db: Db, meta: Meta, pricer: LedgerPricer): Promise<TouchedSessions> {
  const touched: TouchedSessions = new Set()
  const before = meta.get(stateKey)
  const state = pricesState(pricer.book)
  if (before === state) return touched
  const models = await db.rows<{ model: string }>(`SELECT DISTINCT model FROM usage_records`)
  const changed = modelsToReprice(
    models.map(row => row.model),
    before,
    pricer.book,
  )
  for (const model of changed) await repriceModel(db, pricer, model, touched)
  await meta.set(stateKey, state)
  return touched
}

/** Has all rows priced anew when the ledger is opened next: their cards may be missing. Call it inside a transaction. */
export async function forgetPrices(db: Db): Promise<void> {
  await db.run(`DELETE FROM rate_cards`)
  await db.run(`UPDATE usage_records SET card_id = NULL, cost_pico = NULL WHERE NOT legacy`)
  await db.run(`DELETE FROM meta WHERE key = '${stateKey}'`)
}

async function repriceModel(
  db: Db,
  pricer: LedgerPricer,
  model: string,
  touched: TouchedSessions,
): Promise<void> {
  let after = -1
  for (;;) {
    const rows = await db.rows<StoredRow>(
      `SELECT ${ledgerSelect} FROM usage_records
       WHERE model = $model AND NOT legacy AND rowid > $after ORDER BY rowid LIMIT ${batchRows}`,
      { model, after },
    )
    const last = rows.at(-1)
    if (!last) return
    after = last.rowId
    const changes = rows
      .map(row => ({ row, ...pricer.price(row) }))
      .filter(({ row, cardId, costPico }) => cardId !== row.cardId || costPico !== bigintOf(row.costPico))
    await pricer.save(db)
    await updatePrices(db, changes)
    for (const { row } of changes) {
      touched.add(row.ownerSessionId)
      touched.add(row.sessionId)
    }
  }
}

async function updatePrices(
  db: Db,
  changes: readonly { row: StoredRow; cardId: number | null; costPico: bigint | null }[],
): Promise<void> {
  if (changes.length === 0) return
  await db.run(
    `UPDATE usage_records SET card_id = price.card_id, cost_pico = price.cost_pico
     FROM (SELECT unnest(from_json($rows, '[{"row_id":"BIGINT","card_id":"INTEGER","cost_pico":"BIGINT"}]'), recursive := true)) price
     WHERE usage_records.rowid = price.row_id`,
    {
      rows: JSON.stringify(
        changes.map(({ row, cardId, costPico }) => ({
          row_id: row.rowId,
          card_id: cardId,
          cost_pico: costPico === null ? null : costPico.toString(),
        })),
      ),
    },
  )
}
