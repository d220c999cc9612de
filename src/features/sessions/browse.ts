import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Db } from '../../store/query.ts'
import { markedSessions } from './marks.ts'

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
  /**
   * Whole picodollars up to some thousand dollars, then rounded. A lower bound if `unpricedCount` is above 0; null if
   * nothing has a price.
   */
  readonly costPico: number | null
  readonly unpricedCount: number
  readonly isStarred: boolean
  readonly tags: readonly string[]
}

/** What a screen shows at first, and what is made at a time of the rest, between two turns for other work. */
const pageRows = { first: 200, other: 2000 }

/**
 * All sessions that this person did not delete, those that ended last first, page by page: the first one is small and
 * soon there. A page is one text of JSON, as reading cell by cell takes eight times as long.
 */
export async function browseSessions(
  db: Db,
  onPage: (sessions: readonly BrowsedSession[]) => void,
): Promise<void> {
  const share = sharedTexts()
  const read = (json: string): number => {
    const sessions: BrowsedSession[] = JSON.parse(json)
    onPage(sessions.map(share))
    return sessions.length
  }
  const [first] = await db.rows<{ page: string | null }>(
    `SELECT '[' || string_agg(line, ',' ORDER BY ${order}) || ']' AS page
     FROM (${linesOf(`SELECT ${columns} FROM ${markedSessions} WHERE NOT is_deleted ORDER BY ${order} LIMIT $limit`)})`,
    { limit: pageRows.first },
  )
  if (read(first?.page ?? '[]') < pageRows.first) return
  const others = await db.rows<{ page: string }>(
    `WITH numbered AS (SELECT line, row_number() OVER (ORDER BY ${order}) - 1 AS n
       FROM (${linesOf(`SELECT ${columns} FROM ${markedSessions} WHERE NOT is_deleted`)}))
     SELECT '[' || string_agg(line, ',' ORDER BY n) || ']' AS page FROM numbered WHERE n >= $first
     GROUP BY n // $size ORDER BY min(n)`,
    { first: pageRows.first, size: pageRows.other },
  )
  // What was read is let go of page by page.
  for (let page = others.shift(); page; page = others.shift()) {
    read(page.page)
    await nextTurn()
  }
}

const order = 'ended_at DESC NULLS LAST, session_id'

const columns = `session_id, title, project, project_key, session_type, machine_label, machine_id, tool, cwd, resume_cwd,
  git_branch, ended_at, duration_min, models, total_tokens, cost_usd, unpriced_count, is_starred, tags`

/** Each row as a `BrowsedSession` in JSON. */
function linesOf(rows: string): string {
  return `SELECT ended_at, session_id, to_json({
      'id': session_id, 'title': title, 'project': project, 'projectKey': project_key, 'type': session_type,
      'machine': machine_label, 'machineId': machine_id, 'tool': tool, 'cwd': cwd, 'resumeCwd': resume_cwd,
      'branch': git_branch, 'endedAtMs': epoch_ms(ended_at), 'durationMin': duration_min, 'models': models,
      'totalTokens': coalesce(total_tokens, 0), 'costPico': (cost_usd * 1000000000000)::DOUBLE,
      'unpricedCount': coalesce(unpriced_count, 0), 'isStarred': is_starred, 'tags': coalesce(tags, '[]')::JSON
    })::VARCHAR AS line FROM (${rows})`
}

/** Texts that many sessions have are kept once: a hundred thousand copies of a folder's name are megabytes. */
function sharedTexts(): (session: BrowsedSession) => BrowsedSession {
  const known = new Map<string, string>()
  const once = (text: string | null) => {
    if (text === null) return null
    const first = known.get(text)
    if (first === undefined) known.set(text, text)
    return first ?? text
  }
  return session => ({
    ...session,
    project: once(session.project),
    projectKey: once(session.projectKey),
    type: once(session.type),
    machine: once(session.machine),
    machineId: once(session.machineId),
    tool: once(session.tool),
    cwd: once(session.cwd),
    resumeCwd: once(session.resumeCwd),
    branch: once(session.branch),
    models: once(session.models),
  })
}
