import type { Db } from './query.ts'

// The older Python tool kept its tables under the names ours have. They are set aside under these names, whole,
// and stay: what they say is adopted from there as often as needed.

export const olderTables = ['sessions', 'session_models', 'log_entries', 'meta'] as const

/** The name under which a table of the older tool is kept. */
export function olderName(table: (typeof olderTables)[number]): string {
  return `older_${table}`
}

/** Renames the older tool's tables in a file that has no schema of ours. An empty file has none: nothing happens. */
export async function setAsideOlderTables(db: Db): Promise<void> {
  const rows = await db.rows<{ tableName: string }>(
    `SELECT table_name FROM duckdb_tables() WHERE NOT internal`,
  )
  const found = new Set(rows.map(row => row.tableName))
  for (const table of olderTables) {
    if (found.has(table) && !found.has(olderName(table))) {
      await db.run(`ALTER TABLE ${table} RENAME TO ${olderName(table)}`)
    }
  }
}
