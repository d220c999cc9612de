import { randomUUID } from 'node:crypto'
import { UserError } from '../../base/errors.ts'
import { readableTables, type SyncedTable } from '../../store/tables.ts'
import type { Held, Known, PulledBatch, PushBatch, ReadableRows, Remote } from '../remote.ts'
import { RemoteMovedError } from '../remote.ts'
import { keyColumns, rowsOfText, textOfRows } from '../row-text.ts'
import { isOlderRow, readOlderRows } from './older-rows.ts'
import { entryHash, makeRemoteSchema, remoteSchemaVersion } from './remote-schema.ts'
import type { SqlTransport } from './sql-transport.ts'

/** A body may have a megabyte: as many rows as four megabytes hold, and one in any case. */
const withinBytes = `
       QUALIFY sum(strlen(coalesce(t.value, ''))) OVER (ORDER BY t.writer_id, t.seq) <= 4000000
         OR row_number() OVER (ORDER BY t.writer_id, t.seq) = 1`

/**
 * A remote that is a DuckDB database, however SQL reaches it. `open` is asked for a connection when one is needed and
 * again after one was lost: a transaction that has failed leaves nothing behind it.
 */
export function createSqlRemote(
  name: string,
  open: () => Promise<SqlTransport>,
  isTransient: (error: unknown) => boolean,
): Remote {
  let connection: Promise<SqlTransport> | undefined

  async function connected(): Promise<SqlTransport> {
    connection ??= open()
    return connection.catch((error: unknown) => {
      connection = undefined
      throw error
    })
  }

  async function disconnect(): Promise<void> {
    const closing = connection
    connection = undefined
    await closing?.then(transport => transport.close()).catch(() => undefined)
  }

  /** A connection on which something failed may be in any state: the next verb gets a new one. */
  async function withTransport<T>(work: (transport: SqlTransport) => Promise<T>): Promise<T> {
    try {
      return await work(await connected())
    } catch (error) {
      if (!(error instanceof RemoteMovedError)) await disconnect()
      throw error
    }
  }

  const transaction = <T>(work: (transport: SqlTransport) => Promise<T>) =>
    withTransport(async transport => {
      await transport.query('BEGIN TRANSACTION')
      try {
        const result = await work(transport)
        await transport.query('COMMIT')
        return result
      } catch (error) {
        await transport.query('ROLLBACK').catch(() => undefined)
        throw error
      }
    })

  return {
    name,
    isTransient,
    known: table =>
      withTransport(async transport => {
        const known = await readKnown(transport, table).catch((error: unknown) => {
          if (!isUnmade(error)) throw error
          return null
        })
        if (known) return known
        await makeRemoteSchema(transport, randomUUID())
        const made = await readKnown(transport, table)
        if (!made) throw new Error(`the schema of ${name} could not be made`)
        return made
      }),
    push: batch => transaction(transport => push(transport, batch)),
    publish: rows => transaction(transport => publish(transport, rows)),
    async *pull(table, wanted, limit) {
      const after = new Map([...wanted].map(([writerId, { after }]) => [writerId, after]))
      for (;;) {
        const batch = await withTransport(transport => pullBatch(transport, table, wanted, after, limit))
        if (!batch) return
        for (const [writerId, seq] of batch.upTo) after.set(writerId, seq)
        yield batch
      }
    },
    claim: personId =>
      transaction(async transport => {
        await transport.query(
          `INSERT INTO csl_meta SELECT 'person_id', $1::VARCHAR
           WHERE NOT EXISTS (SELECT 1 FROM csl_meta WHERE key = 'person_id')`,
          [personId],
        )
        const rows = await transport.query(`SELECT min(value) AS value FROM csl_meta WHERE key = 'person_id'`)
        return rows[0]?.value ?? personId
      }),
    retire: (writerId, before) =>
      transaction(async transport => {
        // Of the person's machine, whichever of its database files recorded it.
        const ofMachine = `machine_id IN (SELECT machine_id FROM machines WHERE writer_id = $1::VARCHAR)`
        const oldSessions = `SELECT session_id FROM sessions WHERE ${ofMachine} AND ended_at < $2::TIMESTAMPTZ`
        await transport.query(`DELETE FROM session_models WHERE session_id IN (${oldSessions})`, [
          writerId,
          before,
        ])
        await transport.query(`DELETE FROM sessions WHERE session_id IN (${oldSessions})`, [writerId, before])
        const old = `writer_id = $1::VARCHAR AND ended_at < $2::TIMESTAMPTZ`
        await transport.query(`DELETE FROM session_facts WHERE ${old}`, [writerId, before])
        await transport.query(
          `DELETE FROM usage_records WHERE writer_id = $1::VARCHAR AND occurred_at < $2::TIMESTAMPTZ`,
          [writerId, before],
        )
      }),
    olderRows: limit => withTransport(transport => readOlderRows(transport, limit)),
    release: disconnect,
  }
}

/** A table is missing, or was the older tool's and got none of our columns before a kill. */
function isUnmade(error: unknown): boolean {
  const signs = /catalog error: table with name \S+ does not exist|binder error: referenced column "csl_/i
  return error instanceof Error && signs.test(error.message)
}

/**
 * One read: marks, what the remote says of itself, and what an older tool left. Null where its schema is older than ours.
 * Where keys are not enforced, two that came first at once have both left an id: the smaller is everybody's.
 */
async function readKnown(transport: SqlTransport, table: SyncedTable): Promise<Known | null> {
  const isOlder = isOlderRow[table.name]
  const older = isOlder
    ? ` UNION ALL SELECT 'older', NULL, count(*)::VARCHAR, NULL, NULL FROM ${isOlder}`
    : ''
  const rows = await transport.query(
    `SELECT 'mark' AS what, writer_id AS key, seq::VARCHAR AS value, token,
       strftime(pushed_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS pushed_at FROM csl_marks WHERE table_name = $1::VARCHAR
     UNION ALL SELECT 'meta', key, min(value), NULL, NULL FROM csl_meta GROUP BY key${older}`,
    [table.name],
  )
  const vector = new Map<string, Held>()
  const meta = new Map<string, string>()
  let olderRows = 0
  for (const { what, key, value, token, pushed_at: at } of rows) {
    if (what === 'mark' && key && token) vector.set(key, { seq: Number(value), token, at: at ?? null })
    if (what === 'meta' && key && value) meta.set(key, value)
    if (what === 'older') olderRows = Number(value)
  }
  const version = Number(meta.get('schema_version') ?? 0)
  if (version > remoteSchemaVersion) {
    throw new UserError(
      `the remote has schema ${version}, this program knows ${remoteSchemaVersion}`,
      'a newer claude-session-logger wrote it: update this one',
    )
  }
  const remoteId = meta.get('remote_id')
  if (version < remoteSchemaVersion || remoteId === undefined) return null
  return { remoteId, vector, personId: meta.get('person_id') ?? null, olderRows }
}

async function push(transport: SqlTransport, batch: PushBatch): Promise<void> {
  const { table, writerId, from, to } = batch
  const [mark] = await transport.query(
    `SELECT seq::VARCHAR AS seq, token FROM csl_marks WHERE table_name = $1::VARCHAR AND writer_id = $2::VARCHAR`,
    [table.name, writerId],
  )
  // The reply to an earlier try was lost after it was committed.
  if (mark && mark.token === to.token && Number(mark.seq) === to.seq) return
  if ((mark?.token ?? null) !== (from?.token ?? null) || Number(mark?.seq ?? 0) !== (from?.seq ?? 0)) {
    throw new RemoteMovedError()
  }
  if (batch.rows.count > 0) await insertRows(transport, batch)
  if (mark) {
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

async function publish(transport: SqlTransport, tables: readonly ReadableRows[]): Promise<void> {
  for (const { table, ids, count, text } of tables) {
    if (ids.length === 0) continue
    const columns = readableTables[table]
    const names = Object.keys(columns)
    await transport.query(
      `DELETE FROM ${table} WHERE ${names[0]} IN (SELECT unnest(string_split($1::VARCHAR, chr(31))))`,
      [ids.join('\u001f')],
    )
    if (count === 0) continue
    const hash = table === 'log_entries' ? entryHash : table === 'sessions' ? `'csl'` : undefined
    await transport.query(
      `INSERT INTO ${table} (${[...names, ...(hash ? ['csl_hash'] : [])].join(', ')})
       SELECT ${[...names, ...(hash ? [hash] : [])].join(', ')} FROM (${rowsOfText(columns, '$1')})`,
      [text],
    )
  }
}

async function pullBatch(
  transport: SqlTransport,
  table: SyncedTable,
  wanted: ReadonlyMap<string, { readonly upTo: number }>,
  after: ReadonlyMap<string, number>,
  limit: number,
): Promise<PulledBatch | null> {
  const open = [...wanted].filter(([writerId, { upTo }]) => (after.get(writerId) ?? 0) < upTo)
  if (open.length === 0) return null
  const bounds = open.map(([writerId, { upTo }]) => [writerId, after.get(writerId) ?? 0, upTo].join('\u001f'))
  const columns = Object.keys(table.columns).map(column => `t.${column}`)
  const isSizeLimited = table.name === 'changes'
  const rows = await transport.query(
    `WITH wanted AS (
       SELECT cells[1] AS writer, cells[2]::BIGINT AS past, cells[3]::BIGINT AS up_to
       FROM (SELECT string_split(unnest(string_split($1::VARCHAR, chr(30))), chr(31)) AS cells)),
     batch AS (
       SELECT ${columns.join(', ')} FROM ${table.name} t JOIN wanted w ON t.writer_id = w.writer
       WHERE t.seq > w.past AND t.seq <= w.up_to AND t.seq > $2::BIGINT${isSizeLimited ? withinBytes : ''}
       ORDER BY t.writer_id, t.seq LIMIT ${limit})
     SELECT writer_id, max(seq)::VARCHAR AS up_to, count(*)::VARCHAR AS count,
       ${textOfRows(table.columns)} AS text
     FROM batch GROUP BY writer_id ORDER BY writer_id`,
    // The smallest bound once more as a constant: the scan can pass over blocks of lower numbers.
    [bounds.join('\u001e'), String(Math.min(...open.map(([writerId]) => after.get(writerId) ?? 0)))],
  )
  const count = rows.reduce((sum, row) => sum + Number(row.count), 0)
  const upTo = new Map(rows.map(row => [row.writer_id ?? '', Number(row.up_to)]))
  const last = rows.at(-1)?.writer_id ?? ''
  for (const [writerId, { upTo: end }] of open) {
    // Fewer rows than asked for: all are here, the rest of the numbers was excluded, replaced or retired.
    if (count < (isSizeLimited ? 1 : limit) || (rows.length > 0 && writerId < last)) upTo.set(writerId, end)
  }
  return { rows: { count, text: rows.map(row => row.text ?? '').join('\u001e') }, upTo }
}
