import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import duckdb, { type Connection, type Database, type Result } from '@duckdb/node-bindings'
import { version } from '../../base/version.ts'
import { guardSettings, openInstance } from '../../store/open.ts'
import { columnReader } from '../../store/vectors.ts'
import { type Lease, takeLease } from './lease.ts'
import { hideTokensInEnvironment } from './motherduck/token.ts'
import type { SqlTransport } from './sql-transport.ts'
import { asRemoteError, isTransient, type Place, RemoteError } from './trouble.ts'

const { Type } = duckdb

/** A DuckDB file, or a database at MotherDuck with the token that opens it. */
export type DuckDbPlace =
  | {
      readonly file: string
      /** What others read who find the file in use: this machine's label as others may see it. */
      readonly label?: string
      /** Who may open a file that is made: whoever may write into its folder, instead of its owner alone. */
      readonly isShared?: boolean
      /** Refuse to make one: an empty folder can be where a disk is not connected. */
      readonly mustExist?: boolean
    }
  | {
      /** Empty: all that the account has, the default one in front. */
      readonly database: string
      readonly token: string
    }

export type DuckDbTransportOptions = DuckDbPlace & {
  /** Further settings of DuckDB, such as `threads`. */
  readonly settings?: Readonly<Record<string, string>>
  /** How long to wait for another process that has the file, in milliseconds. 0, if absent: one try. */
  readonly waitMs?: number
  /** How long a statement may take, in milliseconds. 45,000, if absent. */
  readonly statementMs?: number
}

/**
 * Opens a DuckDB file or a MotherDuck database as the main database of an engine of its own. It is never attached beside
 * the local file. A file that is missing is made, readable for its owner only; its folder never is: where it is missing, a
 * disk or share is not connected.
 * The engine downloads nothing: without DuckDB's extension a MotherDuck database can't be opened.
 * Throws RemoteErrors, as do statements; an answer that is not text is a bug and a plain Error.
 */
export async function openDuckDbTransport(options: DuckDbTransportOptions): Promise<SqlTransport> {
  const place = placeOf(options)
  const hold = 'file' in options ? await openFile(options) : await openDatabase(options, place)
  try {
    const connection = await duckdb.connect(hold.instance)
    const transport = createTransport(connection, hold, place, options.statementMs ?? 45_000)
    await transport.query(`SET TimeZone = 'UTC'`)
    return transport
  } catch (error) {
    hold.letGo()
    throw asRemoteError(error, place)
  }
}

interface Hold {
  readonly instance: Database
  isLost(): boolean
  letGo(): void
}

type FileOptions = Extract<DuckDbTransportOptions, { file: string }>
type DatabaseOptions = Extract<DuckDbTransportOptions, { database: string }>

function placeOf(options: DuckDbPlace): Place {
  if ('file' in options) return { name: path.basename(options.file), secrets: [] }
  return { name: `md:${options.database}`, secrets: [options.token] }
}

async function openFile(options: FileOptions): Promise<Hold> {
  const { file } = options
  const folder = path.dirname(file)
  if (!existsSync(folder))
    throw new RemoteError('missing', `the folder of the remote is not there: ${folder}`)
  if (options.mustExist && !existsSync(file))
    throw new RemoteError(
      'missing',
      `there is no ${file}`,
      'connect the disk or share it is on; if it is gone for good, remove the remote and add it again',
    )
  const deadline = performance.now() + (options.waitMs ?? 0)
  const lease = await leaseOf(file, options.label ?? 'another machine', deadline)
  const before = narrowUmask(file, options.isShared === true)
  const letGo = () => {
    process.umask(before)
    lease.release()
  }
  try {
    const settings = { ...guardSettings, ...options.settings }
    const instance = await openInstance(file, settings, Math.max(0, deadline - performance.now()))
    return {
      instance,
      isLost: lease.isLost,
      letGo() {
        duckdb.close_sync(instance)
        letGo()
      },
    }
  } catch (error) {
    letGo()
    throw asRemoteError(error, placeOf(options))
  }
}

async function leaseOf(file: string, label: string, deadline: number): Promise<Lease> {
  for (;;) {
    try {
      return takeLease(file, label)
    } catch (error) {
      const left = deadline - performance.now()
      if (!isTransient(error) || left <= 0) throw asRemoteError(error, placeOf({ file }))
      await sleep(Math.min(left, 50 + 300 * Math.random()))
    }
  }
}

/**
 * DuckDB makes the file's log and temporary files as it goes, with the permissions this process gives: as narrow as the
 * file's own, which is ours alone unless somebody widened it. Answers what held before.
 */
function narrowUmask(file: string, isShared: boolean): number {
  const folderMode = isShared ? (statSync(path.dirname(file), { throwIfNoEntry: false })?.mode ?? 0) : 0
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? writersOf(folderMode) | 0o600
  return process.umask(0o777 & ~(mode | 0o700))
}

/** Reading and writing for those who may write into a folder. */
function writersOf(mode: number): number {
  return (mode & 0o020 ? 0o060 : 0) | (mode & 0o002 ? 0o006 : 0)
}

async function openDatabase(options: DatabaseOptions, place: Place): Promise<Hold> {
  const { enable_external_access: _, ...guards } = guardSettings // the extension itself is a file
  const settings = {
    ...guards,
    motherduck_token: options.token,
    custom_user_agent: `claude-session-logger/${version}`,
    ...options.settings,
  }
  const showTokens = hideTokensInEnvironment()
  // MotherDuck's documentation, "Connection string parameters": one database only, gone from memory once it is closed.
  const mode = options.database === '' ? 'workspace' : 'single'
  const parameters = `attach_mode=${mode}&dbinstance_inactivity_ttl=0s&connection_timeout=30s`
  try {
    const instance = await openInstance(`md:${options.database}?${parameters}`, settings, options.waitMs ?? 0)
    return {
      instance,
      isLost: () => false,
      letGo() {
        duckdb.close_sync(instance)
        showTokens()
      },
    }
  } catch (error) {
    showTokens()
    throw asRemoteError(error, place)
  }
}

function createTransport(
  connection: Connection,
  hold: Hold,
  place: Place,
  statementMs: number,
): SqlTransport {
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false
  return {
    query(sql, parameters = []) {
      if (isClosed) return Promise.reject(new RemoteError('transient', `${place.name} was closed`))
      if (hold.isLost())
        return Promise.reject(new RemoteError('transient', `${place.name} was taken by another machine`))
      const answer = run(connection, sql, parameters, statementMs, place)
      last = answer.catch(() => undefined)
      return answer
    },
    async close() {
      if (isClosed) return
      isClosed = true
      // A connection that is closed while a statement runs takes the process down.
      const interrupting = interruptUntilEnded(connection)
      await last
      clearInterval(interrupting)
      duckdb.disconnect_sync(connection)
      hold.letGo()
    },
  }
}

async function run(
  connection: Connection,
  sql: string,
  parameters: readonly (string | null)[],
  statementMs: number,
  place: Place,
): Promise<Record<string, string | null>[]> {
  let interrupting: NodeJS.Timeout | undefined
  const timer = setTimeout(() => {
    interrupting = interruptUntilEnded(connection)
  }, statementMs)
  let result: Result
  try {
    const statement = await duckdb.prepare(connection, sql)
    try {
      parameters.forEach((value, index) => {
        if (value === null) duckdb.bind_null(statement, index + 1)
        else duckdb.bind_varchar(statement, index + 1, value)
      })
      result = await duckdb.execute_prepared(statement)
    } finally {
      duckdb.destroy_prepare_sync(statement)
    }
  } catch (error) {
    if (interrupting)
      throw new RemoteError('transient', `${place.name} did not answer in ${statementMs / 1000} s`)
    throw asRemoteError(error, place)
  } finally {
    clearTimeout(timer)
    clearInterval(interrupting)
  }
  return rowsOf(result)
}

/** One interruption is lost where the statement has not begun to run. */
function interruptUntilEnded(connection: Connection): NodeJS.Timeout {
  duckdb.interrupt(connection)
  return setInterval(() => duckdb.interrupt(connection), 50)
}

function rowsOf(result: Result): Record<string, string | null>[] {
  // Statements that are not queries answer a number or a flag of DuckDB's own.
  if (duckdb.result_return_type(result) !== duckdb.ResultType.QUERY_RESULT) return []
  const names = Array.from({ length: duckdb.column_count(result) }, (_, i) => duckdb.column_name(result, i))
  const types = names.map((name, i) => {
    const type = duckdb.column_logical_type(result, i)
    if (duckdb.get_type_id(type) === Type.VARCHAR) return type
    throw new Error(`column ${name} of a remote's answer is not text: cast it in the statement`)
  })
  const rows: Record<string, string | null>[] = []
  for (let c = 0; c < duckdb.result_chunk_count(result); c++) {
    const chunk = duckdb.result_get_chunk(result, c)
    const count = duckdb.data_chunk_get_size(chunk)
    const readers = types.map((type, i) => columnReader(duckdb.data_chunk_get_vector(chunk, i), type, count))
    for (let r = 0; r < count; r++) {
      rows.push(Object.fromEntries(names.map((name, i) => [name, readers[i]?.(r) as string | null])))
    }
  }
  return rows
}
