import { hasUnreadJournal } from '../features/entries/journal.ts'
import { readMeta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import type { SyncedTable } from '../store/tables.ts'
import { adoptOlderRows } from './adopt-older-rows.ts'
import { acknowledge, forgetPulled } from './marks.ts'
import { planSync, type SyncPlan, tablesOf } from './plan.ts'
import { type Outlet, privacyKey, privacyState } from './privacy.ts'
import { publishQueued, retireOld } from './publish.ts'
import { pullTable } from './pull.ts'
import { pushTable } from './push.ts'
import { type Known, type Mark, type Remote, RemoteMovedError } from './remote.ts'
import { retried } from './retry.ts'
import { emptyReport, type Run, type SyncOptions, type SyncReport } from './run.ts'
import { queueEverything, settle } from './settle.ts'
import type { Site, SyncLedger } from './site.ts'
import { markSynced } from './synced.ts'

/** Somebody else can push under our name while we do: then who we are is settled first. */
const mostStarts = 5

/**
 * Exchanges with one remote what each side lacks. The local file is never held while the remote is asked; every step may be
 * repeated, so that a kill costs time and nothing else. Throws what stands in the way, once retries are used up.
 */
export async function syncRemote(
  site: Site,
  outlet: Outlet,
  remote: Remote,
  options: SyncOptions,
): Promise<SyncReport> {
  const run: Run = { ...options, site, outlet, remote, report: emptyReport() }
  for (let start = 1; ; start++) {
    try {
      await exchange(run, start === 1 && options.isFull === true)
      return run.report
    } catch (error) {
      if (!(error instanceof RemoteMovedError) || start === mostStarts) throw error
    }
  }
}

async function exchange(run: Run, isFull: boolean): Promise<void> {
  const { site, outlet, remote, report } = run
  const knowns = new Map<SyncedTable, Known>()
  for (const table of tablesOf(outlet.remote)) {
    const known = await retried(remote, run.retries, () => remote.known(table))
    knowns.set(table, known)
    report.skipped += known.oddRows
  }
  const look = () => site.withReader(db => planSync(db, outlet, knowns))
  const isBehind = async (db: Db) => hasUnreadJournal(await readMeta(db), site.paths.changesFile)
  let plan = await site.withReader(async db => ((await isBehind(db)) ? null : planSync(db, outlet, knowns)))
  if (!plan) {
    // What somebody said as they were killed is taken over as the database is opened for writing.
    await site.withLedger(async () => undefined)
    plan = await look()
  }
  if (isFull) {
    const whole = plan
    await site.withLedger(ledger => startOver(ledger, whole))
    plan = await look()
  }
  plan = await settled(run, plan, look)
  if (plan.isDone) return
  for (const [table, wanted] of plan.toPull) await pullTable(run, plan, table, wanted)
  // What came can tell of an entry that it lives there.
  if (plan.toPull.size > 0) plan = await settled(run, await look(), look)
  if (plan.olderRows > 0) report.adopted += await adoptOlderRows(run, plan.remoteId, knowns)
  const acknowledged: [SyncedTable, Mark][] = []
  for (const [table, known] of knowns) {
    const mark = await pushTable(run, plan, table, known)
    if (mark) acknowledged.push([table, mark])
  }
  await publishQueued(run, plan)
  await retireOld(run, plan)
  await site.withLedger(ledger => finish(run, ledger, plan, acknowledged))
}

/** The plan once all is in order for it. */
async function settled(run: Run, plan: SyncPlan, look: () => Promise<SyncPlan>): Promise<SyncPlan> {
  let next = plan
  while (!next.isSettled) {
    const before = next
    const isNew = await run.site.withLedger(ledger =>
      ledger.db.transaction(() => settle(ledger, run.outlet, before)),
    )
    if (isNew) {
      run.report.isNewWriter = true
      // A new writer says which machine it is as the database is opened again.
      await run.site.withLedger(async () => undefined)
    }
    next = await look()
  }
  return next
}

/** `--full`: all that the others have comes again, and all that people read there is written again. */
async function startOver({ db }: SyncLedger, { remoteId }: SyncPlan): Promise<void> {
  await db.transaction(async () => {
    await forgetPulled(db, remoteId)
    await queueEverything(db, remoteId)
  })
}

async function finish(
  { site, outlet }: Run,
  { db, meta, writer }: SyncLedger,
  { remoteId }: SyncPlan,
  marks: readonly [SyncedTable, Mark][],
): Promise<void> {
  await db.transaction(async () => {
    for (const [table, mark] of marks) {
      await acknowledge(db, { remoteId, table: table.name, writerId: writer.id, mark })
    }
    await meta.set(`remote_id:${outlet.remote.name}`, remoteId)
    await meta.set(privacyKey(remoteId), privacyState(outlet))
    await markSynced(db, { meta, site, writerId: writer.id })
  })
}
