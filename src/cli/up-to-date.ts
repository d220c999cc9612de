import { catchUp } from '../ingest/catch-up.ts'
import { withStore } from '../store/open.ts'
import type { Db } from '../store/query.ts'
import { type Context, placeOf } from './context.ts'

const waitMs = 5000

/**
 * Catches up, says on stderr what is still unread, and gives the open database (for reading) to the work.
 * Throws StoreMissingError where nothing has ever been recorded.
 */
export async function withUpToDateStore<T>(context: Context, work: (db: Db) => Promise<T>): Promise<T> {
  const { unread, isBusy } = await catchUp(await placeOf(context), {
    workerUrl: context.workerUrl,
    waitMs: 1000,
  })
  const result = await withStore(context.paths.database, { access: 'read', waitMs }, work)
  if (unread > 0)
    process.stderr.write(`${unread} transcript${unread === 1 ? '' : 's'} unread: csl backfill\n`)
  else if (isBusy) process.stderr.write('another process is writing: the newest sessions may be missing\n')
  return result
}
