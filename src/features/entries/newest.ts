import type { Db } from '../../store/query.ts'

/** Ids and titles of the entries that changed last. */
export function newestEntries(db: Db, limit: number): Promise<{ id: string; title: string | null }[]> {
  return db.rows(
    `SELECT id, title FROM log_entries ORDER BY coalesce(updated_at, logged_at) DESC NULLS LAST, id LIMIT $limit`,
    { limit },
  )
}
