import type { Db } from '../../store/query.ts'
import { privateKinds } from './kinds.ts'
import { isMine, type Me, mineParameter } from './mine.ts'

/** Up to which arrival the inbox was looked at, in `meta`. */
export const seenKey = 'inbox_seen'

const seen = `(SELECT coalesce(max(value::BIGINT), 0) FROM meta WHERE key = '${seenKey}')`

/**
 * Changes that arrived here since the inbox was looked at and that are not this person's. Of an entry that came and went
 * meanwhile there is nothing to say, nor of one whose creation is not here yet.
 */
export const unseenChanges = `SELECT subject, received FROM changes
  WHERE received > ${seen} AND starts_with(subject, 'entry:')
    AND NOT ${isMine} AND NOT list_contains($privateKinds, kind)
    AND (subject IN (SELECT 'entry:' || id FROM log_entries) OR subject IN (
      SELECT subject FROM changes WHERE kind = 'create' AND (received <= ${seen} OR ${isMine})))`

export function unseenParameters(me: Me): { olderNames: string[]; privateKinds: readonly string[] } {
  return { ...mineParameter(me), privateKinds }
}

/** How many entries there is something new of. Reads only what is here. */
export async function countInbox(db: Db, me: Me): Promise<number> {
  const rows = await db.rows<{ entries: number }>(
    `SELECT count(DISTINCT subject)::INTEGER AS entries FROM (${unseenChanges})`,
    unseenParameters(me),
  )
  return rows[0]?.entries ?? 0
}
