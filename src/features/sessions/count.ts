import type { Db } from '../../store/query.ts'

/** How many sessions are known, of every machine. */
export async function countAllSessions(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(`SELECT count(*)::INTEGER AS count FROM sessions`)
  return row?.count ?? 0
}
