import { idShape } from '../../base/identity.ts'
import { readableTables, syncedTables } from '../../store/tables.ts'
import type { SqlTransport } from './sql-transport.ts'

/** The schema of remotes that this program writes. */
export const remoteSchemaVersion = 1

/** How a version is written there. */
export const versionShape = /^[0-9]{1,6}$/

/** Columns of readable tables that only a remote has: what the row was when we wrote it, to see an older tool's hand. */
const remoteOnly: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  log_entries: { csl_hash: 'VARCHAR' },
  sessions: { csl_hash: 'VARCHAR' },
}

/** SQL for what an older tool can change of an entry, as one text; the same over rows that come and rows that are there. */
export const entryHash = `md5(concat_ws(chr(31), coalesce(category, ''), coalesce(status, ''), coalesce(title, ''),
  coalesce(body, '')))`

/**
 * The same of a session: the older tool counts on in its row. Its tables may have any types; cheap, as every sync asks it
 * of every session.
 */
export const sessionHash = `concat_ws(' ', ${[
  ['input_tokens', 'output_tokens', 'cache_write_tokens', 'cache_read_tokens'].map(wholeOr0).join(' + '),
  wholeOr0('message_count'),
].join(', ')})`

/** As wide as a sum of numbers that somebody made up. */
function wholeOr0(column: string): string {
  return `coalesce(TRY_CAST(${column} AS BIGINT), 0)::HUGEINT`
}

/**
 * Makes what is missing of the tables, or brings them up to this version. Tables of the older Python tool keep their rows
 * and get the columns they lack. Safe when two machines do it at once: every step may be repeated, and who comes second
 * finds it done. No keys but those of our own small tables: not every remote enforces them.
 */
export async function makeRemoteSchema(transport: SqlTransport, remoteId: string): Promise<void> {
  const wanted: Record<string, Readonly<Record<string, string>>> = {}
  for (const table of syncedTables) wanted[table.name] = table.columns
  for (const [name, columns] of Object.entries(readableTables)) {
    wanted[name] = { ...columns, ...remoteOnly[name] }
  }
  await transport.query(`CREATE TABLE IF NOT EXISTS csl_meta (key VARCHAR PRIMARY KEY, value VARCHAR)`)
  await transport.query(
    `CREATE TABLE IF NOT EXISTS csl_marks (table_name VARCHAR, writer_id VARCHAR, seq BIGINT, token VARCHAR,
       pushed_at TIMESTAMPTZ, PRIMARY KEY (table_name, writer_id))`,
  )
  const present = await transport.query(
    `SELECT table_name || '.' || column_name AS name FROM duckdb_columns() WHERE NOT internal
       AND database_name = current_database()`,
  )
  const known = new Set(present.map(row => row.name))
  for (const [name, columns] of Object.entries(wanted)) {
    const all = Object.entries(columns)
    const list = all.map(([column, type]) => `${column} ${type}`).join(', ')
    await transport.query(`CREATE TABLE IF NOT EXISTS ${name} (${list})`)
    if (![...known].some(column => column?.startsWith(`${name}.`))) continue
    for (const [column, type] of all) {
      if (!known.has(`${name}.${column}`))
        await transport.query(`ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS ${column} ${type}`)
    }
  }
  // Last, so that a kill before it leaves a remote that is made again; the id stays that of who came first.
  await setIfUnset(transport, 'remote_id', remoteId)
  const version = `coalesce(TRY_CAST(regexp_extract(value, '${versionShape.source}') AS INTEGER), 0)`
  await transport.query(
    `UPDATE csl_meta SET value = '${remoteSchemaVersion}'
     WHERE key = 'schema_version' AND ${version} < ${remoteSchemaVersion}`,
  )
  await transport.query(
    `INSERT INTO csl_meta SELECT 'schema_version', '${remoteSchemaVersion}'
     WHERE NOT EXISTS (SELECT 1 FROM csl_meta WHERE key = 'schema_version')`,
  )
}

/** Makes the remote this person's, within a transaction, if it is nobody's. Answers whose it is then. */
export async function claimRemote(transport: SqlTransport, personId: string): Promise<string> {
  await setIfUnset(transport, 'person_id', personId)
  const [row] = await transport.query(
    `SELECT min(value) AS value FROM csl_meta WHERE key = 'person_id' AND ${isId}`,
  )
  return row?.value ?? personId
}

const isId = `coalesce(regexp_matches(value, '${idShape.source}'), FALSE)`

/** Sets an id where there is none. What can't be one counts as none. */
async function setIfUnset(
  transport: SqlTransport,
  key: 'remote_id' | 'person_id',
  id: string,
): Promise<void> {
  const isSet = `EXISTS (SELECT 1 FROM csl_meta WHERE key = '${key}' AND ${isId})`
  await transport.query(`DELETE FROM csl_meta WHERE key = '${key}' AND NOT ${isId}`)
  await transport.query(`INSERT INTO csl_meta SELECT '${key}', $1::VARCHAR WHERE NOT ${isSet}`, [id])
}
