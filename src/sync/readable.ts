import type { Meta } from '../store/meta.ts'
import { type Db, isOneOf } from '../store/query.ts'
import {
  changes,
  type ReadableTable,
  readableTables,
  type SyncedTable,
  sessionFacts,
  usageRecords,
} from '../store/tables.ts'
import type { SessionsAndEntries } from './id-lists.ts'
import { type Outlet, outgoingRow, withoutSecrets } from './privacy.ts'
import type { ReadableRows } from './remote.ts'
import { batchOf, cellsOf, textOfRows } from './row-text.ts'
import { entriesThatStay, sessionsThatStay } from './staying.ts'

/** Of what a readable table is made: where one of these does not travel, it is empty. */
const madeOf: Readonly<Record<ReadableTable, readonly SyncedTable[]>> = {
  sessions: [sessionFacts, usageRecords],
  session_models: [sessionFacts, usageRecords],
  log_entries: [changes],
}

/**
 * The rows people read on a remote, of the given sessions and entries as they are known here now. What stays home is left
 * out; what was measured before `since` is taken away.
 */
export async function readableRows(
  db: Db,
  outlet: Outlet,
  {
    sessionIds,
    entryIds,
    since,
    ...of
  }: SessionsAndEntries & { remoteId: string; writerId: string; meta: Meta; since: string | null },
): Promise<ReadableRows[]> {
  const tables: ReadableRows[] = []
  if (sessionIds.length > 0 && outlet.remote.share === 'all') {
    const stay = await sessionsThatStay(db, outlet, sessionIds)
    const ids = sessionIds.filter(id => !stay.has(id))
    const kept = await keptSessions(db, ids, since)
    for (const table of ['sessions', 'session_models'] as const) {
      tables.push(await rowsOf(db, outlet, table, { ids, shown: kept }))
    }
  }
  if (entryIds.length > 0) {
    const stay = await entriesThatStay(db, outlet, { ...of, ids: entryIds })
    const ids = entryIds.filter(id => !stay.has(id))
    tables.push(await rowsOf(db, outlet, 'log_entries', { ids, shown: ids }))
  }
  return tables.filter(({ ids }) => ids.length > 0)
}

async function keptSessions(
  db: Db,
  ids: readonly string[],
  since: string | null,
): Promise<readonly string[]> {
  if (since === null || ids.length === 0) return ids
  const rows = await db.rows<{ id: string }>(
    `SELECT session_id AS id FROM sessions
     WHERE coalesce(ended_at >= $since::TIMESTAMPTZ, TRUE) AND ${isOneOf('session_id', 'ids', ids)}`,
    { ids, since },
  )
  return rows.map(row => row.id)
}

async function rowsOf(
  db: Db,
  outlet: Outlet,
  table: ReadableTable,
  { ids, shown }: { ids: readonly string[]; shown: readonly string[] },
): Promise<ReadableRows> {
  const isOff = madeOf[table].some(({ name }) => outlet.privacy.withoutTables.includes(name))
  if (isOff || shown.length === 0) return { table, ids, ...batchOf([]) }
  const columns = readableTables[table]
  const id = table === 'log_entries' ? 'id' : 'session_id'
  // On the remote they are there: `synced` says so to people and to the older tool.
  const source = `(SELECT * REPLACE (TRUE AS synced) FROM ${table} WHERE ${isOneOf(id, 'shown', shown)})`
  const [row] = await db.rows<{ count: number; text: string | null }>(
    `SELECT count(*) AS count, ${textOfRows(columns)} AS text FROM ${source}`,
    { shown },
  )
  const cells = cellsOf({ count: row?.count ?? 0, text: row?.text ?? '' })
  const leaving = cells.map(cells => outgoingRow(outlet, columns, cells))
  return { table, ids, ...batchOf(withoutSecrets(columns, leaving).rows) }
}
