import { cleanText } from '../base/clean-text.ts'
import { type CatchUp, withCaughtUp } from '../ingest/catch-up.ts'
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
  for (const note of notesOf(caughtUp)) process.stderr.write(`${note}\n`)
  return result
}

function notesOf({ unread, isBusy, failure, problems }: CatchUp): string[] {
  const notes = problems.map(problem => `not used: ${cleanText(problem)}`)
  if (failure) notes.push(`not brought up to date: ${cleanText(failure.message)}`)
  else if (isBusy) notes.push('another process is writing: the newest sessions may be missing')
  else if (unread > 0) notes.push(`${unread} transcript${unread === 1 ? '' : 's'} unread: csl backfill`)
  return notes
}
