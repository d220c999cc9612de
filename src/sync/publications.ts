import { type Db, isOneOf } from '../store/query.ts'
import { addIds, type IdList, removeIds, type SessionsAndEntries } from './id-lists.ts'

// Readable rows on a remote are written after what they are made of. They are queued in the transaction that offers, or
// takes in, what changes them, so that a kill loses none; others' rows concern those whose rows are in them, too.

/**
 * Queues readable rows to be written anew: for one remote, or, given a writer, for every remote this file has pushed to and
 * only those that the writer's own rows are part of.
 */
export async function queuePublications(
  db: Db,
  { sessionIds, entryIds, ...target }: SessionsAndEntries & ({ remoteId: string } | { writerId: string }),
): Promise<void> {
  for (const [table, ids] of [
    ['sessions', sessionIds],
    ['log_entries', entryIds],
  ] as const) {
    if (ids.length === 0) continue
    if ('remoteId' in target) await queue(db, [target.remoteId], table, ids)
    else {
      const mine = await ownIds(db, table, target.writerId, ids)
      if (mine.length > 0) await queue(db, await remoteIds(db), table, mine)
    }
  }
}

async function queue(
  db: Db,
  remotes: readonly string[],
  table: QueuedTable,
  ids: readonly string[],
): Promise<void> {
  for (const remoteId of remotes) await addIds(db, queued(remoteId, table), ids)
}

type QueuedTable = 'sessions' | 'log_entries'

function queued(remoteId: string, table: QueuedTable): IdList {
  return { table: 'publications', column: 'id', of: { remote_id: remoteId, table_name: table } }
}

async function remoteIds(db: Db): Promise<string[]> {
  const rows = await db.rows<{ remoteId: string }>(`SELECT DISTINCT remote_id FROM sync_pushed`)
  return rows.map(row => row.remoteId)
}

async function ownIds(
  db: Db,
  table: QueuedTable,
  writerId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    table === 'sessions'
      ? `SELECT session_id AS id FROM session_facts WHERE writer_id = $writerId AND ${isOneOf('session_id', 'ids', ids)}`
      : `SELECT DISTINCT substr(subject, 7) AS id FROM changes
         WHERE writer_id = $writerId AND starts_with(subject, 'entry:') AND ${isOneOf('substr(subject, 7)', 'ids', ids)}`,
    { writerId, ids },
  )
  return rows.map(row => row.id)
}

const mostAtOnce = 2000

/** The next readable rows that wait for a remote; null if none do. */
export async function nextPublications(db: Db, remoteId: string): Promise<SessionsAndEntries | null> {
  const rows = await db.rows<{ tableName: string; id: string }>(
    `SELECT table_name, id FROM publications WHERE remote_id = $remoteId ORDER BY table_name, id LIMIT ${mostAtOnce}`,
    { remoteId },
  )
  if (rows.length === 0) return null
  const of = (table: string) => rows.filter(row => row.tableName === table).map(row => row.id)
  return { sessionIds: of('sessions'), entryIds: of('log_entries') }
}

/** Takes what was written out of the queue. Only a sync fills it, and one runs at a time. */
export async function unqueue(
  db: Db,
  remoteId: string,
  { sessionIds, entryIds }: SessionsAndEntries,
): Promise<void> {
  await removeIds(db, queued(remoteId, 'sessions'), sessionIds)
  await removeIds(db, queued(remoteId, 'log_entries'), entryIds)
}
