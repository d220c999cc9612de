import { StoreBusyError } from '../store/open.ts'
import { listAll, readAndApply, readState } from './backfill.ts'
import { drainSpool } from './drain.ts'
import { isUnread } from './fingerprint.ts'
import { type Place, withLedger } from './open-ledger.ts'
import { hasJobs } from './spool.ts'

export interface CatchUp {
  /** Transcripts that are new or have changed and were left unread, as reading them would take too long. */
  readonly unread: number
  /** Another process held the database: what is shown may be a moment old. */
  readonly isBusy: boolean
  /** What is wrong with the user's prices and rules, which therefore do not hold. */
  readonly problems: readonly string[]
}

/** What reading may take before a report: `usage` and `sessions` never keep a person waiting for more. */
const budgetMs = 300
/** Careful: half of what one thread was measured to read, and to open the database and write. */
const bytesPerMs = 150_000
const msPerFile = 0.4
const writeMs = 80

/**
 * Brings the rows up to date before they are shown, if that is quick: jobs in the spool, transcripts that hooks did
 * not announce, changed prices and rules.
 */
export async function catchUp(place: Place, options: { workerUrl: URL; waitMs: number }): Promise<CatchUp> {
  const { waitMs, workerUrl } = options
  let problems: readonly string[] = []
  try {
    if (hasJobs(place.paths.spool)) await drainSpool(place, { waitMs })
    const files = await listAll(place.paths.claudeRoots)
    let state = await readState(place, waitMs)
    problems = state.problems
    if (state.needsTidying && (state.exists || files.length > 0)) {
      await withLedger(place, { waitMs }, async () => undefined)
      state = await readState(place, waitMs)
    }
    const unread = files.filter(file => isUnread(file, state.known.get(file.path)))
    const bytes = unread.reduce((sum, file) => sum + file.size, 0)
    if (unread.length === 0) return { unread: 0, isBusy: false, problems }
    if (bytes / bytesPerMs + unread.length * msPerFile + writeMs > budgetMs)
      return { unread: unread.length, isBusy: false, problems }
    const signal = new AbortController().signal
    const report = await readAndApply(place, { workerUrl, signal, waitMs, found: files.length, unread })
    return { unread: report.failed.length, isBusy: false, problems }
  } catch (error) {
    if (error instanceof StoreBusyError) return { unread: 0, isBusy: true, problems }
    throw error
  }
}
