import duckdb from '@duckdb/node-bindings'
import { troubleOf } from '../../store/busy.ts'
import { guardSettings, openInstance } from '../../store/open.ts'

/**
 * Whether another process's lock keeps this one from a DuckDB file, asked of DuckDB alone: the lease beside the file is
 * not looked at. Other troubles are thrown.
 */
export async function isLocked(file: string): Promise<boolean> {
  try {
    duckdb.close_sync(await openInstance(file, guardSettings, 0))
    return false
  } catch (error) {
    if (troubleOf(error) === 'busy') return true
    throw error
  }
}
