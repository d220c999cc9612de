import { hasUnreadJournal } from '../features/entries/journal.ts'
import { readMeta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import type { SyncedTable } from '../store/tables.ts'
import { adoptOlderRows } from './adopt-older-rows.ts'
import { applyBatch } from './incoming.ts'
import { acknowledge, advancePulled, forgetPulled, intend, newToken } from './marks.ts'
import { mostRows, nextOutgoing } from './outgoing.ts'
import { planSync, type SyncPlan, tablesOf, type Wanted } from './plan.ts'
import { keptSince, type Outlet, privacyState } from './privacy.ts'
import { nextPublications, queuePublications, unqueue } from './publications.ts'
import { readableRows } from './readable.ts'
import { type Known, type Mark, type PushBatch, type Remote, RemoteMovedError } from './remote.ts'
import { type RetryPlan, retried } from './retry.ts'
import type { Site, SyncLedger } from './site.ts'
import { markSynced } from './synced.ts'
import { privacyKey, renumberForPrivacy, takeNewWriter, takeOverFormer } from './writers.ts'

/** What one sync with one remote did. Rows and bytes are those that travelled. */
export interface SyncReport {
  pushedRows: number
  pushedBytes: number
  pulledRows: number
  pulledBytes: number
  /** Readable rows written there. */
  publishedRows: number
  /** Entries of the older tool that were adopted. */
  adopted: number
  /** Rows from there that were not usable. */
  skipped: number
  /** Secrets taken out of what left. */
  secrets: number
  /** The file turned out to be a copy, or restored: it goes on under a new name. */
  isNewWriter: boolean
}

export interface SyncOptions {
  readonly retries: RetryPlan
  /** Look at everything again, not just at what is new. */
  readonly isFull?: boolean
  /** The most rows that travel in one transaction. */
  readonly batchRows?: number
  /** Told after every batch. */
  readonly onProgress?: (report: SyncReport) => void
}

interface Run extends SyncOptions {
  readonly site: Site
  readonly outlet: Outlet
  readonly remote: Remote
  readonly report: SyncReport
}

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

function emptyReport(): SyncReport {
  return {
    pushedRows: 0,
    pushedBytes: 0,
    pulledRows: 0,
    pulledBytes: 0,
    publishedRows: 0,
    adopted: 0,
    skipped: 0,
    secrets: 0,
    isNewWriter: false,
  }
}

async function exchange(run: Run, isFull: boolean): Promise<void> {
  const { site, outlet, remote, report } = run
  const knowns = new Map<SyncedTable, Known>()
  for (const table of tablesOf(outlet.remote)) {
    knowns.set(table, await retried(remote, run.retries, () => remote.known(table)))
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
  while (!plan.isOurs || plan.isPrivacyChanged || plan.abandoned.size > 0) {
    const before = plan
    await site.withLedger(ledger => settle(run, ledger, before))
    // A new writer says which machine it is as the database is opened again.
    if (!plan.isOurs) await site.withLedger(async () => undefined)
    plan = await look()
  }
  if (plan.isDone) return
  for (const [table, wanted] of plan.toPull) await pullTable(run, plan, table, wanted)
  if (plan.olderRows > 0) report.adopted += await adoptOlderRows(run, plan.remoteId)
  const acknowledged: [SyncedTable, Mark][] = []
  for (const [table, known] of knowns) {
    const mark = await pushTable(run, plan, table, known)
    if (mark) acknowledged.push([table, mark])
  }
  await publishQueued(run, plan)
  await retireOld(run, plan)
  await site.withLedger(ledger => finish(run, ledger, plan, acknowledged))
}

/** `--full`: all that the others have comes again, and all that people read there is written again. */
async function startOver({ db }: SyncLedger, { remoteId }: SyncPlan): Promise<void> {
  await db.transaction(async () => {
    await forgetPulled(db, remoteId)
    const sessions = await db.rows<{ id: string }>(`SELECT session_id AS id FROM sessions`)
    const entries = await db.rows<{ id: string }>(`SELECT id FROM log_entries`)
    const ids = { sessionIds: sessions.map(row => row.id), entryIds: entries.map(row => row.id) }
    await queuePublications(db, { remoteId, ...ids })
  })
}

async function settle(run: Run, ledger: SyncLedger, plan: SyncPlan): Promise<void> {
  await ledger.db.transaction(async () => {
    if (!plan.isOurs) {
      await takeNewWriter(ledger)
      run.report.isNewWriter = true
      return
    }
    await takeOverFormer(ledger, [...plan.abandoned])
    if (plan.isPrivacyChanged) await renumberForPrivacy(ledger, run.outlet, plan.remoteId)
  })
}

async function pullTable(run: Run, plan: SyncPlan, table: SyncedTable, wanted: Wanted): Promise<void> {
  const { site, remote, report } = run
  const left = new Map(wanted)
  await retried(remote, run.retries, async () => {
    for await (const batch of remote.pull(table, left, run.batchRows ?? mostRows)) {
      await site.withLedger(({ db, ...ledger }) =>
        db.transaction(async () => {
          const applied = await applyBatch({ db, ...ledger }, { table, rows: batch.rows, nowMs: site.now() })
          const marks = Array.from(
            batch.upTo,
            ([writerId, seq]) => [writerId, { seq, at: wanted.get(writerId)?.at ?? null }] as const,
          )
          await advancePulled(db, plan.remoteId, table.name, new Map(marks))
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
      run.onProgress?.(report)
    }
  })
}

/** Batches that are read at once: each time the local file is opened takes longer than to read one. */
const mostReady = 4

/** Pushes a table batch by batch. Answers the last state that the remote has and this file has not noted yet. */
async function pushTable(run: Run, plan: SyncPlan, table: SyncedTable, known: Known): Promise<Mark | null> {
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
  { db, writer }: SyncLedger,
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
      const { rows, replaces, secrets } = out
      batches.push({ table, writerId: writer.id, from, to, rows, replaces, secrets })
      from = to
    }
    return batches
  })
}

async function publishQueued(run: Run, plan: SyncPlan): Promise<void> {
  const { site, outlet, remote, report } = run
  for (;;) {
    const next = await site.withReader(async db => {
      const queued = await nextPublications(db, plan.remoteId)
      return queued ? { queued, tables: await readableRows(db, outlet, queued) } : null
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
async function retireOld({ site, outlet, remote, retries }: Run, { writerId }: SyncPlan): Promise<void> {
  const since = keptSince(outlet, site.now())
  if (since !== null && outlet.remote.share === 'all')
    await retried(remote, retries, () => remote.retire(writerId, since))
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
    await meta.set(privacyKey(outlet), privacyState(outlet))
    await markSynced(db, { meta, site, writerId: writer.id, outlets: [outlet] })
  })
}
