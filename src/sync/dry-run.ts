import { readMeta } from '../store/meta.ts'
import type { SyncedTable } from '../store/tables.ts'
import { acknowledgedByAll } from './marks.ts'
import { nextOutgoing } from './outgoing.ts'
import { tablesOf } from './plan.ts'
import { keptSince, type Outlet } from './privacy.ts'
import { cellsOf } from './row-text.ts'
import type { Site } from './site.ts'

/** Rows that the next sync would send, as they would leave: cells as text, in the order of the columns. */
export interface Leaving {
  readonly remote: string
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
  /** Secrets that were taken out of them. */
  readonly secrets: number
}

/** What would leave for a remote, batch by batch, by what this machine knows. Nothing is sent or changed. */
export async function* dryRun(site: Site, outlet: Outlet): AsyncGenerator<Leaving> {
  for (const table of tablesOf(outlet.remote)) {
    let after: number | null = null
    for (;;) {
      const next = await nextLeaving(site, outlet, table, after)
      if (!next) break
      after = next.upTo
      if (next.leaving.rows.length > 0) yield next.leaving
    }
  }
}

function nextLeaving(
  site: Site,
  outlet: Outlet,
  table: SyncedTable,
  after: number | null,
): Promise<{ upTo: number; leaving: Leaving } | null> {
  return site.withReader(async db => {
    const meta = await readMeta(db)
    const writerId = meta.get('writer_id') ?? ''
    const remoteIds = [meta.get(`remote_id:${outlet.remote.name}`) ?? '']
    const from = after ?? (await acknowledgedByAll(db, { remoteIds, table: table.name, writerId }))
    const since = keptSince(outlet, site.now())
    const out = await nextOutgoing(db, outlet, { table, writerId, after: from, since })
    if (!out) return null
    const columns = Object.keys(table.columns)
    const { upTo, rows, secrets } = out
    return {
      upTo,
      leaving: { remote: outlet.remote.name, table: table.name, columns, rows: cellsOf(rows), secrets },
    }
  })
}
