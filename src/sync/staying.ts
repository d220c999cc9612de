import { entrySubject } from '../features/entries/kinds.ts'
import type { Meta } from '../store/meta.ts'
import { type Db, isOneOf } from '../store/query.ts'
import { formerWriters } from '../store/writer.ts'
import { addIds } from './id-lists.ts'
import { limitsProjects, mayLeave, type Outlet } from './privacy.ts'

// Which sessions and entries stay home from one remote. Asked for by everything that leaves: the rows that travel and the
// rows that people read.

/** Of the given sessions those of projects that are excluded from this remote. */
export async function sessionsThatStay(db: Db, outlet: Outlet, ids: readonly string[]): Promise<Set<string>> {
  if (!limitsProjects(outlet) || ids.length === 0) return new Set()
  const rows = await db.rows<Named>(
    `SELECT session_id AS id, project AS name, project_key AS key FROM session_facts
     WHERE ${isOneOf('session_id', 'ids', ids)}`,
    { ids },
  )
  return excluded(outlet, ids, rows)
}

/**
 * Of the given entries those that stay home: of projects that are excluded, be it by what the entry says or by its
 * session; and from a team's remote what is another team's. There an entry lives if its creation came from there, or if
 * it is this file's own and came from no team at all.
 */
export async function entriesThatStay(
  db: Db,
  outlet: Outlet,
  {
    remoteId,
    writerId,
    meta,
    ids,
  }: { remoteId: string; writerId: string; meta: Meta; ids: readonly string[] },
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const stay = limitsProjects(outlet)
    ? excluded(outlet, ids, await projectsOfEntries(db, ids))
    : new Set<string>()
  if (outlet.remote.share === 'notes') {
    const writers = [writerId, ...formerWriters(meta)]
    for (const id of await strangersTo(db, remoteId, writers, ids)) stay.add(id)
  }
  return stay
}

interface Named {
  readonly id: string
  readonly name: string | null
  readonly key: string | null
}

/** One that goes by several names stays if any of them is excluded, or if none is among those that the remote is for. */
function excluded(outlet: Outlet, ids: readonly string[], rows: readonly Named[]): Set<string> {
  const named = new Map<string, Named[]>()
  for (const row of rows) named.set(row.id, [...(named.get(row.id) ?? []), row])
  const nameless = [{ name: null, key: null }]
  const unlimited = { ...outlet, remote: { ...outlet.remote, projects: [] } }
  return new Set(
    ids.filter(id => {
      const names = named.get(id) ?? nameless
      return !names.every(name => mayLeave(unlimited, name)) || !names.some(name => mayLeave(outlet, name))
    }),
  )
}

/** What an entry, deleted or not, says of its project, and what its session does. */
function projectsOfEntries(db: Db, ids: readonly string[]): Promise<Named[]> {
  const subjects = ids.map(entrySubject)
  return db.rows<Named>(
    `WITH said AS (SELECT subject, kind, value FROM changes WHERE ${isOneOf('subject', 'subjects', subjects)}
       AND kind IN ('create', 'place', 'session'))
     SELECT substr(subject, 7) AS id, json_extract_string(value, '$.project') AS name,
       json_extract_string(value, '$.project_key') AS key
     FROM said WHERE kind <> 'session' AND json_valid(value)
       AND coalesce(json_extract_string(value, '$.project'), json_extract_string(value, '$.project_key')) IS NOT NULL
     UNION ALL SELECT substr(subject, 7), f.project, f.project_key
     FROM said JOIN session_facts f ON f.session_id = said.value WHERE kind = 'session'`,
    { subjects },
  )
}

async function strangersTo(
  db: Db,
  remoteId: string,
  writers: readonly string[],
  ids: readonly string[],
): Promise<string[]> {
  const subjects = ids.map(entrySubject)
  const homes = await db.rows<{ id: string; isHere: boolean }>(
    `SELECT entry_id AS id, bool_or(remote_id = $remoteId) AS is_here FROM entry_homes
     WHERE ${isOneOf('entry_id', 'ids', ids)} GROUP BY entry_id`,
    { remoteId, ids },
  )
  const own = await db.rows<{ id: string }>(
    `SELECT DISTINCT substr(subject, 7) AS id FROM changes WHERE kind = 'create'
       AND writer_id IN (SELECT unnest($writers)) AND ${isOneOf('subject', 'subjects', subjects)}`,
    { writers, subjects },
  )
  const isHere = new Map(homes.map(home => [home.id, home.isHere]))
  const isOwn = new Set(own.map(row => row.id))
  return ids.filter(id => !(isHere.get(id) ?? isOwn.has(id)))
}

/** Notes that entries live on a team's remote. Within the transaction that takes them in. */
export async function noteHomes(db: Db, remoteId: string, ids: readonly string[]): Promise<void> {
  await addIds(db, { table: 'entry_homes', column: 'entry_id', of: { remote_id: remoteId } }, ids)
}
