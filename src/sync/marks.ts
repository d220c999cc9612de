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

/** The remote has this state: what came before it is there too, what was offered later never arrived. */
export async function acknowledge(
  db: Db,
  { remoteId, table, writerId, mark }: { remoteId: string; table: string; writerId: string; mark: Mark },
): Promise<void> {
  const of = { remoteId, table, writerId, seq: mark.seq, token: mark.token }
  await db.run(
    `DELETE FROM sync_pushed WHERE remote_id = $remoteId AND table_name = $table AND writer_id = $writerId
       AND NOT is_acknowledged AND seq >= $seq AND token <> $token`,
    of,
  )
  await db.run(
    `UPDATE sync_pushed SET is_acknowledged = TRUE WHERE remote_id = $remoteId AND table_name = $table
       AND writer_id = $writerId AND seq <= $seq AND NOT is_acknowledged`,
    { remoteId, table, writerId, seq: mark.seq },
  )
}

/** The state of own rows that a remote is known to have; null where there is none. */
export async function lastAcknowledged(
  db: Db,
  { remoteId, table, writerId }: { remoteId: string; table: string; writerId: string },
): Promise<Mark | null> {
  const [mark] = await db.rows<Mark>(
    `SELECT seq, token FROM sync_pushed WHERE is_acknowledged AND remote_id = $remoteId AND table_name = $table
       AND writer_id = $writerId ORDER BY seq DESC LIMIT 1`,
    { remoteId, table, writerId },
  )
  return mark ?? null
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

/** What this file knows of a remote, and has for it. */
export interface LocalState {
  /** How far the rows of every other writer have come from there, by table. */
  readonly pulled: ReadonlyMap<string, ReadonlyMap<string, number>>
  /** Tables with own rows beyond what the remote holds. */
  readonly unsent: ReadonlySet<string>
  /** Tables of which a state was offered, and it is not noted whether it arrived. */
  readonly unnoted: ReadonlySet<string>
  /** Tables of which the remote holds a state of ours that this file never offered. */
  readonly foreign: ReadonlySet<string>
  /** Readable rows wait to be written. */
  readonly isQueued: boolean
}

/** Reads it, given what the remote holds of this writer by table, in one question. */
export async function readLocalState(
  db: Db,
  {
    remoteId,
    writerId,
    held,
  }: { remoteId: string; writerId: string; held: ReadonlyMap<string, Held | undefined> },
): Promise<LocalState> {
  const tables = [...held.keys()]
  const unsent = tables.map(
    (table, i) =>
      `SELECT 'unsent', '${table}', NULL, NULL WHERE EXISTS (
         SELECT 1 FROM ${table} WHERE seq > $after${i} AND writer_id = $writerId)`,
  )
  const after = Object.fromEntries(tables.map((table, i) => [`after${i}`, held.get(table)?.seq ?? 0]))
  const tokens = [...held.values()].flatMap(mark => mark?.token ?? [])
  const rows = await db.rows<{ what: string; name: string; key: string | null; seq: number | null }>(
    `SELECT 'pulled' AS what, table_name AS name, writer_id AS key, seq FROM sync_pulled WHERE remote_id = $remoteId
     UNION ALL SELECT 'offered', table_name, token, seq FROM sync_pushed
       WHERE remote_id = $remoteId AND writer_id = $writerId AND token IN (SELECT unnest($tokens))
     UNION ALL SELECT DISTINCT 'unnoted', table_name, NULL, NULL FROM sync_pushed
       WHERE remote_id = $remoteId AND writer_id = $writerId AND NOT is_acknowledged
     UNION ALL SELECT 'queued', '', NULL, NULL WHERE EXISTS (SELECT 1 FROM publications WHERE remote_id = $remoteId)
     UNION ALL ${unsent.join(' UNION ALL ')}`,
    { remoteId, writerId, tokens, ...after },
  )
  const namesOf = (what: string) => new Set(rows.filter(row => row.what === what).map(row => row.name))
  const pulled = new Map<string, Map<string, number>>()
  for (const { what, name, key, seq } of rows) {
    if (what === 'pulled') pulled.set(name, (pulled.get(name) ?? new Map()).set(key ?? '', seq ?? 0))
  }
  const isOffered = (table: string, mark: Held) =>
    rows.some(
      row => row.what === 'offered' && row.name === table && row.key === mark.token && row.seq === mark.seq,
    )
  const foreign = tables.filter(table => {
    const mark = held.get(table)
    return mark !== undefined && !isOffered(table, mark)
  })
  return {
    pulled,
    unsent: namesOf('unsent'),
    unnoted: namesOf('unnoted'),
    foreign: new Set(foreign),
    isQueued: namesOf('queued').size > 0,
  }
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
