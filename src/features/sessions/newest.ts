import type { Db } from '../../store/query.ts'

/** Ids and titles of the sessions that ended last. */
export function newestSessions(db: Db, limit: number): Promise<{ id: string; title: string | null }[]> {
  return db.rows(
    `SELECT session_id AS id, title FROM sessions ORDER BY ended_at DESC NULLS LAST, session_id LIMIT $limit`,
    { limit },
  )
}
