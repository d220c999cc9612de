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
  const rows = await db.rows<{ tableName: string }>(
    `SELECT table_name FROM duckdb_tables() WHERE NOT internal`,
  )
  const found = new Set(rows.map(row => row.tableName))
  for (const table of olderTables) {
    if (found.has(table) && !found.has(olderName(table))) {
      await db.run(`CREATE TABLE ${olderName(table)} AS FROM ${table}`)
      await db.run(`DROP TABLE ${table} CASCADE`)
    }
  }
}
