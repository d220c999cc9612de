import { exitCode, UserError } from '../../base/errors.ts'
import type { Paths } from '../../base/paths.ts'
import { makeDataFolder } from '../../base/private.ts'
import { takeProcessLock } from '../../base/process-lock.ts'

/**
 * Does work that puts another file in the place of the database, while no sync runs and nobody else does such a thing: what a
 * sync has offered to a remote must be written down in the file it was offered from.
 */
export async function withoutSyncs<T>(paths: Paths, work: () => Promise<T>): Promise<T> {
  makeDataFolder(paths.home)
  const release = takeProcessLock(paths.syncLock, longestMs)
  if (!release)
    throw new UserError(
      'a sync is running, or another command that replaces the database',
      'wait for it, or see: csl sync --status',
      exitCode.busy,
    )
  try {
    return await work()
  } finally {
    release()
  }
}

/** Whether a sync, or a command that replaces the database, runs just now. */
export function isReplacing({ syncLock }: Paths): boolean {
  const release = takeProcessLock(syncLock, longestMs)
  release?.()
  return release === undefined
}

/** A million rows take some seconds. */
const longestMs = 30 * 60_000

/** How long such a command waits for others who have the database, in milliseconds. */
export const patienceMs = 60_000

/** Says that somebody else has the database, and that it is waited for. */
export function sayWaiting(): void {
  process.stderr.write('another process has the database: waiting for it\n')
}
