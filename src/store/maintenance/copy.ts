import { UserError } from '../../base/errors.ts'
import type { Db } from '../query.ts'
import { quotedName } from './engine.ts'

/** What a table holds: how many rows, and a sum over all cells that does not depend on their order. */
export interface TableSum {
  /** With its schema, where that is not `main`. */
  readonly table: string
  readonly rows: number
  /** DuckDB's own hash: comparable between files that one version of DuckDB reads. */
  readonly hash: string
}

/** A table of an attached database. */
interface FoundTable {
  readonly schema: string
  readonly name: string
}

/**
 * Copies all that an attached database holds into an empty attached one, and compares the two. Every block of the source is
 * read, so what is damaged there fails. Throws a UserError where the copy is not the same. Answers what was copied.
 */
export async function copyAll(db: Db, source: string, target: string): Promise<TableSum[]> {
  await db.run(`COPY FROM DATABASE ${quotedName(source)} TO ${quotedName(target)}`)
  const before = await sumTables(db, source)
  const difference = differenceOf(before, await sumTables(db, target))
  if (difference === undefined) return before
  throw new UserError(`the copy is not the same: ${difference}`, 'nothing was changed; try it again')
}

/** Counts and sums every table of an attached database, by name. Reads all of it. */
export async function sumTables(db: Db, database: string): Promise<TableSum[]> {
  const sums: TableSum[] = []
  for (const table of await listTables(db, database)) {
    const [row] = await db.rows<{ rows: number; hash: string }>(
      `SELECT count(*) AS rows, coalesce(sum(hash(t)), 0)::VARCHAR AS hash FROM ${placeOf(database, table)} t`,
    )
    sums.push({ table: labelOf(table), rows: row?.rows ?? 0, hash: row?.hash ?? '' })
  }
  return sums
}

/** The first table in which two databases differ, with what differs; undefined: none does. Pure. */
export function differenceOf(one: readonly TableSum[], other: readonly TableSum[]): string | undefined {
  const others = new Map(other.map(sum => [sum.table, sum]))
  for (const { table, rows, hash } of one) {
    const found = others.get(table)
    if (!found) return `${table} is missing`
    if (found.rows !== rows) return `${table} has ${found.rows} rows instead of ${rows}`
    if (found.hash !== hash) return `rows of ${table} are others`
  }
  const known = new Set(one.map(sum => sum.table))
  const extra = other.find(sum => !known.has(sum.table))
  return extra && `${extra.table} is too much`
}

/** The tables of an attached database, by name. */
export async function listTables(db: Db, database: string): Promise<FoundTable[]> {
  return db.rows<FoundTable>(
    `SELECT schema_name AS schema, table_name AS name FROM duckdb_tables()
     WHERE database_name = $database AND NOT internal AND NOT temporary ORDER BY schema, name`,
    { database },
  )
}

/** A table as a statement names it. */
export function placeOf(database: string, { schema, name }: FoundTable): string {
  return [database, schema, name].map(quotedName).join('.')
}

/** A table as people name it. */
export function labelOf({ schema, name }: FoundTable): string {
  return schema === 'main' ? name : `${schema}.${name}`
}
