import { errorText, exitCode, UserError } from '../base/errors.ts'
import { writeLog } from '../base/log-file.ts'
import { takeProcessLock } from '../base/process-lock.ts'
import type { RemoteSettings } from '../base/settings.ts'
import { syncRemote } from './engine.ts'
import type { Outlet } from './privacy.ts'
import type { Remote } from './remote.ts'
import { defaultRetries } from './retry.ts'
import type { SyncReport } from './run.ts'
import type { Site } from './site.ts'
import {
  failed,
  isWaiting,
  type RemoteState,
  readSyncState,
  stateOf,
  succeeded,
  writeSyncState,
} from './state.ts'

/** A sync that has not ended after this long is held up somewhere: its lock no longer counts. */
export const longestSyncMs = 30 * 60_000

export interface SyncRequest {
  /** By name; all of them where there is none. */
  readonly remotes: readonly RemoteSettings[]
  readonly isFull: boolean
  /** Nobody waits for it: it keeps to the pauses after failures. */
  readonly isAutomatic: boolean
  readonly onProgress?: (remote: string, report: SyncReport) => void
  /**
   * Starts somebody who ends the process where a remote says nothing for long, and calls `abandon` before. Asked for
   * each remote; told of signs of life, and when the remote was let go.
   */
  readonly startWatchdog?: (abandon: (error: Error) => Promise<void>) => Watchdog
}

interface Watchdog {
  reset(): void
  stop(): void
}

/** How it went with one remote. */
export interface SyncOutcome {
  readonly remote: string
  readonly report: SyncReport | null
  readonly error: unknown
  /** Left alone until then, after failures. */
  readonly waitsUntil: string | null
}

/**
 * Syncs with the remotes one after the other; trouble with one does not keep the others from it. Errors are noted in the
 * state and in sync.log, and answered. Throws a UserError where a sync is running already (`isAutomatic`: answers nothing).
 */
export async function syncAll(site: Site, tools: SyncTools, request: SyncRequest): Promise<SyncOutcome[]> {
  const release = takeProcessLock(site.paths.syncLock, longestSyncMs)
  if (!release) {
    if (request.isAutomatic) return []
    throw new UserError('another sync is running', 'wait for it, or see: csl sync --status', exitCode.busy)
  }
  try {
    const outcomes: SyncOutcome[] = []
    for (const settings of request.remotes) {
      const before = stateOf(readSyncState(site.paths.syncState), settings.name)
      if (request.isAutomatic && isWaiting(before, site.now())) {
        outcomes.push({ remote: settings.name, report: null, error: null, waitsUntil: before.nextRetryAt })
        continue
      }
      const noteFailure = async (error: unknown) => {
        const { isAutomatic } = request
        const isPermanent = tools.isPermanent(error)
        await note(site, settings.name, failed(before, error, site.now(), { isPermanent, isAutomatic }))
        // What is permanent is tried once a day by itself, so it is said once a day.
        writeLog(site.paths.logFile, 'sync', `${settings.name}: ${errorText(error)}`)
      }
      const outcome = await syncOne(site, tools, settings, {
        ...request,
        isNew: before.lastSuccessAt === null,
        abandon: error => noteFailure(error).finally(release),
      })
      if (outcome.error) await noteFailure(outcome.error)
      else await note(site, settings.name, succeeded(site.now()))
      outcomes.push(outcome)
    }
    return outcomes
  } finally {
    release()
  }
}

async function note({ paths }: Site, remote: string, state: RemoteState): Promise<void> {
  await writeSyncState(paths.syncState, { ...readSyncState(paths.syncState), [remote]: state })
}

/** What a sync needs to reach remotes. */
export interface SyncTools {
  readonly outletOf: (remote: RemoteSettings) => Outlet
  /** `isNew`: nothing was ever exchanged with it, so its file may be made. */
  readonly openRemote: (remote: RemoteSettings, isNew?: boolean) => Remote
  /** Whether only another version of this program can help. */
  readonly isPermanent: (error: unknown) => boolean
}

async function syncOne(
  site: Site,
  { outletOf, openRemote }: SyncTools,
  settings: RemoteSettings,
  request: SyncRequest & { readonly isNew: boolean; readonly abandon: (error: Error) => Promise<void> },
): Promise<SyncOutcome> {
  const base = { remote: settings.name, waitsUntil: null }
  const remote = openRemote(settings, request.isNew)
  const watchdog = request.startWatchdog?.(request.abandon)
  try {
    const report = await syncRemote(site, outletOf(settings), remote, {
      retries: defaultRetries,
      isFull: request.isFull,
      onProgress(report) {
        watchdog?.reset()
        request.onProgress?.(settings.name, report)
      },
    })
    return { ...base, report, error: null }
  } catch (error) {
    return { ...base, report: null, error }
  } finally {
    // To let go can hang as well.
    await remote.release()
    watchdog?.stop()
  }
}
