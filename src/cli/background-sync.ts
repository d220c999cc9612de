import { spawn } from 'node:child_process'
import { readTextIfThere } from '../base/files.ts'
import type { Context } from './context.ts'

/**
 * Starts a sync that nobody waits for, in a process of its own that outlives this one; it keeps to the pauses after
 * failures and to the one that may be running.
 */
export function startBackgroundSync({ isLocal, mainFile, paths }: Context): void {
  if (isLocal || !namesRemotes(paths.settingsFile)) return
  spawn(process.execPath, [mainFile, 'sync', '--auto'], { detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref()
}

/** Looks no closer: a process is a lot for every session that ends, where there is nothing to sync with. */
function namesRemotes(settingsFile: string): boolean {
  try {
    return JSON.parse(readTextIfThere(settingsFile) ?? '{}').remotes?.length > 0
  } catch {
    // Settings that can't be read send nothing; `csl sync` says what is wrong with them.
    return false
  }
}
