import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Db } from '../../store/query.ts'
import { markedSessions, tagsIn } from './marks.ts'

/** What a list of all sessions shows: no more than that, as there can be a hundred thousand of them. */
export interface BrowsedSession {
  readonly id: string
  readonly title: string | null
  readonly project: string | null
  readonly projectKey: string | null
  readonly type: string | null
  readonly machine: string | null
  readonly machineId: string | null
  readonly tool: string | null
  readonly cwd: string | null
  readonly resumeCwd: string | null
  readonly branch: string | null
  /** Milliseconds since 1970 UTC. */
  readonly endedAtMs: number | null
  readonly durationMin: number | null
  /** Ids with commas between them, in order of first use. */
  readonly models: string | null
  readonly totalTokens: number
  /** A lower bound if `unpricedCount` is above 0; null if nothing has a price. */
  readonly costPico: number | bigint | null
  readonly unpricedCount: number
  readonly isStarred: boolean
  readonly tags: readonly string[]
}

/** What a screen shows at first, and as many as are made between two turns for other work. */
const pageSizes = { first: 200, other: 5000 }

/**
 * All sessions that this person did not delete, those that ended last first, page by page: the first one is small and
 * soon there. Lets other work have its turn between pages.
 */
export async function browseSessions(
  db: Db,
  onPage: (sessions: readonly BrowsedSession[]) => void,
): Promise<void> {
  let limit = pageSizes.first
  for (let offset = 0; ; ) {
    const rows = await db.rows<Omit<BrowsedSession, 'tags'> & { tags: string | null }>(
      `SELECT session_id AS id, title, project, project_key, session_type AS type, machine_label AS machine, machine_id,
         tool, cwd, resume_cwd, git_branch AS branch, epoch_ms(ended_at) AS ended_at_ms, duration_min, models,
         coalesce(total_tokens, 0) AS total_tokens, (cost_usd * 1000000000000)::HUGEINT AS cost_pico,
         coalesce(unpriced_count, 0) AS unpriced_count, is_starred, tags
       FROM ${markedSessions} WHERE NOT is_deleted
       ORDER BY ended_at DESC NULLS LAST, session_id LIMIT $limit OFFSET $offset`,
      { limit, offset },
    )
    onPage(rows.map(row => ({ ...row, tags: tagsIn(row.tags) })))
    if (rows.length < limit) return
    offset += limit
    limit = pageSizes.other
    await nextTurn()
  }
}
