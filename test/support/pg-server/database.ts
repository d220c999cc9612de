import duckdb, { type Database } from '@duckdb/node-bindings'
import { guardSettings, openInstance } from '../../../src/store/open.ts'
import { columnReader } from '../../../src/store/vectors.ts'
import type { Column, TransactionStatus } from './protocol.ts'

export interface Answer {
  /** Null for statements that answer no rows. */
  readonly columns: readonly Column[] | null
  readonly rows: readonly (readonly (string | null)[])[]
  /** What Postgres says when a statement is done: `SELECT 3`, `INSERT 0 1`, `COMMIT`. */
  readonly tag: string
}

/** The connection that stands behind one client. */
export interface Backend {
  /** Several statements only without parameters. */
  run(sql: string, parameters: readonly (string | null)[]): Promise<Answer>
  status(): TransactionStatus
  /** Rolls back what is not committed. */
  close(): Promise<void>
}

export function openDatabase(file: string): Promise<Database> {
  return openInstance(file, guardSettings, 0)
}

export async function openBackend(instance: Database): Promise<Backend> {
  const connection = await duckdb.connect(instance)
  let last: Promise<unknown> = Promise.resolve()
  let status: TransactionStatus = 'I'

  const execute = async (sql: string, parameters: readonly (string | null)[]): Promise<Answer> => {
    if (parameters.length === 0) return answerOf(await duckdb.query(connection, sql), sql)
    const statement = await duckdb.prepare(connection, sql)
    try {
      parameters.forEach((value, index) => {
        if (value === null) duckdb.bind_null(statement, index + 1)
        else duckdb.bind_varchar(statement, index + 1, value)
      })
      return answerOf(await duckdb.execute_prepared(statement), sql)
    } finally {
      duckdb.destroy_prepare_sync(statement)
    }
  }

  return {
    async run(sql, parameters) {
      const running = execute(sql, parameters)
      last = running.catch(() => undefined)
      try {
        const answer = await running
        const verb = verbOf(sql)
        const isLost = status === 'E' && verb === 'COMMIT'
        if (verb === 'BEGIN' || verb === 'START') status = 'T'
        else if (verb === 'COMMIT' || verb === 'ROLLBACK' || verb === 'END' || verb === 'ABORT') status = 'I'
        return isLost ? { ...answer, tag: 'ROLLBACK' } : answer
      } catch (error) {
        if (status === 'T') status = 'E'
        // A commit that fails is a rollback.
        if (verbOf(sql) === 'COMMIT') status = 'I'
        throw error
      }
    },
    status: () => status,
    async close() {
      await last
      duckdb.disconnect_sync(connection)
    },
  }
}

function answerOf(result: duckdb.Result, sql: string): Answer {
  const verb = verbOf(sql)
  if (duckdb.result_return_type(result) !== duckdb.ResultType.QUERY_RESULT) {
    const changed = duckdb.rows_changed(result)
    const counts =
      verb === 'INSERT' ? ` 0 ${changed}` : /^(UPDATE|DELETE|MERGE)$/.test(verb) ? ` ${changed}` : ''
    return { columns: null, rows: [], tag: `${verb}${counts}` }
  }
  const columns = Array.from({ length: duckdb.column_count(result) }, (_, i) => ({
    name: duckdb.column_name(result, i),
    type: oids.get(duckdb.get_type_id(duckdb.column_logical_type(result, i))) ?? textOid,
  }))
  const rows: (string | null)[][] = []
  for (let c = 0; c < duckdb.result_chunk_count(result); c++) {
    const chunk = duckdb.result_get_chunk(result, c)
    const count = duckdb.data_chunk_get_size(chunk)
    const readers = columns.map((_, i) =>
      columnReader(duckdb.data_chunk_get_vector(chunk, i), duckdb.column_logical_type(result, i), count),
    )
    for (let r = 0; r < count; r++)
      rows.push(
        readers.map(read => {
          const value = read(r)
          return value === null ? null : String(value)
        }),
      )
  }
  return { columns, rows, tag: `SELECT ${rows.length}` }
}

const textOid = 25

/** The types a client would make something else of than text, if it were left to. */
const oids: ReadonlyMap<number, number> = new Map([
  [duckdb.Type.BOOLEAN, 16],
  [duckdb.Type.INTEGER, 23],
  [duckdb.Type.DOUBLE, 701],
])

function verbOf(sql: string): string {
  return /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? ''
}
