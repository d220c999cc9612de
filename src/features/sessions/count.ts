import type { Db } from '../../store/query.ts'

/** How many sessions are known, of every machine. */
export async function countAllSessions(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(`SELECT count(*)::INTEGER AS count FROM sessions`)
  return row?.count ?? 0
}

/** All sessions, of every machine, with each file that was read of them; null: none, as for one of another machine. */
export function sessionFiles(
  db: Db,
): Promise<{ readonly sessionId: string; readonly path: string | null }[]> {
  return db.rows(
    `SELECT s.session_id, f.path FROM sessions s LEFT JOIN transcript_files f USING (session_id)`,
  )
}
