import { type Db, isOneOf } from '../store/query.ts'

// Readable rows on a remote are written in the transaction that pushes what they are made of. What others' rows change
// of them is written by those whose rows are in them, too: queued with the rows that came, so that a kill loses none.

export interface Publications {
  readonly sessionIds: readonly string[]
  readonly entryIds: readonly string[]
}

/**
 * Queues readable rows to be written anew: for one remote, or, given a writer, for every remote this file has pushed to and
 * only those that the writer's own rows are part of.
 */
export async function queuePublications(
  db: Db,
  { sessionIds, entryIds, ...target }: Publications & ({ remoteId: string } | { writerId: string }),
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
  table: string,
  ids: readonly string[],
): Promise<void> {
  for (const remoteId of remotes) {
    await db.run(
      `INSERT INTO publications (remote_id, table_name, id)
       SELECT DISTINCT $remoteId, $table, id FROM (SELECT unnest($ids) AS id)
       WHERE id NOT IN (SELECT id FROM publications WHERE remote_id = $remoteId AND table_name = $table)`,
      { remoteId, table, ids },
    )
  }
}

async function remoteIds(db: Db): Promise<string[]> {
  const rows = await db.rows<{ remoteId: string }>(`SELECT DISTINCT remote_id FROM sync_pushed`)
  return rows.map(row => row.remoteId)
}

async function ownIds(
  db: Db,
  table: 'sessions' | 'log_entries',
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
export async function nextPublications(db: Db, remoteId: string): Promise<Publications | null> {
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
  { sessionIds, entryIds }: Publications,
): Promise<void> {
  for (const [table, ids] of [
    ['sessions', sessionIds],
    ['log_entries', entryIds],
  ] as const) {
    if (ids.length === 0) continue
    await db.run(
      `DELETE FROM publications WHERE remote_id = $remoteId AND table_name = $table AND ${isOneOf('id', 'ids', ids)}`,
      { remoteId, table, ids },
    )
  }
}
