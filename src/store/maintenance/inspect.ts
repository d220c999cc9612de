import { existsSync, statSync } from 'node:fs'
import { errorText } from '../../base/errors.ts'
import { readSchemaVersion, schemaVersion } from '../migrate.ts'
import { StoreBusyError, StoreDamagedError } from '../open.ts'
import { sumTables } from './copy.ts'
import { withEngine } from './engine.ts'

/** How it stands with a database file, after all of it was read. Plain data: it comes from another process. */
export type Inspection =
  | { readonly state: 'missing' }
  /** `holder`: the number of the process, where DuckDB could tell. */
  | { readonly state: 'busy'; readonly holder: number | null }
  | { readonly state: 'damaged'; readonly why: string }
  /** It can't be opened for reasons that lie outside of it, or a newer program wrote it. */
  | { readonly state: 'closed'; readonly why: string; readonly hint: string | null }
  | {
      readonly state: 'whole'
      readonly duckdb: string
      /** Null: of an older program, or the older tool; the next writing brings it up to date. */
      readonly schema: number | null
      readonly tables: number
      readonly rows: number
      readonly bytes: number
      /** Of them, those that a copy would not have. */
      readonly freeBytes: number
    }

/** Reads all of a database file. What it finds there can take the process down: call it in one of its own. */
export async function inspectDatabase(file: string): Promise<Inspection> {
  if (!existsSync(file)) return { state: 'missing' }
  try {
    return await withEngine({ file }, async ({ db, attach }) => {
      await attach(file, 'source', { access: 'read', waitMs: 1000 })
      await db.run('USE source')
      const schema = await readSchemaVersion(db)
      const sums = await sumTables(db, 'source')
      const [size] = await db.rows<{ free: number; duckdb: string }>(
        `SELECT (block_size * free_blocks)::BIGINT AS free, version() AS duckdb
         FROM pragma_database_size() WHERE database_name = 'source'`,
      )
      await db.run('USE memory')
      return {
        state: 'whole',
        duckdb: size?.duckdb ?? '',
        schema: schema === schemaVersion ? schema : null,
        tables: sums.length,
        rows: sums.reduce((sum, { rows }) => sum + rows, 0),
        bytes: statSync(file).size,
        freeBytes: size?.free ?? 0,
      }
    })
  } catch (error) {
    if (error instanceof StoreBusyError) return { state: 'busy', holder: error.holder }
    if (error instanceof StoreDamagedError) return { state: 'damaged', why: error.message }
    const hint = error instanceof Error && 'hint' in error ? String(error.hint ?? '') : ''
    return { state: 'closed', why: errorText(error), hint: hint || null }
  }
}
