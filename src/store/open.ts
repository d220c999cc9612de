import { existsSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import duckdb, { type Database } from '@duckdb/node-bindings'
import pRetry from 'p-retry'
import { errorText, exitCode, UserError } from '../base/errors.ts'
import { makeDataFolder, makePrivate } from '../base/private.ts'
import { troubleOf } from './busy.ts'
import { hasBrokenLog } from './log-head.ts'
import { migrate, readSchemaVersion, schemaVersion } from './migrate.ts'
import { holdsOlderTables } from './older-tool.ts'
import { createDb, type Db, together } from './query.ts'
import { isUnmade } from './unmade.ts'

/** Another process holds the file: worth another try. */
export class StoreBusyError extends UserError {
  /** Its number, where DuckDB could tell. */
  readonly holder: number | null

  constructor(file: string, said = '') {
    super(`${path.basename(file)} is in use by another process`, 'try again in a moment', exitCode.busy)
    this.name = 'StoreBusyError'
    this.holder = Number(/\(PID (\d+)\)/.exec(said)?.[1] ?? 0) || null
  }
}

/** The file can't be read, or not all of it; what hooks bring waits in the spool meanwhile. Nothing is written to it. */
export class StoreDamagedError extends UserError {
  /** `why`: what DuckDB says of it; undefined: it is no DuckDB file at all. */
  constructor(file: string, why?: string) {
    const name = path.basename(file)
    super(
      why === undefined ? `${name} is not a DuckDB file` : `${name} is damaged: ${why.slice(0, 200)}`,
      'to move it aside and make a new one of all that is known: csl doctor --fix',
    )
    this.name = 'StoreDamagedError'
  }
}

/** Nothing has been recorded yet, or not by this program: there is no file to read. */
export class StoreMissingError extends UserError {
  constructor() {
    super('nothing is recorded yet', 'run: csl backfill')
    this.name = 'StoreMissingError'
  }
}

/** The file is of an older program, or of the older Python tool: opening it for writing migrates it. */
export class StoreOutdatedError extends UserError {
  /** It is as the older Python tool left it. */
  readonly isOlderTools: boolean

  constructor(isOlderTools: boolean) {
    super('the database was written by an older version', 'any report brings it up to date; run: csl usage')
    this.name = 'StoreOutdatedError'
    this.isOlderTools = isOlderTools
  }
}

export interface StoreOptions {
  readonly access: 'read' | 'write'
  /** How long to wait for the lock of another process, in milliseconds. 0: one try. */
  readonly waitMs?: number
  /** Ends that waiting: who asked has gone. */
  readonly signal?: AbortSignal | undefined
  /** One thread halves the cost of small writes; reports use what the machine has. */
  readonly threads?: number
  /**
   * 'when large' leaves small writes in the log (.wal) until it has grown to a megabyte: merging it into the file
   * rewrites the last column group of every table that changed (100 ms), replaying it costs a few ms a session.
   */
  readonly checkpoint?: 'on close' | 'when large'
}

/**
 * Opens the database for as long as `work` takes. The only place that opens a DuckDB file: a second instance of
 * one file in a process silently loses rows, and while one process writes no other can even read, so connection
 * and instance are both closed at once afterwards.
 * For writing, the folder and the schema are made where they are missing.
 * Throws StoreBusyError, StoreMissingError, StoreOutdatedError (for reading), StoreDamagedError, or a UserError that says what is
 * wrong with the file.
 */
export async function withStore<T>(
  file: string,
  options: StoreOptions,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const instance = await openLocal(file, options)
  try {
    const connection = await duckdb.connect(instance)
    try {
      const isSmall = options.checkpoint === 'when large' && sizeOf(`${file}.wal`) < largeLogBytes
      const db = createDb(connection)
      const setUp = db.run(`SET TimeZone = 'UTC'${isSmall ? '; PRAGMA disable_checkpoint_on_shutdown' : ''}`)
      const [, version] = await together([setUp, readSchemaVersion(db)])
      if (options.access === 'write') await migrate(db, version)
      else if (version !== schemaVersion)
        throw new StoreOutdatedError(version === 0 && (await holdsOlderTables(db)))
      return await work(db)
    } finally {
      duckdb.disconnect_sync(connection)
    }
  } catch (error) {
    throw explained(error, file)
  } finally {
    duckdb.close_sync(instance)
  }
}

/** What holds for every engine of ours: it downloads nothing and reads no file but its own. */
export const guardSettings = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  enable_external_access: 'false',
} as const

/**
 * Of files that are made. Every commit makes a block for each column it adds to, and small tables share few: with DuckDB's
 * own 256 KB a hook's commits took 20 ms instead of 6. In smaller blocks than these whole numbers are not packed:
 * with 16 KB a hook took as long, but a million rows twice the space and reports over them twice the time.
 */
export const newFileSettings = { default_block_size: '65536' } as const

async function openLocal(file: string, options: StoreOptions): Promise<Database> {
  const isNew = !existsSync(file)
  if (options.access === 'read' && isNew) throw new StoreMissingError()
  if (hasBrokenLog(file)) throw new StoreDamagedError(file, 'its log does not begin as one')
  if (options.access === 'write') preparePlace(file)
  const settings: Record<string, string> = {
    ...guardSettings,
    ...newFileSettings,
    access_mode: options.access === 'read' ? 'READ_ONLY' : 'READ_WRITE',
  }
  if (options.threads !== undefined) settings.threads = String(options.threads)
  const open = () => openInstance(file, settings, options.waitMs ?? 0, options.signal)
  const instance = await open().catch((error: unknown) => {
    const trouble = explained(error, file)
    if (!(trouble instanceof StoreDamagedError) || !isUnmade(file)) throw trouble
    if (options.access === 'read') throw new StoreMissingError()
    rmSync(file)
    return open()
  })
  if (options.access === 'write' && isNew) makePrivate(file)
  return instance
}

/**
 * Opens an engine on a path, waiting up to `waitMs` milliseconds for the lock of another process. Whoever calls closes it.
 * For `withStore` and for the files and databases that are remotes. Throws DuckDB's own errors: see `troubleOf`.
 */
export async function openInstance(
  path: string,
  settings: Readonly<Record<string, string>>,
  waitMs: number,
  signal?: AbortSignal,
): Promise<Database> {
  const config = duckdb.create_config()
  for (const [name, value] of Object.entries(settings)) duckdb.set_config(config, name, value)
  return retriedWhileBusy(() => duckdb.open(path, config), waitMs, signal)
}

/** Does something again for up to `waitMs` milliseconds as long as another process's lock is in the way. */
export function retriedWhileBusy<T>(
  work: () => Promise<T>,
  waitMs: number,
  signal?: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + waitMs
  return pRetry(work, {
    retries: 1000,
    minTimeout: 20,
    factor: 1.3,
    maxTimeout: 400,
    randomize: true,
    ...(signal && { signal }),
    shouldRetry: ({ error }) => troubleOf(error) === 'busy' && performance.now() < deadline,
  })
}

const largeLogBytes = 1 << 20

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** The data folder and the file are ours alone. */
function preparePlace(file: string): void {
  const folder = path.dirname(file)
  try {
    makeDataFolder(folder)
  } catch (error) {
    throw new UserError(
      `cannot write to the data folder ${folder}: ${errorText(error)}`,
      'check its permissions, or set CLAUDE_LOGGER_HOME to another folder',
    )
  }
  makePrivate(file)
  makePrivate(`${file}.wal`)
}

/** DuckDB's errors about a file in our words; an error that needs none comes back as it is. */
export function explained(error: unknown, file: string): unknown {
  if (error instanceof UserError) return error
  switch (troubleOf(error)) {
    case 'busy':
      return new StoreBusyError(file, errorText(error))
    case 'missing':
      return new StoreMissingError()
    case 'foreign':
      return new StoreDamagedError(file)
    case 'damaged':
      return new StoreDamagedError(file, errorText(error))
    case 'full':
      return new UserError('the disk is full', 'make room and run the command again: nothing is lost')
    case 'unwritable':
      return new UserError(`cannot open ${file}: ${errorText(error).slice(0, 200)}`, 'check its permissions')
    default:
      return error
  }
}
