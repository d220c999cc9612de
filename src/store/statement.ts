import {
  DuckDBArrayValue,
  DuckDBConnection,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionValue,
  type DuckDBValue,
  DuckDBVariantValue,
  StatementType,
} from '@duckdb/node-api'
import type { Connection } from '@duckdb/node-bindings'
import { cleanText } from '../base/clean-text.ts'
import { errorText, exitCode, UsageError, UserError } from '../base/errors.ts'

/** A value as JSON can hold it, but bigint: DECIMAL, dates and all else that JSON lacks are text. */
export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue }

/** The answer to a person's own query: its columns by the names it gave them, and rows as they become ready. */
export interface StatementResult {
  /** A name that comes twice has `:1` and so on behind it. */
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean }[]
  /** Batches of rows; values in the order of the columns. To be asked for once. */
  readonly batches: () => AsyncIterable<readonly (readonly PlainValue[])[]>
}

/**
 * Runs one query that a person wrote. Only statements that answer rows and change nothing are let through; that
 * they read no other file is up to the connection (`withStore` opens it without external access).
 * Throws a UsageError for anything but one query, and a UserError with DuckDB's words for one that fails or, with
 * the exit code of an interruption, is interrupted.
 */
export async function openStatement(connection: Connection, sql: string): Promise<StatementResult> {
  return explained(async () => {
    refuseFileReaders(sql)
    const statements = await new DuckDBConnection(connection).extractStatements(sql)
    if (statements.count !== 1) {
      const hint = /\bpivot\b/i.test(sql)
        ? 'PIVOT is one if it lists its columns: ON model IN (…)'
        : undefined
      throw new UsageError('give one statement, not several', hint)
    }
    const prepared = await statements.prepare(0)
    if (prepared.statementType !== StatementType.SELECT) {
      throw new UsageError(
        'only queries can be run: SELECT, FROM, WITH, DESCRIBE, SHOW',
        'see: docs/schema.md',
      )
    }
    const result = await prepared.stream()
    const types = result.columnTypes()
    return {
      columns: result.deduplicatedColumnNames().map((name, index) => ({
        name,
        isNumber: numbers.has(types[index]?.typeId ?? DuckDBTypeId.INVALID),
      })),
      async *batches() {
        for (;;) {
          const chunk = await explained(() => result.fetchChunk())
          if (!chunk || chunk.rowCount === 0) return
          yield chunk.getRows().map(row => row.map(plainValue))
        }
      },
    }
  })
}

/**
 * DuckDB lets a query read the very file that is open, and closing that second descriptor drops the lock on it: another
 * process could write while this one reads. So nothing that reads files is let through, nor what writes logs of its own.
 */
const fileReaders =
  /\b(read_\w+|parquet_\w+|glob|sniff_csv|scan_\w+|\w+_scan|enable_logging|enable_profil\w*)\s*\(/i

function refuseFileReaders(sql: string): void {
  const found = fileReaders.exec(sql)
  if (!found) return
  throw new UserError(
    `${found[1]} is not available here: only the logbook's own tables are`,
    'see: csl sql "SHOW TABLES"',
  )
}

const numbers: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
])

/** Numbers that JSON lacks (infinity) are text; an instant is ISO text in UTC. */
function plainValue(value: DuckDBValue): PlainValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map(plainValue)
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, entry]) => [name, plainValue(entry)]))
  if (value instanceof DuckDBMapValue)
    return value.entries.map(entry => ({ key: plainValue(entry.key), value: plainValue(entry.value) }))
  if (value instanceof DuckDBUnionValue || value instanceof DuckDBVariantValue) return plainValue(value.value)
  // Its own text would be in the time zone of this machine.
  if (value instanceof DuckDBTimestampTZValue)
    return isoText(new DuckDBTimestampValue(value.micros).toString())
  return String(value)
}

/** `2026-11-20 10:00:00.5` → `2026-11-20T10:00:00.5Z`; `infinity` stays. */
function isoText(text: string): string {
  return text.replace(/^(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d\S*)/, '$1T$2Z')
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UserError) throw error
    const text = error instanceof Error ? error.message : errorText(error)
    if (text.startsWith('INTERRUPT Error'))
      throw new UserError('interrupted', undefined, exitCode.interrupted)
    // What the driver says when there is nothing to run but blanks and comments.
    if (text === 'Error in native callback') throw new UsageError('there is no statement')
    // The rest repeats the statement with a mark below the place. DuckDB quotes what it read, raw.
    const [said = ''] = text.split('\n\nLINE ')
    const message = cleanText(said.replace(/^Failed to extract statements: /, ''))
    throw new UserError(message, 'tables, views and columns: docs/schema.md')
  }
}
