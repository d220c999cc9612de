import { exitCode, UserError } from '../base/errors.ts'
import type { Paths } from '../base/paths.ts'
import { makeDataFolder } from '../base/private.ts'
import { takeProcessLock } from '../base/process-lock.ts'
import { noteAddition } from './record.ts'
import { missingFolders } from './text-file.ts'

/** A setup that has not ended after this long is held up somewhere. */
const longestMs = 10 * 60_000

/** The key under which the record names the folders that were made for the data. */
export const dataFolderKey = 'data folder'

/**
 * Does what changes things while no other setup of this data folder is at it. The data folder is made where it is missing, and
 * which folders that took is recorded. Throws a UserError where another setup is running.
 */
export async function underSetupLock<T>(paths: Paths, work: () => Promise<T>): Promise<T> {
  const folders = missingFolders(paths.setupLock)
  makeDataFolder(paths.home)
  const release = takeProcessLock(paths.setupLock, longestMs)
  if (!release)
    throw new UserError(
      'another csl setup is running',
      'wait for it, then run the same command again',
      exitCode.busy,
    )
  try {
    if (folders.length > 0)
      await noteAddition(paths.setupRecord, dataFolderKey, { part: 'data', before: null, after: '', folders })
    return await work()
  } finally {
    release()
  }
}
