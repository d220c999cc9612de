import { existsSync } from 'node:fs'
import { errorText, exitCode } from '../base/errors.ts'
import { type Identity, readIdentity } from '../base/identity.ts'
import { writeLog } from '../base/log-file.ts'
import type { Db } from '../store/query.ts'
import type { Context } from './context.ts'
import { killFromOutside } from './kill-from-outside.ts'

/**
 * Runs a hook's work. A hook never breaks the person's session: nothing on stdout, errors to sync.log, exit code 0,
 * and the process is gone at the deadline whatever lock, file or disk do.
 */
export async function runHook(
  context: Context,
  deadlineMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const timer = setTimeout(leave, Math.max(0, deadlineMs - performance.now()))
  try {
    await work()
  } catch (error) {
    writeLog(context.paths.logFile, 'hook', errorText(error))
  } finally {
    clearTimeout(timer)
    process.exitCode = exitCode.ok
  }
}

/** Ends this process now; what was not committed is done again from the spool. */
async function leave(): Promise<void> {
  await killFromOutside(1)
  process.exit(exitCode.ok)
}

/**
 * Gives the work the database, for reading, and loads no more for it than a hook has time for. Undefined where nothing was ever
 * recorded. Waits up to `waitMs` milliseconds for another process that writes; for the errors see `withStore`.
 */
export async function withHookStore<T>(
  { paths, env }: Context,
  waitMs: number,
  work: (db: Db, me: Identity) => Promise<T>,
): Promise<T | undefined> {
  if (!existsSync(paths.database) || !existsSync(paths.machineFile)) return undefined
  const [{ withStore }, me] = await Promise.all([import('../store/open.ts'), readIdentity(paths, env)])
  return withStore(paths.database, { access: 'read', threads: 1, waitMs }, db => work(db, me))
}
