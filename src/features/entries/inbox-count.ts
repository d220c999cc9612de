import type { Identity } from '../../base/identity.ts'
import type { Db } from '../../store/query.ts'
import { privateKinds } from './kinds.ts'

/** Who looks. */
export type Me = Pick<Identity, 'personId' | 'personName' | 'publicPersonName' | 'formerPersonIds'>

/** Up to which arrival the inbox was looked at, in `meta`. */
export const seenKey = 'inbox_seen'

const seen = `(SELECT coalesce(max(value::BIGINT), 0) FROM meta WHERE key = '${seenKey}')`

/**
 * Changes that arrived here since the inbox was looked at and that somebody else made. Others are told by their ids: two
 * people can have one name. Only of the older tool names are all there is. Of an entry that came and went meanwhile there
 * is nothing to say, nor of one whose creation is not here yet.
 */
export const unseenChanges = `SELECT subject, received FROM changes
  WHERE received > ${seen} AND starts_with(subject, 'entry:')
    AND NOT list_contains($mine, actor) AND NOT list_contains($privateKinds, kind)
    AND (subject IN (SELECT 'entry:' || id FROM log_entries) OR subject IN (
      SELECT subject FROM changes WHERE kind = 'create' AND (received <= ${seen} OR list_contains($mine, actor))))`

export function unseenParameters(me: Me): { mine: string[]; privateKinds: readonly string[] } {
  return { mine: myIds(me), privateKinds }
}

/** All ids under which this person says something; of the older tool the name is all there is. */
export function myIds({ personId, formerPersonIds, personName, publicPersonName }: Me): string[] {
  const names = new Set([personName, publicPersonName])
  return [personId, ...formerPersonIds, ...Array.from(names, name => `legacy:${name}`)]
}

/** How many entries there is something new of. Reads only what is here. */
export async function countInbox(db: Db, me: Me): Promise<number> {
  const rows = await db.rows<{ entries: number }>(
    `SELECT count(DISTINCT subject)::INTEGER AS entries FROM (${unseenChanges})`,
    unseenParameters(me),
  )
  return rows[0]?.entries ?? 0
}
