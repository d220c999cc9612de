import { errorText } from '../../base/errors.ts'
import { writeLog } from '../../base/log-file.ts'
import { backfill } from '../../ingest/backfill.ts'
import { drainSpool } from '../../ingest/drain.ts'
import { type Context, placeOf } from '../context.ts'

/** How long it waits for another process's lock, in milliseconds: nobody waits for it. */
const waitMs = 60_000

/**
 * What the SessionStart hook leaves behind it: records what no hook announced, as sessions that were killed. Says nothing; what
 * goes wrong stands in sync.log, and is tried again by the next one.
 */
export async function catchUpCommand(context: Context): Promise<void> {
  const { paths, workerUrl } = context
  try {
    const place = await placeOf(context)
    await drainSpool(place, { waitMs })
    await backfill(place, { workerUrl, signal: new AbortController().signal, waitMs })
  } catch (error) {
    writeLog(paths.logFile, 'catch-up', errorText(error))
  }
}
