import { type Db, isOneOf } from '../store/query.ts'
import { type ReadableTable, readableTables } from '../store/tables.ts'
import { limitsProjects, mayLeave, type Outlet, outgoingRow, withoutSecrets } from './privacy.ts'
import type { ReadableRows } from './remote.ts'
import { batchOf, cellsOf, textOfRows } from './row-text.ts'

/** The rows people read on a remote, of the given sessions and entries as they are known here now. */
export async function readableRows(
  db: Db,
  outlet: Outlet,
  { sessionIds, entryIds }: { sessionIds: readonly string[]; entryIds: readonly string[] },
): Promise<ReadableRows[]> {
  const tables: ReadableRows[] = []
  if (sessionIds.length > 0 && outlet.remote.share === 'all') {
    const ids = await thoseThatLeave(db, outlet, 'sessions', sessionIds)
    tables.push(await rowsOf(db, outlet, 'sessions', ids), await rowsOf(db, outlet, 'session_models', ids))
  }
  if (entryIds.length > 0) {
    const ids = await thoseThatLeave(db, outlet, 'log_entries', entryIds)
    tables.push(await rowsOf(db, outlet, 'log_entries', ids))
  }
  return tables
}

async function thoseThatLeave(
  db: Db,
  outlet: Outlet,
  table: 'sessions' | 'log_entries',
  ids: readonly string[],
): Promise<readonly string[]> {
  if (!limitsProjects(outlet)) return ids
  const id = idOf(table)
  const rows = await db.rows<{ id: string; name: string | null; key: string | null }>(
    `SELECT ${id} AS id, project AS name, project_key AS key FROM ${table} WHERE ${isOneOf(id, 'ids', ids)}`,
    { ids },
  )
  const stay = new Set(rows.filter(row => !mayLeave(outlet, row)).map(row => row.id))
  return ids.filter(candidate => !stay.has(candidate))
}

async function rowsOf(
  db: Db,
  outlet: Outlet,
  table: ReadableTable,
  ids: readonly string[],
): Promise<ReadableRows> {
  const columns = readableTables[table]
  const id = idOf(table)
  // On the remote they are there: `synced` says so to people and to the older tool.
  const source = `(SELECT * REPLACE (TRUE AS synced) FROM ${table} WHERE ${isOneOf(id, 'ids', ids)})`
  const [row] = await db.rows<{ count: number; text: string | null }>(
    `SELECT count(*) AS count, ${textOfRows(columns)} AS text FROM ${source}`,
    { ids },
  )
  const cells = cellsOf({ count: row?.count ?? 0, text: row?.text ?? '' })
  const leaving = cells.map(cells => outgoingRow(outlet, columns, cells))
  return { table, ids, ...batchOf(withoutSecrets(columns, leaving).rows) }
}

function idOf(table: ReadableTable): string {
  return table === 'log_entries' ? 'id' : 'session_id'
}
