import {
  BIGINT,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDateValue,
  type DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api'

/**
 * What may be bound to `$name`: JSON's scalars, and lists of text or of whole numbers (`IN (SELECT unnest($ids))`).
 * Instants go as ISO text and are cast in the statement.
 */
export type Parameter = string | number | boolean | bigint | null | readonly string[] | readonly number[]
export type Parameters = Readonly<Record<string, Parameter>>
/**
 * A value on its way into a table: milliseconds or ISO text for TIMESTAMPTZ, ISO text for DATE, whole numbers for
 * BIGINT, decimal text for DECIMAL.
 */
export type Cell = string | number | boolean | bigint | null
export type Row = Readonly<Record<string, unknown>>

/** The statements every feature uses. One connection to one file, given by `withStore`. */
export interface Db {
  /** Runs one or more statements; the parameters belong to the last. Answers how many rows changed. */
  run(sql: string, parameters?: Parameters): Promise<number>
  /**
   * Runs a query. Keys come back in camelCase; whole numbers as number where they fit, else as bigint;
   * TIMESTAMPTZ and DATE as ISO text; DECIMAL as exact text.
   */
  rows<T extends object = Row>(sql: string, parameters?: Parameters): Promise<T[]>
  /**
   * Adds rows in bulk. `columns` names every column of the table, in its order: test/store/columns.test.ts holds
   * the lists against the schema.
   */
  append(table: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): Promise<void>
  /** Several statements as one: committed together or not at all. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  /** Stops the statement that is running, if any: it fails with `Interrupted`. */
  interrupt(): void
}

const chunkRows = 2048

/** Wraps a connection in the house's habits. Only store/open.ts makes one. */
export function createDb(connection: DuckDBConnection): Db {
  let depth = 0
  const db: Db = {
    async run(sql, parameters) {
      const result = await connection.run(sql, ...bound(parameters))
      return result.rowsChanged
    },
    async rows<T extends object>(sql: string, parameters?: Parameters) {
      const reader = await connection.runAndReadAll(sql, ...bound(parameters))
      const names = reader.columnNames().map(camelCase)
      const columns = reader.getColumns()
      const types = reader.columnTypes()
      const rows: Record<string, unknown>[] = []
      for (let r = 0; r < reader.currentRowCount; r++) rows.push({})
      columns.forEach((values, c) => {
        const name = names[c] ?? ''
        const convert = converter(types[c])
        values.forEach((value, r) => {
          const row = rows[r]
          if (row) row[name] = value === null ? null : convert(value)
        })
      })
      return rows as T[]
    },
    async append(table, columns, rows) {
      if (rows.length === 0) return
      const appender = await connection.createAppender(table)
      try {
        if (appender.columnCount !== columns.length) {
          throw new Error(`append to ${table}: it has ${appender.columnCount} columns, not ${columns.length}`)
        }
        const types = columns.map((_, index) => appender.columnType(index))
        for (let from = 0; from < rows.length; from += chunkRows)
          appender.appendDataChunk(chunkOf(types, rows.slice(from, from + chunkRows)))
      } finally {
        appender.closeSync()
      }
    },
    async transaction(work) {
      if (depth > 0) return work()
      depth++
      await connection.run('BEGIN TRANSACTION')
      try {
        const result = await work()
        await connection.run('COMMIT')
        return result
      } catch (error) {
        // The first error is the one to report; after a fatal one there is nothing left to roll back.
        await connection.run('ROLLBACK').catch(() => undefined)
        throw error
      } finally {
        depth--
      }
    },
    interrupt() {
      connection.interrupt()
    },
  }
  return db
}

type Bound = [values?: Record<string, DuckDBValue>, types?: Record<string, DuckDBType>]

function bound(parameters: Parameters | undefined): Bound {
  if (!parameters) return []
  const values: Record<string, DuckDBValue> = {}
  const types: Record<string, DuckDBType> = {}
  for (const [name, value] of Object.entries(parameters)) {
    if (!isList(value)) values[name] = value
    else {
      const isText = value.every(item => typeof item === 'string')
      values[name] = listValue(isText ? value : value.map(item => BigInt(item)))
      types[name] = LIST(isText ? VARCHAR : BIGINT)
    }
  }
  return [values, types]
}

function isList(value: Parameter): value is readonly string[] | readonly number[] {
  return Array.isArray(value)
}

function chunkOf(types: readonly DuckDBType[], rows: readonly (readonly Cell[])[]): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create(types, rows.length)
  types.forEach((type, column) => {
    const convert = inserter(type)
    const values: DuckDBValue[] = new Array(rows.length)
    for (let r = 0; r < rows.length; r++) {
      const value = rows[r]?.[column] ?? null
      values[r] = value === null ? null : convert(value)
    }
    chunk.setColumnValues(column, values)
  })
  return chunk
}

function inserter(type: DuckDBType): (value: Exclude<Cell, null>) => DuckDBValue {
  switch (type.typeId) {
    case DuckDBTypeId.BIGINT:
      return value => (typeof value === 'bigint' ? value : BigInt(Math.trunc(Number(value))))
    case DuckDBTypeId.TIMESTAMP_TZ:
      return value => {
        const ms = typeof value === 'string' ? Date.parse(value) : Number(value)
        return new DuckDBTimestampTZValue(BigInt(Math.round(ms * 1000)))
      }
    case DuckDBTypeId.DATE:
      return value => new DuckDBDateValue(Math.floor(Date.parse(String(value)) / 86_400_000))
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType
      return value => {
        const [whole = '0', fraction = ''] = String(value).split('.')
        return new DuckDBDecimalValue(BigInt(whole + fraction.padEnd(scale, '0')), width, scale)
      }
    }
    default:
      return value => value
  }
}

function converter(type: DuckDBType | undefined): (value: DuckDBValue) => unknown {
  switch (type?.typeId) {
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
      return value => {
        const number = Number(value)
        return Number.isSafeInteger(number) ? number : value
      }
    case DuckDBTypeId.TIMESTAMP_TZ:
      return value => isoFromMicros((value as DuckDBTimestampTZValue).micros)
    case DuckDBTypeId.DATE:
    case DuckDBTypeId.DECIMAL:
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.UUID:
      return value => String(value)
    case DuckDBTypeId.LIST:
      return value => {
        const items = (value as { items: readonly DuckDBValue[] }).items
        return items.map(item => (typeof item === 'bigint' ? Number(item) : item))
      }
    default:
      return value => value
  }
}

function isoFromMicros(micros: bigint): string | null {
  const ms = Number(micros / 1000n)
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** `cache_read_tokens` → `cacheReadTokens`. */
export function camelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
