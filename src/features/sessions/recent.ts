import type { Db } from '../../store/query.ts'
import { markedAmong } from './marks.ts'

/** A session as the banner shows it. Cost in picodollars as text, null if nothing of it has a price. */
export interface RecentSession {
  readonly sessionId: string
  readonly project: string | null
  readonly title: string | null
  readonly endedAt: string | null
  readonly totalTokens: number
  readonly costPico: string | null
  readonly unpricedCount: number
}

/** As many of the newest as can be needed, however many of them were deleted: few, where all have to be sorted. */
const newest = `(SELECT * FROM sessions WHERE rowid IN (
  SELECT rowid FROM sessions WHERE person_id = $personId AND ended_at IS NOT NULL
  ORDER BY ended_at DESC, session_id
  LIMIT (SELECT $limit::BIGINT + count(*) FROM changes WHERE kind = 'deleted' AND starts_with(subject, 'session:'))))`

/** The person's own sessions that ended last, newest first; another person's titles are never among them. */
export function recentSessions(
  db: Db,
  { me, limit }: { me: { readonly personId: string }; limit: number },
): Promise<RecentSession[]> {
  return db.rows<RecentSession>(
    `SELECT session_id, project, title, ended_at, total_tokens, (cost_usd * 1000000000000)::HUGEINT::VARCHAR AS cost_pico,
       unpriced_count
     FROM ${markedAmong(newest)} WHERE NOT is_deleted
     ORDER BY ended_at DESC, session_id LIMIT $limit`,
    { personId: me.personId, limit },
  )
}
