import type { Outlet } from './privacy.ts'
import type { Remote } from './remote.ts'
import type { RetryPlan } from './retry.ts'
import type { Site } from './site.ts'

/** What one sync with one remote did. Rows and bytes are those that travelled. */
export interface SyncReport {
  pushedRows: number
  pushedBytes: number
  pulledRows: number
  pulledBytes: number
  /** Readable rows written there. */
  publishedRows: number
  /** Entries of the older tool that were adopted. */
  adopted: number
  /** Rows from there that were not usable. */
  skipped: number
  /** Secrets taken out of what left. */
  secrets: number
  /** The file turned out to be a copy, or restored: it goes on under a new name. */
  isNewWriter: boolean
}

export interface SyncOptions {
  readonly retries: RetryPlan
  /** Look at everything again, not just at what is new. */
  readonly isFull?: boolean
  /** The most rows that travel in one transaction. */
  readonly batchRows?: number
  /** Told after every batch. */
  readonly onProgress?: (report: SyncReport) => void
}

/** One sync with one remote, on its way. */
export interface Run extends SyncOptions {
  readonly site: Site
  readonly outlet: Outlet
  readonly remote: Remote
  readonly report: SyncReport
}

/** A report of nothing. */
export function emptyReport(): SyncReport {
  return {
    pushedRows: 0,
    pushedBytes: 0,
    pulledRows: 0,
    pulledBytes: 0,
    publishedRows: 0,
    adopted: 0,
    skipped: 0,
    secrets: 0,
    isNewWriter: false,
  }
}
