import { type Cell, camelCase, type Db, isOneOf } from '../../store/query.ts'
import type { StoredChange } from './change.ts'
import { type Entry, foldEntry, renderBody } from './fold.ts'
import { entryIdOf, entrySubject } from './kinds.ts'

/** All columns of `log_entries`, in its order. */
export const entryColumns = [
  'id',
  'session_id',
  'logged_at',
  'category',
  'status',
  'title',
  'body',
  'synced',
  'updated_at',
  'created_by',
  'updated_by',
  'project',
  'project_key',
  'machine_id',
  'machine_label',
  'person_id',
  'tags',
  'note_count',
] as const

/** Entries are folded in groups of this many, so that the memory for their changes stays small. */
const atOnce = 1000

/**
 * Computes the rows of `log_entries` of these entries anew from all changes that are known. Only rows in which something
 * changed are written, and those are not synced any more. Answers their ids. Call it inside a transaction.
 */
export async function projectEntries(db: Db, ids: readonly string[]): Promise<string[]> {
  const changed: string[] = []
  for (let from = 0; from < ids.length; from += atOnce)
    changed.push(...(await projectSome(db, ids.slice(from, from + atOnce))))
  return changed
}

/** Computes the rows of all entries anew. Call it inside a transaction. */
export async function projectAllEntries(db: Db): Promise<void> {
  const rows = await db.rows<{ subject: string }>(
    `SELECT DISTINCT subject FROM changes WHERE starts_with(subject, 'entry:')
     UNION SELECT 'entry:' || id FROM log_entries`,
  )
  await projectEntries(
    db,
    rows.flatMap(({ subject }) => entryIdOf(subject) ?? []),
  )
}

async function projectSome(db: Db, ids: readonly string[]): Promise<string[]> {
  const known = await readRows(db, ids)
  const histories = await readHistories(db, ids)
  const rows: Cell[][] = []
  const changed: string[] = []
  for (const id of ids) {
    const entry = foldEntry(histories.get(id) ?? [])
    const cells = entry && !entry.isDeleted ? entryCells(id, entry) : undefined
    if (cells && known.get(id) === contentOf(cells)) continue
    if (!cells && !known.has(id)) continue
    changed.push(id)
    if (cells) rows.push(cells)
  }
  if (changed.length > 0)
    await db.run(`DELETE FROM log_entries WHERE ${isOneOf('id', 'ids', changed)}`, { ids: changed })
  await db.append('log_entries', entryColumns, rows)
  return changed
}

/** All changes of some entries, by the id of the entry. */
export async function readHistories(db: Db, ids: readonly string[]): Promise<Map<string, StoredChange[]>> {
  const rows = await readChangesOf(db, ids.map(entrySubject))
  const histories = new Map<string, StoredChange[]>()
  for (const row of rows) {
    const id = entryIdOf(row.subject) ?? ''
    const history = histories.get(id)
    if (history) history.push(row)
    else histories.set(id, [row])
  }
  return histories
}

/** All changes to some subjects, in no order. */
export function readChangesOf(db: Db, subjects: readonly string[]): Promise<StoredChange[]> {
  return db.rows<StoredChange>(
    `SELECT hlc, subject, kind, value, actor, actor_name, payload_hash FROM changes
     WHERE ${isOneOf('subject', 'subjects', subjects)}`,
    { subjects },
  )
}

function entryCells(id: string, entry: Entry): Cell[] {
  return [
    id,
    entry.sessionId,
    entry.loggedAt,
    entry.category,
    entry.status,
    entry.title,
    renderBody(entry),
    false,
    entry.updatedAt,
    entry.createdBy,
    entry.updatedBy,
    entry.project,
    entry.projectKey,
    entry.machineId,
    entry.machineLabel,
    entry.personId,
    JSON.stringify(entry.tags),
    entry.notes.length,
  ]
}

const syncedAt = entryColumns.indexOf('synced')

/** A row as text, but whether it is synced, which is not for the entry to say. */
function contentOf(cells: readonly unknown[]): string {
  return JSON.stringify(cells.map((cell, index) => (index === syncedAt ? null : cell)))
}

async function readRows(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.rows<Record<string, unknown> & { id: string }>(
    `SELECT ${entryColumns.join(', ')} FROM log_entries WHERE ${isOneOf('id', 'ids', ids)}`,
    { ids },
  )
  return new Map(rows.map(row => [row.id, contentOf(entryColumns.map(column => row[camelCase(column)]))]))
}
