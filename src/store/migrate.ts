import { UserError } from '../base/errors.ts'
import { migrations } from './migrations/index.ts'
import { setAsideOlderTables } from './older-tool.ts'
import type { Db } from './query.ts'

/** A step of the schema. Every statement is safe to run twice. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly steps: readonly string[]
}

/** The schema this program writes. */
export const schemaVersion = migrations.at(-1)?.version ?? 0

/** Our own key: an older tool's `meta` table may hold a `schema_version` of its own. */
const versionKey = 'csl_schema_version'

/**
 * The schema version of an open file: 0 for an empty one, and for one of the older Python tool, which knows no such key.
 * Throws a UserError for a file of a newer program: reading it by old rules could give wrong numbers.
 */
export async function readSchemaVersion(db: Db): Promise<number> {
  const rows = await db
    .rows<{ value: string | null }>(`SELECT value FROM meta WHERE key = '${versionKey}'`)
    .catch(async (error: unknown) => {
      if (await hasMeta(db)) throw error
      return []
    })
  const version = Number(rows[0]?.value ?? 0)
  if (version > schemaVersion) {
    throw new UserError(
      `the database has schema ${version}, this program knows ${schemaVersion}`,
      'it was written by a newer claude-session-logger: update this one',
    )
  }
  return version
}

async function hasMeta(db: Db): Promise<boolean> {
  const columns = await db.rows<{ columnName: string }>(
    `SELECT column_name FROM duckdb_columns() WHERE table_name = 'meta'`,
  )
  const names = columns.map(column => column.columnName)
  return names.includes('key') && names.includes('value')
}

/** Applies the migrations that are missing, `version` being what the file has. Answers whether there were any. */
export async function migrate(db: Db, version: number): Promise<boolean> {
  if (version === schemaVersion) return false
  if (version === 0) await db.transaction(() => setAsideOlderTables(db))
  for (const migration of migrations) {
    if (migration.version <= version) continue
    // With its number, so that a kill leaves no tables of ours that look like another tool's.
    await db.transaction(async () => {
      for (const step of migration.steps) await db.run(step)
      await db.run(`DELETE FROM meta WHERE key = $versionKey`, { versionKey })
      await db.run(`INSERT INTO meta (key, value) VALUES ($versionKey, $version)`, {
        versionKey,
        version: String(migration.version),
      })
    })
  }
  // So that no DDL stays in the log for the next process to replay.
  await db.run('CHECKPOINT')
  return true
}
