import { catchUpNotes, withCaughtUp } from '../ingest/catch-up.ts'
import type { Db } from '../store/query.ts'
import { type Context, placeOf } from './context.ts'

const readWaitMs = 5000
const writeWaitMs = 1000

/**
 * Catches up, gives the open database (for reading) to the work, and says on stderr what is still unread.
 * Throws StoreMissingError where nothing has ever been recorded.
 */
export async function withUpToDateStore<T>(context: Context, work: (db: Db) => Promise<T>): Promise<T> {
  const place = () => placeOf(context)
  const { result, ...caughtUp } = await withCaughtUp({ ...context, place, readWaitMs, writeWaitMs }, work)
  for (const note of catchUpNotes(caughtUp)) process.stderr.write(`${note}\n`)
  return result
}
