import { readableTables } from '../../store/tables.ts'
import { type PushBatch, type ReadableRows, RemoteMovedError } from '../remote.ts'
import { keyColumns, rowsOfText } from '../row-text.ts'
import { readMark } from './read-known.ts'
import { entryHash, sessionHash } from './remote-schema.ts'
import type { SqlTransport } from './sql-transport.ts'

/**
 * Takes a batch in and moves the writer's mark, within a transaction. Throws RemoteMovedError if `from` is not its mark.
 * A mark that can't be one counts as none: the writer begins anew, and its row is made whole with that.
 */
export async function pushBatch(transport: SqlTransport, batch: PushBatch): Promise<void> {
  const { table, writerId, from, to } = batch
  const rows = await transport.query(
    `SELECT writer_id, seq::VARCHAR AS seq, token FROM csl_marks
     WHERE table_name = $1::VARCHAR AND writer_id = $2::VARCHAR`,
    [table.name, writerId],
  )
  const mark = rows.map(readMark).find(found => found !== null)
  // The reply to an earlier try was lost after it was committed.
  if (mark?.token === to.token && mark.seq === to.seq) return
  if (mark?.token !== from?.token || mark?.seq !== from?.seq) throw new RemoteMovedError()
  if (batch.rows.count > 0) await insertRows(transport, batch)
  if (rows.length > 0) {
    await transport.query(
      `UPDATE csl_marks SET seq = $3::BIGINT, token = $4::VARCHAR, pushed_at = now()
       WHERE table_name = $1::VARCHAR AND writer_id = $2::VARCHAR`,
      [table.name, writerId, String(to.seq), to.token],
    )
  } else {
    await transport.query(
      `INSERT INTO csl_marks (table_name, writer_id, seq, token, pushed_at)
       VALUES ($1::VARCHAR, $2::VARCHAR, $3::BIGINT, $4::VARCHAR, now())`,
      [table.name, writerId, String(to.seq), to.token],
    )
  }
}

async function insertRows(transport: SqlTransport, batch: PushBatch): Promise<void> {
  const { table, writerId, from, rows, replaces } = batch
  const after = String(from?.seq ?? 0)
  if (replaces.count > 0 && from !== null) {
    const columns = keyColumns(table)
    const names = Object.keys(columns).join(', ')
    await transport.query(
      `DELETE FROM ${table.name} WHERE writer_id = $2::VARCHAR AND seq <= $3::BIGINT
         AND (${names}) IN (SELECT (${names}) FROM (${rowsOfText(columns, '$1')}))`,
      [replaces.text, writerId, after],
    )
  }
  // What is beyond the mark does not count. There is nothing: but where keys are not enforced only the mark keeps rows single.
  await transport.query(`DELETE FROM ${table.name} WHERE writer_id = $1::VARCHAR AND seq > $2::BIGINT`, [
    writerId,
    after,
  ])
  const columns = Object.keys(table.columns).join(', ')
  await transport.query(`INSERT INTO ${table.name} (${columns}) ${rowsOfText(table.columns, '$1')}`, [
    rows.text,
  ])
}

/** Replaces readable rows, within a transaction, and notes beside those an older tool may change what they say. */
export async function publishRows(transport: SqlTransport, tables: readonly ReadableRows[]): Promise<void> {
  for (const { table, ids, count, text } of tables) {
    if (ids.length === 0) continue
    const columns = readableTables[table]
    const names = Object.keys(columns)
    await transport.query(
      `DELETE FROM ${table} WHERE ${names[0]} IN (SELECT unnest(string_split($1::VARCHAR, chr(31))))`,
      [ids.join('\u001f')],
    )
    if (count === 0) continue
    const hash = table === 'log_entries' ? entryHash : table === 'sessions' ? sessionHash : undefined
    await transport.query(
      `INSERT INTO ${table} (${[...names, ...(hash ? ['csl_hash'] : [])].join(', ')})
       SELECT ${[...names, ...(hash ? [hash] : [])].join(', ')} FROM (${rowsOfText(columns, '$1')})`,
      [text],
    )
  }
}

/** Removes a writer's measured rows that are older than an instant, and the readable rows made of them. */
export async function retireRows(transport: SqlTransport, writerId: string, before: string): Promise<void> {
  // Of the person's machine, whichever of its database files recorded it.
  const ofMachine = `machine_id IN (SELECT machine_id FROM machines WHERE writer_id = $1::VARCHAR)`
  const oldSessions = `SELECT session_id FROM sessions WHERE ${ofMachine} AND ended_at < $2::TIMESTAMPTZ`
  await transport.query(`DELETE FROM session_models WHERE session_id IN (${oldSessions})`, [writerId, before])
  await transport.query(`DELETE FROM sessions WHERE session_id IN (${oldSessions})`, [writerId, before])
  const old = `writer_id = $1::VARCHAR AND ended_at < $2::TIMESTAMPTZ`
  await transport.query(`DELETE FROM session_facts WHERE ${old}`, [writerId, before])
  await transport.query(
    `DELETE FROM usage_records WHERE writer_id = $1::VARCHAR AND occurred_at < $2::TIMESTAMPTZ`,
    [writerId, before],
  )
}
