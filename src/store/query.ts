import duckdb, { type Connection, type PreparedStatement, type Result } from '@duckdb/node-bindings'
import type { StatementResult } from './statement.ts'
import { type Cell, columnReader, columnWriter, listValue } from './vectors.ts'

export type { Cell } from './vectors.ts'

/**
 * What may be bound to `$name`: JSON's scalars, and lists of text or of whole numbers (`IN (SELECT unnest($ids))`).
 * Instants go as ISO text and are cast in the statement.
 */
export type Parameter = string | number | boolean | bigint | null | readonly string[] | readonly number[]
export type Parameters = Readonly<Record<string, Parameter>>
export type Row = Readonly<Record<string, unknown>>

/** A whole number as `rows` gives it, as a bigint. */
export function bigintOf(value: number | bigint | null): bigint | null {
  return value === null ? null : BigInt(value)
}

/** The statements every feature uses. One connection to one file, given by `withStore`. */
export interface Db {
  /** Runs a statement, or several without parameters. Answers how many rows the last one changed. */
  run(sql: string, parameters?: Parameters): Promise<number>
  /**
   * Runs one query. Keys come back in camelCase; whole numbers as number where they fit, else as bigint;
   * TIMESTAMPTZ and DATE as ISO text; DECIMAL as exact text; lists as lists. Other types are to be cast.
   */
  rows<T extends object = Row>(sql: string, parameters?: Parameters): Promise<T[]>
  /** The same column by column: of many rows an object each costs more than what it holds. */
  columns<T extends object>(
    sql: string,
    parameters?: Parameters,
  ): Promise<{ readonly [Name in keyof T]: readonly T[Name][] }>
  /**
   * Adds rows in bulk. A cell is milliseconds or ISO text for TIMESTAMPTZ, ISO text for DATE, a whole number for
   * BIGINT, decimal text for DECIMAL. `columns` names every column of the table, in its order:
   * test/store/columns.test.ts holds the lists against the schema.
   */
  append(table: string, columns: readonly string[], rows: Iterable<readonly Cell[]>): Promise<void>
  /** Several statements as one: committed together or not at all. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  /** One query that a person wrote: see `openStatement`. */
  statement(sql: string): Promise<StatementResult>
  /** Stops the statement that is running, if any: it fails with `Interrupted`. */
  interrupt(): void
}

/**
 * Waits for statements that were asked for together, all of them even where one fails: a connection that is closed while
 * one still runs takes the process down.
 */
export async function together<T extends readonly unknown[]>(
  running: {
    readonly [K in keyof T]: Promise<T[K]>
  },
): Promise<T> {
  await Promise.allSettled(running)
  return (await Promise.all(running)) as unknown as T
}

/** Wraps a connection in the house's habits. Only store/open.ts makes one. */
export function createDb(connection: Connection): Db {
  let depth = 0
  const db: Db = {
    async run(sql, parameters) {
      return duckdb.rows_changed(await resultOf(connection, sql, parameters))
    },
    async rows<T extends object>(sql: string, parameters?: Parameters) {
      return rowsOf(await resultOf(connection, sql, parameters)) as T[]
    },
    async columns<T extends object>(sql: string, parameters?: Parameters) {
      return columnsOf(await resultOf(connection, sql, parameters)) as { [Name in keyof T]: T[Name][] }
    },
    async append(table, columns, rows) {
      const waiting = rows[Symbol.iterator]()
      let block = nextBlock(waiting)
      if (block.length === 0) return
      const appender = duckdb.appender_create_ext(connection, null, null, table)
      try {
        const found = duckdb.appender_column_count(appender)
        if (found !== columns.length)
          throw new Error(`append to ${table}: it has ${found} columns, not ${columns.length}`)
        const types = columns.map((_, column) => duckdb.appender_column_type(appender, column))
        const writers = types.map((type, column) => columnWriter(type, column, block.length))
        const chunk = duckdb.create_data_chunk(types)
        for (; block.length > 0; block = nextBlock(waiting)) {
          duckdb.data_chunk_reset(chunk)
          for (const write of writers) write(chunk, block)
          duckdb.data_chunk_set_size(chunk, block.length)
          duckdb.append_data_chunk(appender, chunk)
        }
      } finally {
        duckdb.appender_close_sync(appender)
      }
    },
    async transaction(work) {
      if (depth > 0) return work()
      depth++
      await duckdb.query(connection, 'BEGIN TRANSACTION')
      try {
        const result = await work()
        await duckdb.query(connection, 'COMMIT')
        return result
      } catch (error) {
        // The first error is the one to report; after a fatal one there is nothing left to roll back.
        await duckdb.query(connection, 'ROLLBACK').catch(() => undefined)
        throw error
      } finally {
        depth--
      }
    },
    // Loaded when it is asked for: a hook has no time for a reader of every type there is.
    statement: async sql => (await import('./statement.ts')).openStatement(connection, sql),
    interrupt() {
      duckdb.interrupt(connection)
    },
  }
  return db
}

/** As many rows as a chunk holds: made when their turn comes, they are gone before they cost much. */
function nextBlock<T>(rows: Iterator<T>): T[] {
  const block: T[] = []
  while (block.length < duckdb.vector_size()) {
    const next = rows.next()
    if (next.done) break
    block.push(next.value)
  }
  return block
}

/** In one step without parameters: each step waits for its turn on this thread, which has a screen to load and to draw. */
function resultOf(connection: Connection, sql: string, parameters: Parameters | undefined): Promise<Result> {
  if (!parameters) return duckdb.query(connection, sql)
  return withStatement(connection, sql, statement => execute(statement, parameters))
}

async function withStatement<T>(
  connection: Connection,
  sql: string,
  work: (statement: PreparedStatement) => Promise<T>,
): Promise<T> {
  const statement = await duckdb.prepare(connection, sql)
  try {
    return await work(statement)
  } finally {
    duckdb.destroy_prepare_sync(statement)
  }
}

function execute(statement: PreparedStatement, parameters: Parameters): Promise<Result> {
  for (const [name, value] of Object.entries(parameters)) {
    bind(statement, duckdb.bind_parameter_index(statement, name), value)
  }
  return duckdb.execute_prepared(statement)
}

function bind(statement: PreparedStatement, index: number, value: Parameter): void {
  if (value === null) duckdb.bind_null(statement, index)
  else if (typeof value === 'string') duckdb.bind_varchar(statement, index, value)
  else if (typeof value === 'boolean') duckdb.bind_boolean(statement, index, value)
  else if (typeof value === 'bigint') duckdb.bind_hugeint(statement, index, value)
  else if (typeof value !== 'number') duckdb.bind_value(statement, index, listValue(value))
  else if ((value | 0) === value) duckdb.bind_int32(statement, index, value)
  else if (Number.isSafeInteger(value)) duckdb.bind_int64(statement, index, BigInt(value))
  else duckdb.bind_double(statement, index, value)
}

function rowsOf(result: Result): Record<string, unknown>[] {
  const names = namesOf(result)
  const rows: Record<string, unknown>[] = []
  for (const { count, readers } of blocksOf(result)) {
    const first = rows.length
    for (let r = 0; r < count; r++) rows.push({})
    readers.forEach((read, c) => {
      const name = names[c] ?? ''
      for (let r = 0; r < count; r++) {
        const row = rows[first + r]
        if (row) row[name] = read(r)
      }
    })
  }
  return rows
}

function columnsOf(result: Result): Record<string, unknown[]> {
  const columns: unknown[][] = namesOf(result).map(() => [])
  for (const { count, readers } of blocksOf(result)) {
    for (const [c, read] of readers.entries()) {
      const values = columns[c] ?? []
      for (let r = 0; r < count; r++) values.push(read(r))
    }
  }
  return Object.fromEntries(namesOf(result).map((name, c) => [name, columns[c] ?? []]))
}

function namesOf(result: Result): string[] {
  return Array.from({ length: duckdb.column_count(result) }, (_, i) =>
    camelCase(duckdb.column_name(result, i)),
  )
}

/** Some rows, with a reader for each column. */
function* blocksOf(result: Result) {
  const types = Array.from({ length: duckdb.column_count(result) }, (_, i) =>
    duckdb.column_logical_type(result, i),
  )
  const chunks = duckdb.result_chunk_count(result)
  for (let i = 0; i < chunks; i++) {
    const chunk = duckdb.result_get_chunk(result, i)
    const count = duckdb.data_chunk_get_size(chunk)
    const vector = (c: number) => duckdb.data_chunk_get_vector(chunk, c)
    yield { count, readers: types.map((type, c) => columnReader(vector(c), type, count)) }
  }
}

/**
 * The condition that a column is one of a list parameter. Few are compared row by row, which the scan can do before
 * it reads the other columns (2 ms where a join took 6); many are joined.
 */
export function isOneOf(column: string, parameter: string, values: readonly unknown[]): string {
  return values.length <= 8 ? `${column} IN $${parameter}` : `${column} IN (SELECT unnest($${parameter}))`
}

/** `cache_read_tokens` → `cacheReadTokens`. */
export function camelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
