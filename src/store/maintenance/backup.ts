import { linkSync, realpathSync, renameSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import { errorCode, errorText, UserError } from '../../base/errors.ts'
import { version } from '../../base/version.ts'
import { readSchemaVersion } from '../migrate.ts'
import type { Db } from '../query.ts'
import { finish, removeDatabase } from './compact.ts'
import { copyAll, differenceOf, listTables, sumTables, type TableSum } from './copy.ts'
import { type Engine, withEngine } from './engine.ts'
import { makeDurable } from './put-in-place.ts'

// A backup is the database in one file, with two tables more: what it is, and the small files of the data folder that a
// person made or said something in.

/** A small file of the data folder. */
export interface KeptFile {
  /** Its name there. */
  readonly name: string
  readonly content: Buffer
}

/** What a backup says of itself, after all of it was read. */
export interface Backup {
  /** ISO 8601 in UTC; null: it is a plain copy of a database, of which nothing is known. */
  readonly createdAt: string | null
  readonly sessions: number
  readonly entries: number
  readonly files: readonly KeptFile[]
}

export interface BackupOptions {
  readonly files: readonly KeptFile[]
  readonly nowMs: number
  /** Whether a file of that name may be replaced. */
  readonly isForced: boolean
  /** How long to wait for a process that writes, in milliseconds. */
  readonly waitMs: number
  readonly onWait?: () => void
  readonly signal?: AbortSignal
}

/**
 * Copies the database as it is at one instant, with some files, into a new file for its owner alone. Others may go on reading;
 * who wants to write waits. The file is there whole or not at all. Throws as `withStore` does, and a UserError where there
 * is a file already.
 */
export async function writeBackup(database: string, file: string, options: BackupOptions): Promise<void> {
  refuse(database, file, options.isForced)
  const fresh = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.part`)
  removeDatabase(fresh)
  try {
    await withEngine({ file: database, signal: options.signal }, async engine => {
      const { waitMs, onWait } = options
      await engine.attach(database, 'source', { access: 'read', waitMs, onWait })
      await engine.attach(fresh, 'target', { access: 'write' })
      const tables = await copyAll(engine.db, 'source', 'target')
      await engine.detach('source')
      await describe(engine.db, tables, options)
      await finish(engine, fresh)
    })
    if (options.isForced) renameSync(fresh, file)
    else nameIfFree(fresh, file)
    makeDurable(path.dirname(file))
  } finally {
    removeDatabase(fresh)
  }
}

function refuse(database: string, file: string, isForced: boolean): void {
  const folder = path.dirname(file)
  if (!lookAt(folder)?.isDirectory())
    throw new UserError(`there is no folder ${folder}`, 'make it first, or name another one')
  const found = lookAt(file)
  if (found && (found.isDirectory() || realpathSync(file) === realpathSync(database)))
    throw new UserError(`${file} can't be a backup`, 'name a new file')
  if (found && !isForced) throw exists(file)
}

/** What stands under a name; undefined also where something else than a folder is on the way to it. */
function lookAt(file: string): Stats | undefined {
  try {
    return statSync(file)
  } catch {
    return undefined
  }
}

function exists(file: string): UserError {
  return new UserError(`${file} is there already`, 'name another file, or replace it with --force')
}

/** Another process can have made a file of that name meanwhile. */
function nameIfFree(fresh: string, file: string): void {
  try {
    linkSync(fresh, file)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw exists(file)
    // The disk knows no second names.
    renameSync(fresh, file)
  }
}

async function describe(db: Db, tables: readonly TableSum[], options: BackupOptions): Promise<void> {
  const { files, nowMs } = options
  const [duckdb] = await db.rows<{ version: string }>(`SELECT version() AS version`)
  const about = {
    format: '1',
    created_at: new Date(nowMs).toISOString(),
    program: `claude-session-logger ${version}`,
    duckdb: duckdb?.version ?? '',
    tables: JSON.stringify(tables),
  }
  await db.run(`CREATE TABLE target.csl_backup (key VARCHAR NOT NULL, value VARCHAR NOT NULL)`)
  for (const [key, value] of Object.entries(about))
    await db.run(`INSERT INTO target.csl_backup (key, value) VALUES ($key, $value)`, { key, value })
  await db.run(`CREATE TABLE target.csl_backup_files (name VARCHAR NOT NULL, content VARCHAR NOT NULL)`)
  for (const { name, content } of files)
    await db.run(`INSERT INTO target.csl_backup_files (name, content) VALUES ($name, $content)`, {
      name,
      content: content.toString('base64'),
    })
}

/** The tables that only a backup has. */
const backupTables = ['csl_backup', 'csl_backup_files']

/**
 * Reads a backup from beginning to end and answers what it is. Throws a UserError where it is not one of ours, is of a newer
 * program, or is not whole.
 */
export async function checkBackup(file: string, signal?: AbortSignal): Promise<Backup> {
  return withEngine({ file, signal }, engine =>
    withBackup(engine, file, async about => {
      const sums = (await sumTables(engine.db, 'source')).filter(({ table }) => !backupTables.includes(table))
      await refuseOther(engine.db, file, about, sums)
      return readAbout(engine.db, about)
    }),
  )
}

/**
 * Makes a database file out of a backup: all that was in the database then. Under its own name, it would write as who it was
 * copied from: give it another writer before it is used. Throws as `checkBackup`.
 */
export async function unpackBackup(file: string, fresh: string, signal?: AbortSignal): Promise<void> {
  removeDatabase(fresh)
  await withEngine({ file, signal }, engine =>
    withBackup(engine, file, async about => {
      await engine.attach(fresh, 'target', { access: 'write' })
      const sums = await copyAll(engine.db, 'source', 'target')
      await refuseOther(
        engine.db,
        file,
        about,
        sums.filter(({ table }) => !backupTables.includes(table)),
      )
      for (const table of backupTables) await engine.db.run(`DROP TABLE IF EXISTS target.${table}`)
      await finish(engine, fresh)
    }),
  )
}

type About = ReadonlyMap<string, string>

/** Opens a backup as `source` and reads what it says of itself. */
async function withBackup<T>(
  { db, attach }: Engine,
  file: string,
  work: (about: About) => Promise<T>,
): Promise<T> {
  if (!lookAt(file)?.isFile())
    throw new UserError(`there is no file ${file}`, 'see the folder backups/ of the data folder')
  try {
    await attach(file, 'source', { access: 'read' })
    await db.run('USE source')
    const tables = await db.rows<{ name: string }>(
      `SELECT table_name AS name FROM duckdb_tables() WHERE database_name = 'source' AND schema_name = 'main'`,
    )
    const has = (name: string) => tables.some(table => table.name === name)
    if ((await readSchemaVersion(db)) === 0) throw notOurs(file)
    const rows = has('csl_backup')
      ? await db.rows<{ key: string; value: string }>(`SELECT key, value FROM csl_backup`)
      : []
    await db.run('USE memory')
    return await work(new Map(rows.map(({ key, value }) => [key, value])))
  } catch (error) {
    if (error instanceof UserError && error.name === 'UserError') throw error
    throw new UserError(
      `${file} can't be restored: ${errorText(error).slice(0, 200)}`,
      'nothing was changed; try another backup',
    )
  }
}

function notOurs(file: string): UserError {
  return new UserError(`${file} is no backup of a logbook`, 'nothing was changed; csl backup makes one')
}

/** Throws where the tables are not those that were copied when the backup was made. */
async function refuseOther(db: Db, file: string, about: About, found: readonly TableSum[]): Promise<void> {
  const text = about.get('tables')
  if (text === undefined) return
  const noted: readonly TableSum[] = JSON.parse(text)
  const [duckdb] = await db.rows<{ version: string }>(`SELECT version() AS version`)
  // Another version of DuckDB may hash otherwise; that every block is whole, it sees by sums of its own.
  const isComparable = duckdb?.version === about.get('duckdb')
  const known = isComparable ? noted : noted.map(sum => ({ ...sum, hash: '' }))
  const read = isComparable ? found : found.map(sum => ({ ...sum, hash: '' }))
  const difference = differenceOf(known, read)
  if (difference !== undefined)
    throw new UserError(`${file} is not whole: ${difference}`, 'nothing was changed; try another backup')
}

async function readAbout(db: Db, about: About): Promise<Backup> {
  const tables = await listTables(db, 'source')
  const count = async (table: string, what: string) => {
    // A plain copy can be of an older program.
    if (!tables.some(({ name }) => name === table)) return 0
    const [row] = await db.rows<{ n: number }>(`SELECT count(DISTINCT ${what}) AS n FROM source.${table}`)
    return row?.n ?? 0
  }
  const files = about.has('created_at')
    ? await db.rows<{ name: string; content: string }>(`SELECT name, content FROM source.csl_backup_files`)
    : []
  return {
    createdAt: about.get('created_at') ?? null,
    sessions: await count('sessions', 'session_id'),
    entries: await count('changes', `CASE WHEN starts_with(subject, 'entry:') THEN subject END`),
    files: files.map(({ name, content }) => ({ name, content: Buffer.from(content, 'base64') })),
  }
}
