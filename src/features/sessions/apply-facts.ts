import { type Cell, type Db, isOneOf } from '../../store/query.ts'
import { machines, sessionFacts } from '../../store/tables.ts'

/** A row of another writer, by column. `seq` is its number. */
export type ForeignRow = Readonly<Record<string, Cell>> & {
  readonly writer_id: string
  readonly seq: number
}

/**
 * Adds what other writers' transcripts say of sessions. A row is replaced only by a higher number of its own writer.
 * Call it inside a transaction. Answers the sessions that changed.
 */
export async function applyFacts(db: Db, rows: readonly ForeignRow[]): Promise<Set<string>> {
  const fresh = await replaceRows(db, 'session_facts', Object.keys(sessionFacts.columns), rows, row =>
    String(row.session_id),
  )
  return new Set(fresh.map(row => String(row.session_id)))
}

/** Adds what other writers say they are. Answers the sessions that show it. */
export async function applyMachines(db: Db, rows: readonly ForeignRow[]): Promise<Set<string>> {
  const fresh = await replaceRows(db, 'machines', Object.keys(machines.columns), rows, () => '')
  if (fresh.length === 0) return new Set()
  const writers = fresh.map(row => row.writer_id)
  const sessions = await db.rows<{ sessionId: string }>(
    `SELECT session_id FROM session_facts WHERE ${isOneOf('writer_id', 'writers', writers)}`,
    { writers },
  )
  return new Set(sessions.map(row => row.sessionId))
}

async function replaceRows(
  db: Db,
  table: string,
  columns: readonly string[],
  rows: readonly ForeignRow[],
  idOf: (row: ForeignRow) => string,
): Promise<ForeignRow[]> {
  if (rows.length === 0) return []
  const newest = new Map<string, ForeignRow>()
  const keyOf = (row: ForeignRow) => `${row.writer_id}\n${idOf(row)}`
  for (const row of rows) {
    const other = newest.get(keyOf(row))
    if (!other || row.seq > other.seq) newest.set(keyOf(row), row)
  }
  const writers = [...new Set(rows.map(row => row.writer_id))]
  const ids = [...new Set(rows.map(idOf))]
  const ofSession = columns.includes('session_id')
  const known = await db.rows<{ rowId: number; writerId: string; id: string; seq: number }>(
    `SELECT rowid AS row_id, writer_id, ${ofSession ? 'session_id' : `''`} AS id, seq FROM ${table}
     WHERE ${isOneOf('writer_id', 'writers', writers)}${ofSession ? ` AND ${isOneOf('session_id', 'ids', ids)}` : ''}`,
    ofSession ? { writers, ids } : { writers },
  )
  const replaced: number[] = []
  for (const { rowId, writerId, id, seq } of known) {
    const key = `${writerId}\n${id}`
    const other = newest.get(key)
    if (!other) continue
    if (other.seq > seq) replaced.push(rowId)
    else newest.delete(key)
  }
  const fresh = [...newest.values()]
  if (fresh.length === 0) return []
  if (replaced.length > 0) {
    await db.run(`DELETE FROM ${table} WHERE ${isOneOf('rowid', 'replaced', replaced)}`, { replaced })
  }
  await db.append(
    table,
    columns,
    fresh.map(row => columns.map(column => row[column] ?? null)),
  )
  return fresh
}
