import { spawn } from 'node:child_process'
import { exitCode } from '../base/errors.ts'

const patienceMs = 120_000

/**
 * Ends the process when nothing has come from a remote for two minutes: a connection that swallows everything can't be
 * waited for, nor always be interrupted. What was not acknowledged is sent again by the next sync. `reset` after every
 * sign of life; `stop` when done.
 */
export function startWatchdog(say: () => void): { reset: () => void; stop: () => void } {
  const end = () => {
    say()
    // Leaving in good order can wait for the call that hangs: somebody outside ends us if it does.
    spawn('/bin/sh', ['-c', `sleep 1; kill -9 ${process.pid}`], { detached: true, stdio: 'ignore' })
      .on('error', () => undefined)
      .unref()
    process.exit(exitCode.failure)
  }
  let timer = setTimeout(end, patienceMs)
  return {
    reset() {
      clearTimeout(timer)
      timer = setTimeout(end, patienceMs)
    },
    stop: () => clearTimeout(timer),
  }
}
