import { existsSync } from 'node:fs'
import { cleanText } from '../base/clean-text.ts'
import { UserError } from '../base/errors.ts'
import { type CatchUp, catchUp } from '../ingest/catch-up.ts'
import { withStore } from '../store/open.ts'
import type { Db } from '../store/query.ts'
import { type Context, placeOf } from './context.ts'

const lockWaitMs = 5000
const catchUpWaitMs = 1000

/**
 * Catches up, says on stderr what is still unread, and gives the open database (for reading) to the work.
 * Throws StoreMissingError where nothing has ever been recorded.
 */
export async function withUpToDateStore<T>(context: Context, work: (db: Db) => Promise<T>): Promise<T> {
  const notes = await catchUpFirst(context)
  const result = await withStore(context.paths.database, { access: 'read', waitMs: lockWaitMs }, work)
  for (const note of notes) process.stderr.write(`${note}\n`)
  return result
}

/** Answers what a person should know of it. A database that can be read but not written is shown as it is. */
async function catchUpFirst(context: Context): Promise<string[]> {
  const { claudeRoots, database } = context.paths
  // Nothing to read and nothing to show: no reason to make folders.
  if (!existsSync(database) && !claudeRoots.some(root => existsSync(root))) return []
  try {
    return notesOf(
      await catchUp(await placeOf(context), { workerUrl: context.workerUrl, waitMs: catchUpWaitMs }),
    )
  } catch (error) {
    if (!(error instanceof UserError) || !existsSync(database)) throw error
    return [`not brought up to date: ${cleanText(error.message)}`]
  }
}

function notesOf({ unread, isBusy, problems }: CatchUp): string[] {
  const notes = problems.map(problem => `not used: ${cleanText(problem)}`)
  if (unread > 0) notes.push(`${unread} transcript${unread === 1 ? '' : 's'} unread: csl backfill`)
  else if (isBusy) notes.push('another process is writing: the newest sessions may be missing')
  return notes
}
