import { spawn } from 'node:child_process'
import type { Context } from './context.ts'

/**
 * Starts a sync that nobody waits for, in a process of its own that outlives this one; it keeps to the pauses after
 * failures and to the one that may be running.
 */
export function startBackgroundSync({ isLocal, mainFile }: Context): void {
  if (isLocal) return
  spawn(process.execPath, [mainFile, 'sync', '--auto'], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref()
}
