import { readableTables } from '../store/tables.ts'
import { asIfSettled } from './as-if.ts'
import { nextOutgoing } from './outgoing.ts'
import { keptSince, type Outlet } from './privacy.ts'
import { nextPublications, queuePublications, unqueue } from './publications.ts'
import { readableRows } from './readable.ts'
import { cellsOf } from './row-text.ts'
import type { Site } from './site.ts'

/** Rows that the next sync would send, as they would leave: cells as text, in the order of the columns. */
export interface Leaving {
  readonly remote: string
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/** What would leave for a remote, readable rows included, by what this machine knows. Nothing is sent or changed. */
export function dryRun(site: Site, outlet: Outlet): Promise<Leaving[]> {
  return asIfSettled(site, outlet, async ({ db, meta, writer }, { remoteId }, marks) => {
    const leaving: Leaving[] = []
    const remote = outlet.remote.name
    const since = keptSince(outlet, site.now())
    const of = { remoteId, meta, writerId: writer.id, since }
    for (const [table, start] of marks) {
      const columns = Object.keys(table.columns)
      for (let after = start; ; ) {
        const out = await nextOutgoing(db, outlet, { ...of, table, after })
        if (!out) break
        after = out.upTo
        await queuePublications(db, { remoteId, sessionIds: out.sessionIds, entryIds: out.entryIds })
        if (out.rows.count > 0) leaving.push({ remote, table: table.name, columns, rows: cellsOf(out.rows) })
      }
    }
    for (;;) {
      const queued = await nextPublications(db, remoteId)
      if (!queued) return leaving
      for (const rows of await readableRows(db, outlet, { ...of, ...queued })) {
        const columns = Object.keys(readableTables[rows.table])
        if (rows.count > 0) leaving.push({ remote, table: rows.table, columns, rows: cellsOf(rows) })
      }
      await unqueue(db, remoteId, queued)
    }
  })
}
