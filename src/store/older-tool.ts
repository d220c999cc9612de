import type { Db } from './query.ts'

// The older Python tool kept its tables under the names ours have. They are set aside under these names, whole,
// and stay: what they say is adopted from there as often as needed.

/** Those that may refer to others come first. */
export const olderTables = ['log_entries', 'session_models', 'sessions', 'meta'] as const

/** The name under which a table of the older tool is kept. */
export function olderName(table: (typeof olderTables)[number]): string {
  return `older_${table}`
}

/**
 * Sets the older tool's tables aside in a file that has no schema of ours. An empty file has none: nothing happens.
 * They are copied, since a table that has an index, or that another one refers to, can't be renamed.
 */
export async function setAsideOlderTables(db: Db): Promise<void> {
  const found = await tableNames(db)
  for (const table of olderTables) {
    if (found.has(table) && !found.has(olderName(table))) {
      await freeFromReferences(db, table)
      await db.run(`CREATE TABLE ${olderName(table)} AS FROM ${table}`)
      await db.run(`DROP TABLE ${table} CASCADE`)
    }
  }
}

/** Whether a file that has no schema of ours holds tables of the older tool. */
export async function holdsOlderTables(db: Db): Promise<boolean> {
  const found = await tableNames(db)
  return olderTables.some(table => found.has(table))
}

async function tableNames(db: Db): Promise<Set<string>> {
  const rows = await db.rows<{ tableName: string }>(
    `SELECT table_name FROM duckdb_tables() WHERE NOT internal`,
  )
  return new Set(rows.map(row => row.tableName))
}

/** Makes the tables that refer to one anew, with all their rows but without constraints, so that it can be dropped. */
async function freeFromReferences(db: Db, table: string): Promise<void> {
  const rows = await db.rows<{ tableName: string }>(
    `SELECT DISTINCT table_name FROM duckdb_constraints()
     WHERE constraint_type = 'FOREIGN KEY' AND referenced_table = $table AND table_name <> $table`,
    { table },
  )
  for (const { tableName } of rows) {
    await freeFromReferences(db, tableName)
    const [name, copy] = [tableName, `${tableName} (copy)`].map(text => `"${text.replaceAll('"', '""')}"`)
    await db.run(`CREATE TABLE ${copy} AS FROM ${name}`)
    await db.run(`DROP TABLE ${name}`)
    await db.run(`ALTER TABLE ${copy} RENAME TO ${name}`)
  }
}
