import { copyFileSync, existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { errorText } from '../../base/errors.ts'
import { hasBrokenLog, tornBytes } from '../log-head.ts'
import { withStore } from '../open.ts'
import type { Db } from '../query.ts'
import { finish, removeDatabase } from './compact.ts'
import { labelOf, listTables, placeOf } from './copy.ts'
import { quotedName, withEngine } from './engine.ts'
import { sourceName } from './replace.ts'

/** What could be read of a damaged database. */
export interface Salvage {
  /** What stands in the way of reading anything; null: the tables could be looked at. */
  readonly failure: string | null
  /** How much of the log beside it could be read: what was written last. */
  readonly log: 'none' | 'whole' | 'in part' | 'lost'
  readonly tables: readonly SalvagedTable[]
}

export interface SalvagedTable {
  readonly table: string
  readonly rows: number
  /** Rows that can't be read, or a few more; null: it is not known how many there were. */
  readonly lost: number | null
}

/** Whether all tables are there with all their rows, as they were at some instant. */
export function isComplete({ failure, tables }: Salvage): boolean {
  return failure === null && tables.length > 0 && tables.every(({ lost }) => lost === 0)
}

/** Between two damaged blocks of a column lie some thousand rows: smaller pieces bring no more of them. */
const smallestPiece = 2048

/**
 * Reads what can be read of a damaged database into a new one with the tables of today. Changes nothing of the damaged one.
 * What it finds there can take the process down: call it in one of its own. Where it fails, `fresh` is gone.
 */
export async function salvageDatabase(damaged: string, fresh: string): Promise<Salvage> {
  const view = sourceName(fresh)
  for (const file of [fresh, view]) removeDatabase(file)
  try {
    linkOrCopy(damaged, view)
    const log = await placeReadableLog(damaged, view)
    await withStore(fresh, { access: 'write' }, async () => undefined)
    const tables = await withEngine({ file: damaged }, async engine => {
      const { db, attach } = engine
      await attach(view, 'source', { access: 'read' })
      await attach(fresh, 'target', { access: 'write' })
      // The version of its schema: the other's comes first, and without any the tables would pass for another tool's.
      await db.run('CREATE TEMP TABLE version AS FROM target.meta')
      await db.run('DELETE FROM target.meta')
      const done: SalvagedTable[] = []
      for (const table of await listTables(db, 'source')) {
        done.push({ table: labelOf(table), ...(await copyWhatCanBeRead(db, table)) })
      }
      await db.run(
        `INSERT INTO target.meta (key, value)
         SELECT key, value FROM temp.version WHERE key NOT IN (SELECT key FROM target.meta)`,
      )
      await finish(engine, fresh)
      return done
    })
    return { failure: null, log, tables }
  } catch (error) {
    removeDatabase(fresh)
    const said = errorText(error).replaceAll(path.basename(view), path.basename(damaged))
    return { failure: said.slice(0, 300), log: 'lost', tables: [] }
  } finally {
    removeDatabase(view)
  }
}

function linkOrCopy(file: string, name: string): void {
  try {
    linkSync(file, name)
  } catch {
    copyFileSync(file, name)
  }
}

/**
 * Puts beside `view` as much of the log of the damaged file as DuckDB can read: all that was committed before the damage. Of
 * a log that is cut off, DuckDB reads what is whole.
 */
async function placeReadableLog(damaged: string, view: string): Promise<Salvage['log']> {
  const original = `${damaged}.wal`
  if (!existsSync(original) || statSync(original).size === 0) return 'none'
  if (hasBrokenLog(damaged)) return 'lost'
  const bytes = readFileSync(original)
  const isReadable = async (length: number) => {
    writeFileSync(`${view}.wal`, bytes.subarray(0, length), { mode: 0o600 })
    return withEngine({ file: view }, ({ attach }) => attach(view, 'source', { access: 'read' })).then(
      () => true,
      () => false,
    )
  }
  if (await isReadable(bytes.length)) return tornBytes(bytes) === 0 ? 'whole' : 'in part'
  let [readable, unreadable] = [0, bytes.length]
  while (unreadable - readable > 1) {
    const middle = Math.floor((readable + unreadable) / 2)
    if (await isReadable(middle)) readable = middle
    else unreadable = middle
  }
  if (readable > 0 && (await isReadable(readable))) return 'in part'
  rmSync(`${view}.wal`, { force: true })
  return 'lost'
}

/** Copies a table into that of the same name, which is made where there is none; all at once, else piece by piece. */
async function copyWhatCanBeRead(
  db: Db,
  table: { schema: string; name: string },
): Promise<Pick<SalvagedTable, 'rows' | 'lost'>> {
  const source = placeOf('source', table)
  const target = placeOf('target', table)
  let rows = 0
  let lost = 0
  try {
    await db.run(`CREATE SCHEMA IF NOT EXISTS target.${quotedName(table.schema)}`)
    await db.run(`CREATE TABLE IF NOT EXISTS ${target} AS FROM ${source} LIMIT 0`)
    const columns = (await columnNames(db, source, target)).map(quotedName).join(', ')
    const copy = async (condition: string) => {
      rows += await db.run(`INSERT INTO ${target} (${columns}) SELECT ${columns} FROM ${source}${condition}`)
    }
    const copyPiece = async (from: number, to: number): Promise<void> => {
      try {
        await copy(` WHERE rowid >= ${from} AND rowid < ${to}`)
      } catch {
        if (to - from <= smallestPiece) lost += to - from
        else {
          const middle = from + smallestPiece * Math.max(1, Math.floor((to - from) / 2 / smallestPiece))
          await copyPiece(from, middle)
          await copyPiece(middle, to)
        }
      }
    }
    await copy('').catch(async () => {
      const [row] = await db.rows<{ end: number }>(`SELECT coalesce(max(rowid) + 1, 0) AS end FROM ${source}`)
      await copyPiece(0, row?.end ?? 0)
    })
    return { rows, lost }
  } catch {
    return { rows, lost: null }
  }
}

/** The columns that both have. */
async function columnNames(db: Db, source: string, target: string): Promise<string[]> {
  const namesOf = async (place: string) =>
    (await db.rows<{ name: string }>(`SELECT column_name AS name FROM (DESCRIBE ${place})`)).map(
      row => row.name,
    )
  const wanted = new Set(await namesOf(target))
  return (await namesOf(source)).filter(name => wanted.has(name))
}
