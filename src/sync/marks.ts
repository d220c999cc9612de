import { randomBytes } from 'node:crypto'
import type { Db } from '../store/query.ts'
import type { Held, Mark } from './remote.ts'

// What this file knows of a remote. A state is written down before it is offered, so that after a kill it is known
// again whether the remote has it; a state of ours there that is not written down here was made by a copy of this file.

/** A new name for a state that is about to be pushed. */
export function newToken(): string {
  return randomBytes(9).toString('base64url')
}

/** Writes down that a state will be offered to the remote. */
export async function intend(
  db: Db,
  { remoteId, table, writerId, to }: { remoteId: string; table: string; writerId: string; to: Mark },
): Promise<void> {
  await db.run(
    `INSERT INTO sync_pushed (remote_id, table_name, writer_id, seq, token, is_acknowledged)
     VALUES ($remoteId, $table, $writerId, $seq, $token, FALSE)`,
    { remoteId, table, writerId, seq: to.seq, token: to.token },
  )
}

/** The remote has this state: what was offered later than it and is not there never arrived. */
export async function acknowledge(
  db: Db,
  { remoteId, table, writerId, mark }: { remoteId: string; table: string; writerId: string; mark: Mark },
): Promise<void> {
  const of = { remoteId, table, writerId, token: mark.token }
  await db.run(
    `DELETE FROM sync_pushed WHERE remote_id = $remoteId AND table_name = $table AND writer_id = $writerId
       AND NOT is_acknowledged AND token <> $token`,
    of,
  )
  await db.run(
    `UPDATE sync_pushed SET is_acknowledged = TRUE WHERE remote_id = $remoteId AND table_name = $table
       AND writer_id = $writerId AND token = $token AND NOT is_acknowledged`,
    of,
  )
}

/** Whether a state of this writer on the remote is one this file has offered. None there: nothing speaks against it. */
export async function isOurs(
  db: Db,
  {
    remoteId,
    table,
    writerId,
    held,
  }: { remoteId: string; table: string; writerId: string; held: Held | undefined },
): Promise<boolean> {
  if (!held) return true
  const rows = await db.rows(
    `SELECT 1 AS found FROM sync_pushed WHERE remote_id = $remoteId AND table_name = $table
       AND writer_id = $writerId AND seq = $seq AND token = $token`,
    { remoteId, table, writerId, seq: held.seq, token: held.token },
  )
  return rows.length > 0
}

/** The highest `seq` that every remote of the list has acknowledged for a table; 0 where one has none. */
export async function acknowledgedByAll(
  db: Db,
  { remoteIds, table, writerId }: { remoteIds: readonly string[]; table: string; writerId: string },
): Promise<number> {
  if (remoteIds.length === 0) return 0
  const rows = await db.rows<{ remoteId: string; seq: number }>(
    `SELECT remote_id, max(seq) AS seq FROM sync_pushed
     WHERE is_acknowledged AND table_name = $table AND writer_id = $writerId GROUP BY remote_id`,
    { table, writerId },
  )
  const seqs = new Map(rows.map(row => [row.remoteId, row.seq]))
  return Math.min(...remoteIds.map(id => seqs.get(id) ?? 0))
}

/** How far the rows of every other writer have come from a remote, by table and writer. */
export async function readPulled(db: Db, remoteId: string): Promise<Map<string, Map<string, number>>> {
  const rows = await db.rows<{ tableName: string; writerId: string; seq: number }>(
    `SELECT table_name, writer_id, seq FROM sync_pulled WHERE remote_id = $remoteId`,
    { remoteId },
  )
  const tables = new Map<string, Map<string, number>>()
  for (const { tableName, writerId, seq } of rows) {
    const writers = tables.get(tableName) ?? new Map<string, number>()
    tables.set(tableName, writers.set(writerId, seq))
  }
  return tables
}

/** Notes how far a writer's rows have come. Within the transaction that adds them. */
export async function advancePulled(
  db: Db,
  remoteId: string,
  table: string,
  upTo: ReadonlyMap<string, { seq: number; at: string | null }>,
): Promise<void> {
  for (const [writerId, { seq, at }] of upTo) {
    const of = { remoteId, table, writerId }
    await db.run(
      `DELETE FROM sync_pulled WHERE remote_id = $remoteId AND table_name = $table AND writer_id = $writerId`,
      of,
    )
    await db.run(
      `INSERT INTO sync_pulled (remote_id, table_name, writer_id, seq, pushed_at)
       VALUES ($remoteId, $table, $writerId, $seq, $at::TIMESTAMPTZ)`,
      { ...of, seq, at },
    )
  }
}

/** Forgets how far the others' rows have come: the next sync looks at all of them again, which changes nothing that is right. */
export async function forgetPulled(db: Db, remoteId: string): Promise<void> {
  await db.run(`DELETE FROM sync_pulled WHERE remote_id = $remoteId`, { remoteId })
}
