import type { SyncedTable } from '../store/tables.ts'
import { holdBack } from './held-back.ts'
import { acknowledge, intend, newToken } from './marks.ts'
import { mostRows, nextOutgoing } from './outgoing.ts'
import type { SyncPlan } from './plan.ts'
import { keptSince } from './privacy.ts'
import { queuePublications } from './publications.ts'
import type { Known, Mark, PushBatch } from './remote.ts'
import { retried } from './retry.ts'
import type { Run } from './run.ts'
import type { SyncLedger } from './site.ts'

/** Batches that are read at once: each time the local file is opened takes longer than to read one. */
const mostReady = 4

/** Pushes a table batch by batch. Answers the last state that the remote has and this file has not noted yet. */
export async function pushTable(
  run: Run,
  plan: SyncPlan,
  table: SyncedTable,
  known: Known,
): Promise<Mark | null> {
  const { site, remote, report } = run
  const before: Mark | null = known.vector.get(plan.writerId) ?? null
  if (!plan.unsent.has(table.name)) return plan.unnoted.has(table.name) ? before : null
  let there = before
  for (;;) {
    const batches = await site.withLedger(ledger => readBatches(run, ledger, plan.remoteId, table, there))
    if (batches.length === 0) return null
    for (const { secrets, ...batch } of batches) {
      await retried(remote, run.retries, () => remote.push(batch))
      there = batch.to
      report.pushedRows += batch.rows.count
      report.secrets += secrets
      report.pushedBytes += Buffer.byteLength(batch.rows.text)
      run.onProgress?.(report)
    }
  }
}

/**
 * Notes the state that the remote has, reads the next batches after it, and writes down that they will be offered and what
 * is to be published for them.
 */
function readBatches(
  { site, outlet, batchRows = mostRows }: Run,
  { db, meta, writer }: SyncLedger,
  remoteId: string,
  table: SyncedTable,
  there: Mark | null,
): Promise<(PushBatch & { secrets: number })[]> {
  return db.transaction(async () => {
    const of = { remoteId, table: table.name, writerId: writer.id }
    if (there) await acknowledge(db, { ...of, mark: there })
    const batches: (PushBatch & { secrets: number })[] = []
    let from = there
    while (batches.length < mostReady) {
      const out = await nextOutgoing(db, outlet, {
        remoteId,
        meta,
        table,
        writerId: writer.id,
        after: from?.seq ?? 0,
        since: keptSince(outlet, site.now()),
        limit: batchRows,
      })
      if (!out) break
      const to = { seq: out.upTo, token: newToken() }
      await intend(db, { ...of, to })
      await queuePublications(db, { remoteId, sessionIds: out.sessionIds, entryIds: out.entryIds })
      await holdBack(db, remoteId, out.held)
      const { rows, replaces, secrets } = out
      batches.push({ table, writerId: writer.id, from, to, rows, replaces, secrets })
      from = to
    }
    return batches
  })
}
