import type { Cell, Db } from '../../store/query.ts'
import type { UsageRecord } from '../../transcripts/transcript.ts'
import { changedChoices, type TouchedSessions, updateChoices } from './choices.ts'
import { deleteRows, rowsOfMessages } from './ledger.ts'
import { ledgerColumns, observationCells, type StoredRow } from './ledger-rows.ts'
import { countLegacyOnce } from './legacy-totals.ts'
import type { LedgerPricer } from './pricing.ts'
import { type Resolution, resolveHeads } from './resolve.ts'

/** A ledger row as another database file measured it. */
export interface ForeignUsage extends UsageRecord {
  readonly writerId: string
  readonly seq: number
  /** A total of the older tool, with what that said it costs, in picodollars. */
  readonly legacy: boolean
  readonly legacyCostPico: bigint | null
}

/**
 * Adds what other writers measured. A row is replaced only by a higher number of its own writer; then every message
 * counts once over all writers, at our prices. Doing it again changes nothing. Call it inside a transaction.
 * Answers the sessions whose totals may have changed.
 */
export async function applyUsage(
  db: Db,
  { rows, pricer }: { rows: readonly ForeignUsage[]; pricer: LedgerPricer },
): Promise<TouchedSessions> {
  const touched: TouchedSessions = new Set()
  if (rows.length === 0) return touched
  const known = await rowsOfMessages(db, [...new Set(rows.map(row => row.messageKey))])
  const { fresh, replaced } = planForeign(known, rows)
  if (fresh.length === 0) return touched
  const replacedIds = new Set(replaced.map(row => row.rowId))
  const kept = known.filter(row => !replacedIds.has(row.rowId))
  const choices = resolveHeads([...kept, ...fresh])
  const cells = fresh.map((row): Cell[] => {
    const choice = choices.get(row.messageKey)
    const { cardId, costPico } = row.legacy
      ? { cardId: null, costPico: row.legacyCostPico }
      : pricer.price(row)
    const owner = choice?.ownerSessionId ?? row.claimedSessionId ?? row.sessionId
    touched.add(row.sessionId).add(owner)
    return [
      ...observationCells(row.writerId, row.seq, row, row),
      isChosen(row, choice),
      owner,
      cardId,
      costPico,
      null,
    ]
  })
  for (const row of replaced) touched.add(row.sessionId).add(row.ownerSessionId)
  await pricer.save(db)
  await deleteRows(db, [...replacedIds])
  await db.append('usage_records', ledgerColumns, cells)
  const changed = changedChoices(kept, choices)
  await updateChoices(db, changed)
  for (const { row, ownerSessionId } of changed) {
    touched.add(row.ownerSessionId).add(ownerSessionId).add(row.sessionId)
  }
  await countLegacyOnce(db, touched)
  return touched
}

/** Of the rows that came, those that are newer than what is here, and the rows they replace. Pure. */
export function planForeign(
  known: readonly StoredRow[],
  rows: readonly ForeignUsage[],
): { fresh: ForeignUsage[]; replaced: StoredRow[] } {
  const newest = new Map<string, ForeignUsage>()
  for (const row of rows) {
    const other = newest.get(keyOf(row))
    if (!other || row.seq > other.seq) newest.set(keyOf(row), row)
  }
  const replaced: StoredRow[] = []
  for (const row of known) {
    const other = newest.get(keyOf(row))
    if (!other) continue
    if (other.seq > row.seq) replaced.push(row)
    else newest.delete(keyOf(row))
  }
  return { fresh: [...newest.values()], replaced }
}

function keyOf(row: { writerId: string; messageKey: string; part: number; sessionId: string }): string {
  return `${row.writerId}\n${row.sessionId}\n${row.part}\n${row.messageKey}`
}

/** A part that came without its message counts once that is here. */
function isChosen(row: ForeignUsage, choice: Resolution | undefined): boolean {
  return choice?.writerId === row.writerId && choice.sessionId === row.sessionId
}
