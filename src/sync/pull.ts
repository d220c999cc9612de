import type { SyncedTable } from '../store/tables.ts'
import { applyBatch } from './incoming.ts'
import { advancePulled } from './marks.ts'
import { mostRows } from './outgoing.ts'
import type { SyncPlan, Wanted } from './plan.ts'
import { queuePublications } from './publications.ts'
import { retried } from './retry.ts'
import type { Run } from './run.ts'
import { noteHomes } from './staying.ts'

/** Takes in what the others have of a table, batch by batch: each is applied and noted in one transaction. */
export async function pullTable(run: Run, plan: SyncPlan, table: SyncedTable, wanted: Wanted): Promise<void> {
  const { site, remote, report } = run
  const { share } = run.outlet.remote
  const left = new Map(wanted)
  await retried(remote, run.retries, async gotFurther => {
    for await (const batch of remote.pull(table, left, run.batchRows ?? mostRows)) {
      await site.withLedger(({ db, ...ledger }) =>
        db.transaction(async () => {
          const applied = await applyBatch(
            { db, ...ledger },
            { table, rows: batch.rows, share, nowMs: site.now(), seenFile: site.paths.inboxFile },
          )
          const marks = Array.from(
            batch.upTo,
            ([writerId, seq]) => [writerId, { seq, at: wanted.get(writerId)?.at ?? null }] as const,
          )
          await advancePulled(db, plan.remoteId, table.name, new Map(marks))
          if (share === 'notes') await noteHomes(db, plan.remoteId, applied.createdEntryIds)
          await queuePublications(db, {
            writerId: ledger.writer.id,
            sessionIds: [...applied.sessionIds],
            entryIds: [...applied.entryIds],
          })
          await ledger.writer.save()
          report.skipped += applied.skipped
        }),
      )
      for (const [writerId, after] of batch.upTo) {
        const goal = left.get(writerId)
        if (goal) left.set(writerId, { ...goal, after })
      }
      report.pulledRows += batch.rows.count
      report.pulledBytes += Buffer.byteLength(batch.rows.text)
      gotFurther()
      run.onProgress?.(report)
    }
  })
}
