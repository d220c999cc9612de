import type { Db } from '../store/query.ts'
import type { Writer } from '../store/writer.ts'

/** Placeholder body is replaced below. */
export async function adoptOlderTotals(_db: Db, _writer: Writer): Promise<Set<string>> {
  return new Set()
}
