import { errorText } from '../base/errors.ts'
import { readTextIfThere, writeFileAtomic } from '../base/files.ts'

/** How the exchange with a remote went. Kept in a file of its own: it must be noted also while the database is locked. */
export interface RemoteState {
  readonly lastSuccessAt: string | null
  readonly lastErrorAt: string | null
  readonly lastError: string | null
  /** Failures in a row, by which the pauses grow; one of a sync that a person started begins the row anew. */
  readonly failures: number
  /** Automatic syncs wait until then; null: no reason to wait. */
  readonly nextRetryAt: string | null
}

export type SyncState = Readonly<Record<string, RemoteState>>

const untried: RemoteState = {
  lastSuccessAt: null,
  lastErrorAt: null,
  lastError: null,
  failures: 0,
  nextRetryAt: null,
}

/** Minutes that automatic syncs wait after the first, second, … failure in a row. */
const backoffMinutes = [1, 5, 15, 60]
/** What no retry helps against (a version that is refused) is tried, and said, once a day. */
const dayMinutes = 24 * 60

/** What is known of every remote by name. A state that can't be read is no reason not to sync. */
export function readSyncState(file: string): SyncState {
  try {
    const value: unknown = JSON.parse(readTextIfThere(file) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as SyncState) : {}
  } catch {
    return {}
  }
}

export function stateOf(state: SyncState, remote: string): RemoteState {
  return { ...untried, ...state[remote] }
}

export function succeeded(nowMs: number): RemoteState {
  return { ...untried, lastSuccessAt: new Date(nowMs).toISOString() }
}

/**
 * The state after one more failure. `isPermanent`: only another version of this program can help. `isAutomatic`: nobody
 * asked for this sync; one that a person starts resets the pauses.
 */
export function failed(
  before: RemoteState,
  error: unknown,
  nowMs: number,
  { isPermanent, isAutomatic }: { isPermanent: boolean; isAutomatic: boolean },
): RemoteState {
  const failures = isAutomatic ? before.failures + 1 : 1
  const minutes = isPermanent ? dayMinutes : (backoffMinutes[failures - 1] ?? backoffMinutes.at(-1) ?? 0)
  return {
    lastSuccessAt: before.lastSuccessAt,
    lastErrorAt: new Date(nowMs).toISOString(),
    lastError: errorText(error).slice(0, 500),
    failures,
    nextRetryAt: new Date(nowMs + minutes * 60_000).toISOString(),
  }
}

/** Whether an automatic sync should leave the remote alone for now. */
export function isWaiting(state: RemoteState, nowMs: number): boolean {
  return state.nextRetryAt !== null && Date.parse(state.nextRetryAt) > nowMs
}

export async function writeSyncState(file: string, state: SyncState): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(state, null, 2)}\n`)
}
