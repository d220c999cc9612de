import { errorText, exitCode, UserError } from '../base/errors.ts'
import { writeLog } from '../base/log-file.ts'
import type { RemoteSettings } from '../base/settings.ts'
import { syncRemote } from './engine.ts'
import { takeSyncLock } from './lock.ts'
import type { Outlet } from './privacy.ts'
import type { Remote } from './remote.ts'
import { defaultRetries } from './retry.ts'
import type { SyncReport } from './run.ts'
import type { Site } from './site.ts'
import { failed, isWaiting, readSyncState, stateOf, succeeded, writeSyncState } from './state.ts'

export interface SyncRequest {
  /** By name; all of them where there is none. */
  readonly remotes: readonly RemoteSettings[]
  readonly isFull: boolean
  /** Nobody waits for it: it keeps to the pauses after failures. */
  readonly isAutomatic: boolean
  readonly onProgress?: (remote: string, report: SyncReport) => void
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
export async function syncAll(
  site: Site,
  { outletOf, openRemote, isPermanent }: SyncTools,
  request: SyncRequest,
): Promise<SyncOutcome[]> {
  const release = takeSyncLock(site.paths.syncLock)
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
      const outcome = await syncOne(
        site,
        outletOf(settings),
        openRemote(settings, before.lastSuccessAt === null),
        request,
      )
      const { error } = outcome
      const after = error ? failed(before, error, site.now(), isPermanent(error)) : succeeded(site.now())
      await writeSyncState(site.paths.syncState, {
        ...readSyncState(site.paths.syncState),
        [settings.name]: after,
      })
      if (error && !(request.isAutomatic && isPermanent(error) && before.lastError === after.lastError))
        writeLog(site.paths.logFile, 'sync', `${settings.name}: ${errorText(error)}`)
      outcomes.push(outcome)
    }
    return outcomes
  } finally {
    release()
  }
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
  outlet: Outlet,
  remote: Remote,
  { isFull, onProgress }: SyncRequest,
): Promise<SyncOutcome> {
  const base = { remote: remote.name, waitsUntil: null }
  try {
    const report = await syncRemote(site, outlet, remote, {
      retries: defaultRetries,
      isFull,
      ...(onProgress ? { onProgress: report => onProgress(remote.name, report) } : {}),
    })
    return { ...base, report, error: null }
  } catch (error) {
    return { ...base, report: null, error }
  } finally {
    await remote.release()
  }
}
