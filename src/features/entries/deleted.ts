import { type Db, isOneOf } from '../../store/query.ts'
import type { EntryDetail } from './detail.ts'
import { type Entry, foldEntry, renderBody } from './fold.ts'
import { entryIdOf, entrySubject } from './kinds.ts'
import type { EntryRow } from './list.ts'
import { readHistories } from './project-entries.ts'

/** An entry that was deleted, as it would come back. */
export interface DeletedEntry {
  readonly entry: EntryRow
  readonly detail: EntryDetail
}

/** The deleted entries whose ids begin so, those that changed last first. */
export async function deletedEntries(db: Db, prefix = ''): Promise<DeletedEntry[]> {
  const ids = await deletedIds(db, prefix)
  const histories = await readHistories(db, ids)
  const found = ids.flatMap(id => {
    const entry = foldEntry(histories.get(id) ?? [])
    // The session it is from is not looked up: it is told once the entry is back.
    return entry ? [{ entry: rowOf(id, entry), detail: { ...entry, sessionTitle: null } }] : []
  })
  const changedAt = ({ entry }: DeletedEntry) => entry.updatedAt ?? entry.loggedAt ?? ''
  return found.sort((a, b) => (changedAt(a) < changedAt(b) ? 1 : -1))
}

/** A row as `log_entries` would have it. */
function rowOf(id: string, entry: Entry): EntryRow {
  const { text, notes, statuses: _, isDeleted: __, ...fields } = entry
  return { ...fields, id, body: renderBody({ text, notes }), synced: false, noteCount: notes.length }
}

/** Of the entries that were deleted and are not back again, those whose ids begin so. */
export async function deletedIds(db: Db, prefix: string): Promise<string[]> {
  const rows = await db.rows<{ subject: string }>(
    `SELECT DISTINCT subject FROM changes
     WHERE kind = 'deleted' AND starts_with(lower(subject), lower($start)) ORDER BY subject`,
    { start: entrySubject(prefix) },
  )
  const ids = rows.map(({ subject }) => entryIdOf(subject) ?? '')
  const shown = await db.rows<{ id: string }>(
    `SELECT id FROM log_entries WHERE ${isOneOf('id', 'ids', ids)}`,
    {
      ids,
    },
  )
  const known = new Set(shown.map(row => row.id))
  return ids.filter(id => !known.has(id))
}
