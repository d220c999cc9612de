import { readMeta } from '../store/meta.ts'
import type { SyncPlan } from './plan.ts'
import { keptSince } from './privacy.ts'
import { nextPublications, unqueue } from './publications.ts'
import { readableRows } from './readable.ts'
import { retried } from './retry.ts'
import type { Run } from './run.ts'

/** Writes the readable rows that wait for the remote. */
export async function publishQueued(run: Run, plan: SyncPlan): Promise<void> {
  const { site, outlet, remote, report } = run
  for (;;) {
    const next = await site.withReader(async db => {
      const queued = await nextPublications(db, plan.remoteId)
      if (!queued) return null
      const { remoteId, writerId } = plan
      const since = keptSince(outlet, site.now())
      const of = { remoteId, writerId, meta: await readMeta(db), since }
      return { queued, tables: await readableRows(db, outlet, { ...queued, ...of }) }
    })
    if (!next) return
    await retried(remote, run.retries, () => remote.publish(next.tables))
    await site.withLedger(({ db }) => db.transaction(() => unqueue(db, plan.remoteId, next.queued)))
    for (const rows of next.tables) {
      report.publishedRows += rows.count
      report.pushedBytes += Buffer.byteLength(rows.text)
    }
    run.onProgress?.(report)
  }
}

/** Keeps to the retention, where one is set: looked at with every sync that has something to do. */
export async function retireOld(
  { site, outlet, remote, retries }: Run,
  { writerId }: SyncPlan,
): Promise<void> {
  const since = keptSince(outlet, site.now())
  if (since !== null && outlet.remote.share === 'all')
    await retried(remote, retries, () => remote.retire(writerId, since))
}
