import { privateKinds } from '../features/entries/kinds.ts'
import type { Db } from '../store/query.ts'
import { syncedTables } from '../store/tables.ts'
import { release } from './held-back.ts'
import type { SyncPlan } from './plan.ts'
import { areNamesOther, type Outlet, outletAsOf, privacyKey, privacyState } from './privacy.ts'
import { queuePublications } from './publications.ts'
import type { SyncLedger } from './site.ts'
import { takeNewWriter, takeNumbers, takeOverFormer } from './writers.ts'

/**
 * Does what must be done before rows are exchanged: a copied file becomes a writer of its own (answered as true: then all
 * is looked at anew), rows that may leave now, or leave otherwise than before, get numbers under which they travel again.
 * Call it inside a transaction.
 */
export async function settle(ledger: SyncLedger, outlet: Outlet, plan: SyncPlan): Promise<boolean> {
  if (!plan.isOurs) {
    await takeNewWriter(ledger)
    return true
  }
  if (plan.abandoned.size > 0) await takeOverFormer(ledger, [...plan.abandoned])
  await release(ledger, outlet, plan.remoteId, plan.released)
  if (plan.isPrivacyChanged) await renumberForPrivacy(ledger, outlet, plan.remoteId)
  await ledger.writer.save()
  return false
}

/** Gives rows new numbers that settings let leave otherwise than before. */
async function renumberForPrivacy(
  { db, meta, writer }: SyncLedger,
  outlet: Outlet,
  remoteId: string,
): Promise<void> {
  const before = outletAsOf(outlet, meta.get(privacyKey(remoteId)))
  const areOther = areNamesOther(before, outlet)
  const isOff = (name: string) => outlet.privacy.withoutTables.includes(name)
  const wasOff = (name: string) => before.privacy.withoutTables.includes(name)
  const own = { writerId: writer.id }
  for (const { name } of syncedTables) {
    const isBack = wasOff(name) && !isOff(name)
    if (isBack || (areOther && (name === 'session_facts' || name === 'machines'))) {
      await takeNumbers(db, writer, name, { condition: 'writer_id = $writerId', parameters: own })
    } else if (name === 'changes' && before.remote.share === 'notes' && outlet.remote.share === 'all') {
      await takeNumbers(db, writer, name, {
        condition: `writer_id = $writerId
          AND (NOT starts_with(subject, 'entry:') OR kind IN (SELECT unnest($privateKinds)))`,
        parameters: { ...own, privateKinds },
      })
    }
  }
  if (areOther || syncedTables.some(({ name }) => isOff(name) !== wasOff(name)))
    await queueEverything(db, remoteId)
  await meta.set(privacyKey(remoteId), privacyState(outlet))
}

/** All that people read on the remote is written again, or taken away where its table no longer goes there. */
export async function queueEverything(db: Db, remoteId: string): Promise<void> {
  const sessions = await db.rows<{ id: string }>(`SELECT session_id AS id FROM sessions`)
  const entries = await db.rows<{ id: string }>(`SELECT id FROM log_entries`)
  const ids = { sessionIds: sessions.map(row => row.id), entryIds: entries.map(row => row.id) }
  await queuePublications(db, { remoteId, ...ids })
}
