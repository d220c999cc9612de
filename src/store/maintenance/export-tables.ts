import { chmodSync } from 'node:fs'
import path from 'node:path'
import type { Db } from '../query.ts'
import { labelOf, listTables, placeOf } from './copy.ts'
import { quotedName, textLiteral, withEngine } from './engine.ts'

export interface ExportedTable {
  readonly table: string
  readonly rows: number
  /** Names of the files in the folder. */
  readonly files: readonly string[]
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

export interface ExportOptions {
  readonly waitMs: number
  readonly onWait?: () => void
  /** Told before each table: its name, which one it is, how many there are. */
  readonly onTable?: (table: string, index: number, count: number) => void
  readonly signal?: AbortSignal
}

/**
 * Writes every table of a database into a folder, as JSON lines and as CSV, for their owner alone: the same instant of all.
 * Every cell as it is: text that a spreadsheet would take for a formula stays what it is. Instants are ISO 8601 in UTC; in
 * JSON what a number there could not hold exactly is text. Throws as `withStore` does.
 */
export async function exportTables(
  database: string,
  folder: string,
  { waitMs, onWait, onTable, signal }: ExportOptions,
): Promise<ExportedTable[]> {
  return withEngine({ file: database, signal }, async ({ db, attach }) => {
    await attach(database, 'source', { access: 'read', waitMs, onWait })
    const tables = await listTables(db, 'source')
    const done: ExportedTable[] = []
    for (const [index, table] of tables.entries()) {
      const label = labelOf(table)
      onTable?.(label, index, tables.length)
      const columns = await columnsOf(db, placeOf('source', table))
      const from = `FROM ${placeOf('source', table)}`
      const stem = path.join(folder, fileStem(label))
      const write = async (ending: string, select: string, format: string) => {
        const rows = await db.run(`COPY (${select}) TO ${textLiteral(`${stem}.${ending}`)} (${format})`)
        chmodSync(`${stem}.${ending}`, 0o600)
        return rows
      }
      const rows = await write(
        'jsonl',
        `SELECT ${columns.map(asJsonCell).join(', ')} ${from}`,
        'FORMAT json, ARRAY false',
      )
      await write(
        'csv',
        `SELECT ${columns.map(asCsvCell).join(', ')} ${from}`,
        `FORMAT csv, HEADER true, FORCE_QUOTE *`,
      )
      const files = ['jsonl', 'csv'].map(ending => `${path.basename(stem)}.${ending}`)
      done.push({ table: label, rows, files, columns })
    }
    return done
  })
}

interface Column {
  readonly name: string
  readonly type: string
}

async function columnsOf(db: Db, place: string): Promise<Column[]> {
  const rows = await db.rows<{ columnName: string; columnType: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE ${place})`,
  )
  return rows.map(({ columnName: name, columnType: type }) => ({ name, type }))
}

function asCsvCell({ name, type }: Column): string {
  return type === 'TIMESTAMP WITH TIME ZONE' ? `${isoText(name)} AS ${quotedName(name)}` : quotedName(name)
}

/** A reader of JSON makes doubles of all numbers. */
function asJsonCell(column: Column): string {
  const name = quotedName(column.name)
  return /^(DECIMAL|HUGEINT|UHUGEINT)/.test(column.type) ? `${name}::VARCHAR AS ${name}` : asCsvCell(column)
}

/** To the microsecond, which is all there is. */
function isoText(name: string): string {
  return `strftime(${quotedName(name)}, '%Y-%m-%dT%H:%M:%S.%fZ')`
}

/** A table can be called anything, a file not. */
function fileStem(table: string): string {
  return encodeURIComponent(table).replace(/[*.!'()]/g, letter => `%${letter.charCodeAt(0).toString(16)}`)
}
