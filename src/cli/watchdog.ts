import { exitCode, UserError } from '../base/errors.ts'
import { killFromOutside } from './kill-from-outside.ts'

/** Longer than a statement and all its tries may take: it is for calls that can't be interrupted. */
const patienceMs = 120_000

/**
 * Ends the process when nothing has come from a remote for two minutes: a connection that swallows everything can't be
 * waited for, nor always be interrupted. What was not acknowledged is sent again by the next sync. `abandon` notes what
 * happened and gives back what is held, before. `reset` after every sign of life; `stop` when done.
 */
export function startWatchdog(
  abandon: (error: Error) => Promise<void>,
  waitMs = patienceMs,
): { reset: () => void; stop: () => void } {
  const end = async () => {
    await killFromOutside(3)
    const error = new UserError(`the remote did not answer for ${waitMs / 1000} s`)
    process.stderr.write(`csl: ${error.message}\n`)
    await abandon(error).catch(() => undefined)
    process.exit(exitCode.failure)
  }
  let timer = setTimeout(end, waitMs)
  return {
    reset() {
      clearTimeout(timer)
      timer = setTimeout(end, waitMs)
    },
    stop: () => clearTimeout(timer),
  }
}
