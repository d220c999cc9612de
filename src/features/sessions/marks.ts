import type { Db } from '../../store/query.ts'
import { isByMyWriter } from '../../store/writer.ts'

/** What a person can say of a session. Of one kind the newest holds; of tags, the newest for each word. */
export type MarkKind = 'star' | 'tag' | 'untag' | 'name' | 'deleted'

/** Something to say of a session, not stamped yet. Stars and deletions are `true` or `false`; an empty name is none. */
export interface Mark {
  readonly kind: MarkKind
  readonly value: string
}

/** What a change to a session is about, as `changes.subject` has it. */
export function sessionSubject(id: string): string {
  return `session:${id}`
}

/** The marks that hold, a row for each session that has any; their names are null where nothing was said. */
const marks = `
  WITH said AS (
    SELECT substr(subject, 9) AS session_id, kind, value, hlc || payload_hash AS stamp FROM changes
    WHERE starts_with(subject, 'session:') AND ${isByMyWriter}),
  tagged AS (
    SELECT session_id, to_json(list(value ORDER BY value))::VARCHAR AS tags FROM (
      SELECT session_id, value, arg_max(kind, stamp) AS last FROM said
      WHERE kind IN ('tag', 'untag') GROUP BY session_id, value) WHERE last = 'tag' GROUP BY session_id),
  marked AS (
    SELECT session_id, nullif(arg_max(value, stamp) FILTER (WHERE kind = 'name'), '') AS name,
      arg_max(value, stamp) FILTER (WHERE kind = 'star') AS star,
      arg_max(value, stamp) FILTER (WHERE kind = 'deleted') AS deleted
    FROM said GROUP BY session_id)`

/** What `markedSessions` has, of another source of sessions: one that is narrowed down first, where it can be. */
export const markedAmong = (source: string) => `(${marks}
  SELECT s.* REPLACE (coalesce(m.name, s.title) AS title), coalesce(m.star = 'true', FALSE) AS is_starred,
    coalesce(m.deleted = 'true', FALSE) AS is_deleted, t.tags
  FROM ${source} s LEFT JOIN marked m ON m.session_id = s.session_id LEFT JOIN tagged t ON t.session_id = s.session_id)`

/**
 * The table `sessions` with what its person said of each row: `title` is the name they gave it, and there are `is_starred`,
 * `is_deleted` and `tags` (a JSON list). Computed where it is asked for, as few sessions are ever marked. What other people
 * say of a session is theirs: only what this person's own database files wrote holds.
 */
export const markedSessions = markedAmong('sessions')

/** What holds of one session. */
export interface SessionMarks {
  readonly sessionId: string
  /** In place of its title; null: it has none. */
  readonly name: string | null
  readonly isStarred: boolean
  readonly isDeleted: boolean
  readonly tags: readonly string[]
}

/** What is said of sessions by those that anything was said of: where joining it to all of them would cost too much. */
export async function readMarks(db: Db): Promise<ReadonlyMap<string, SessionMarks>> {
  const rows = await db.rows<Omit<SessionMarks, 'tags'> & { tags: string | null }>(
    `${marks} SELECT m.session_id, m.name, coalesce(m.star = 'true', FALSE) AS is_starred,
       coalesce(m.deleted = 'true', FALSE) AS is_deleted, t.tags
     FROM marked m LEFT JOIN tagged t ON t.session_id = m.session_id`,
  )
  return new Map(rows.map(row => [row.sessionId, { ...row, tags: tagsIn(row.tags) }]))
}

/** The tags of a row of `markedSessions`. */
export function tagsIn(json: string | null): readonly string[] {
  return json === null ? [] : JSON.parse(json)
}
