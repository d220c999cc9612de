import { StoreMissingError, StoreOutdatedError, withStore } from '../store/open.ts'
import type { TranscriptFile, UnreadablePlace } from '../transcripts/source.ts'
import { sources } from '../transcripts/sources.ts'
import { applyReadings, type Reading } from './apply.ts'
import { type Fingerprint, isUnread } from './fingerprint.ts'
import { readFingerprints } from './known-files.ts'
import { loadSettings, needsTidying, type Place, withLedger } from './open-ledger.ts'
import { type FailedFile, readMany } from './read-many.ts'
import { createSummary, type ReadSummary } from './summary.ts'

export interface BackfillProgress {
  readonly files: number
  readonly filesRead: number
  readonly bytes: number
  readonly bytesRead: number
}

export interface BackfillReport extends ReadSummary {
  /** Transcripts there are; `files` of them were new or had changed. */
  readonly found: number
  readonly failed: readonly FailedFile[]
  /** Where there may be more of them. */
  readonly unreadable: readonly UnreadablePlace[]
  readonly interrupted: boolean
}

export interface BackfillOptions {
  readonly workerUrl: URL
  readonly signal: AbortSignal
  /** How long to wait for another process's lock, in milliseconds. */
  readonly waitMs: number
  readonly onProgress?: (progress: BackfillProgress) => void
}

/** Rows gathered before they are written: few enough for memory; each write rewrites the last column group. */
const batchRecords = 60_000
const batchMs = 10_000

/** All transcripts of all tools below the roots, newest first. What can't be looked into is passed over and told. */
export async function listAll(
  roots: readonly string[],
  onUnreadable?: (place: UnreadablePlace) => void,
): Promise<TranscriptFile[]> {
  const lists = await Promise.all(sources.map(source => source.list(roots, onUnreadable)))
  return lists.flat()
}

/** The database before anything is read. */
interface State {
  /** What is known of each file; nothing where nothing has been recorded. */
  readonly known: ReadonlyMap<string, Fingerprint>
  /** Settings have changed, or a file of an older program is still as it was. */
  readonly needsTidying: boolean
  readonly exists: boolean
  /** What is wrong with the user's prices and rules, which therefore do not hold. */
  readonly problems: readonly string[]
}

async function readState(place: Place, waitMs: number): Promise<State> {
  const settings = await loadSettings(place)
  const { problems } = settings
  try {
    return await withStore(place.paths.database, { access: 'read', threads: 1, waitMs }, async db => ({
      known: await readFingerprints(db),
      needsTidying: await needsTidying(db, settings, place.paths),
      exists: true,
      problems,
    }))
  } catch (error) {
    const exists = error instanceof StoreOutdatedError
    if (exists || error instanceof StoreMissingError)
      return { known: new Map(), needsTidying: true, exists, problems }
    throw error
  }
}

/**
 * Reads every transcript that is new or has changed and records it. The database is held only while a batch is
 * written, so hooks get their turn; stopping at any point loses nothing that was written, and the next call goes on
 * from there.
 */
export async function backfill(place: Place, options: BackfillOptions): Promise<BackfillReport> {
  const unreadable: UnreadablePlace[] = []
  const files = await listAll(place.paths.claudeRoots, found => unreadable.push(found))
  const { known, exists, ...state } = await readState(place, options.waitMs)
  const unread = files.filter(file => isUnread(file, known.get(file.path)))
  // What was set holds even where there is nothing to read.
  if (unread.length === 0 && exists && state.needsTidying) {
    await withLedger(place, { waitMs: options.waitMs }, async () => undefined)
  }
  return { ...(await readAndApply(place, { ...options, found: files.length, unread })), unreadable }
}

/** Reads the given files and records them in batches. */
export async function readAndApply(
  place: Place,
  options: BackfillOptions & { found: number; unread: readonly TranscriptFile[] },
): Promise<Omit<BackfillReport, 'unreadable'>> {
  const { unread, found, signal, waitMs, workerUrl } = options
  const bytes = unread.reduce((sum, file) => sum + file.size, 0)
  const summary = createSummary()
  const failed: FailedFile[] = []
  let batch: Reading[] = []
  let records = 0
  let filesRead = 0
  let bytesRead = 0
  let since = performance.now()
  const flush = async () => {
    const readings = batch
    batch = []
    records = 0
    if (readings.length > 0) {
      const unpriced = await withLedger(place, { waitMs }, ledger => applyReadings(ledger, readings))
      summary.add(readings, unpriced)
    }
    since = performance.now()
  }
  for await (const reading of readMany(unread, { workerUrl, signal, onFailed: miss => failed.push(miss) })) {
    batch.push(reading)
    records += reading.transcript.usage.length
    filesRead++
    bytesRead += reading.file.size
    options.onProgress?.({ files: unread.length, filesRead, bytes, bytesRead })
    if (records >= batchRecords || performance.now() - since > batchMs) await flush()
  }
  await flush()
  return { ...summary.value(), found, failed, interrupted: signal.aborted }
}
