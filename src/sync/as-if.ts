import type { SyncedTable } from '../store/tables.ts'
import { lastAcknowledged } from './marks.ts'
import { planSync, type SyncPlan, tablesOf } from './plan.ts'
import type { Outlet } from './privacy.ts'
import type { Known } from './remote.ts'
import { settle } from './settle.ts'
import type { Site, SyncLedger } from './site.ts'

/** What was found, on its way out of a transaction that is not to be kept. */
class Undone<T> {
  readonly result: T
  constructor(result: T) {
    this.result = result
  }
}

/**
 * Does the work as if a sync had just begun, by what this machine knows of the remote: rows that may leave now have the
 * numbers they would get. Nothing of it is kept, and no remote is asked.
 */
export async function asIfSettled<T>(
  site: Site,
  outlet: Outlet,
  work: (ledger: SyncLedger, plan: SyncPlan, after: ReadonlyMap<SyncedTable, number>) => Promise<T>,
): Promise<T> {
  try {
    return await site.withLedger(ledger =>
      ledger.db.transaction(async () => {
        const { db, meta, writer } = ledger
        const remoteId = meta.get(`remote_id:${outlet.remote.name}`) ?? ''
        const knowns = new Map<SyncedTable, Known>()
        const after = new Map<SyncedTable, number>()
        for (const table of tablesOf(outlet.remote)) {
          const mark = await lastAcknowledged(db, { remoteId, table: table.name, writerId: writer.id })
          after.set(table, mark?.seq ?? 0)
          const vector = new Map(mark ? [[writer.id, { ...mark, at: null }]] : [])
          knowns.set(table, { remoteId, vector, personId: null, older: { rows: 0, state: '' }, oddRows: 0 })
        }
        const plan = await planSync(db, outlet, knowns)
        await settle(ledger, outlet, plan)
        throw new Undone(await work(ledger, plan, after))
      }),
    )
  } catch (error) {
    if (error instanceof Undone) return error.result
    throw error
  }
}
