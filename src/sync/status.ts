import type { SyncedTable } from '../store/tables.ts'
import { asIfSettled } from './as-if.ts'
import { holdBack } from './held-back.ts'
import { nextOutgoing } from './outgoing.ts'
import type { SyncPlan } from './plan.ts'
import { keptSince, type Outlet } from './privacy.ts'
import type { Site, SyncLedger } from './site.ts'
import { readSyncState, stateOf } from './state.ts'

/** How it stands with one remote, by what this machine knows: nothing is asked of the remote. */
export interface RemoteStatus {
  readonly remote: string
  readonly url: string
  readonly share: 'all' | 'notes'
  /** Own rows that the next sync would send, by table. */
  readonly waiting: readonly { readonly table: string; readonly rows: number }[]
  /** What settings keep home. */
  readonly heldBack: { readonly sessions: number; readonly entries: number }
  readonly lastSuccessAt: string | null
  readonly lastErrorAt: string | null
  readonly lastError: string | null
  /** Automatic syncs leave the remote alone until then. */
  readonly nextRetryAt: string | null
}

/** The status of each remote, given what leaves for it. */
export async function readStatus(site: Site, outlets: readonly Outlet[]): Promise<RemoteStatus[]> {
  const state = readSyncState(site.paths.syncState)
  const status: RemoteStatus[] = []
  for (const outlet of outlets) {
    const { name, url, share } = outlet.remote
    const { lastSuccessAt, lastErrorAt, lastError, nextRetryAt } = stateOf(state, name)
    const counts = await asIfSettled(site, outlet, (ledger, plan, after) =>
      countWaiting(ledger, outlet, plan, after, keptSince(outlet, site.now())),
    )
    status.push({ remote: name, url, share, ...counts, lastSuccessAt, lastErrorAt, lastError, nextRetryAt })
  }
  return status
}

async function countWaiting(
  { db, meta, writer }: SyncLedger,
  outlet: Outlet,
  { remoteId }: SyncPlan,
  after: ReadonlyMap<SyncedTable, number>,
  since: string | null,
): Promise<Pick<RemoteStatus, 'waiting' | 'heldBack'>> {
  const waiting: { table: string; rows: number }[] = []
  for (const [table, start] of after) {
    let rows = 0
    for (let next = start; ; ) {
      const request = { remoteId, meta, table, writerId: writer.id, after: next, since }
      const out = await nextOutgoing(db, outlet, request)
      if (!out) break
      rows += out.rows.count
      next = out.upTo
      await holdBack(db, remoteId, out.held)
    }
    if (rows > 0) waiting.push({ table: table.name, rows })
  }
  const held = await db.rows<{ kind: string; count: number }>(
    `SELECT kind, count(*) AS count FROM held_back WHERE remote_id = $remoteId GROUP BY kind ORDER BY kind`,
    { remoteId },
  )
  const heldBack = Object.fromEntries(held.map(({ kind, count }) => [kind, count]))
  return { waiting, heldBack: { sessions: heldBack.session ?? 0, entries: heldBack.entry ?? 0 } }
}
