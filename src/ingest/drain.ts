import { errorText } from '../base/errors.ts'
import { createScratch, ReadBudgetError } from '../base/jsonl.ts'
import { writeLog } from '../base/log-file.ts'
import { troubleOf } from '../store/busy.ts'
import { StoreBusyError } from '../store/open.ts'
import type { TranscriptFile } from '../transcripts/source.ts'
import { sources } from '../transcripts/sources.ts'
import { applyReadings, type Reading } from './apply.ts'
import { isUnread } from './fingerprint.ts'
import { parseHookInput } from './hook-input.ts'
import { readFingerprints } from './known-files.ts'
import { type Ledger, type Place, withLedger } from './open-ledger.ts'
import { readFile } from './read-file.ts'
import { failJob, finishJob, hasJobs, type Job, listJobs, releaseDrainLock, takeDrainLock } from './spool.ts'

export interface DrainOptions {
  /** By `performance.now()`: when this process must be done. Without one, everything is worked off. */
  readonly deadlineMs?: number
  /** How long to wait for another process's lock on the database, in milliseconds. */
  readonly waitMs: number
}

/** What is kept of a hook's time for writing rows and leaving. */
const reserveMs = 350
/** A careful guess at how much of a transcript a loaded machine reads in a millisecond. */
const bytesPerMs = 150_000

/**
 * Works the spool off: every job's transcripts are read and recorded, and the job is removed once its rows are
 * committed. One process at a time does it; who comes meanwhile leaves its job to that one, which looks once more
 * before it goes. Answers how many jobs were done. Throws StoreBusyError where the database stays locked: the jobs
 * stay too.
 */
export async function drainSpool(place: Place, options: DrainOptions): Promise<number> {
  const { spool } = place.paths
  let done = 0
  while (hasJobs(spool) && hasTime(options)) {
    if (!takeDrainLock(spool)) return done
    let worked = 0
    try {
      worked = await drainOnce(place, options)
    } finally {
      releaseDrainLock(spool)
    }
    if (worked === 0) return done
    done += worked
  }
  return done
}

function hasTime({ deadlineMs }: DrainOptions): boolean {
  return deadlineMs === undefined || performance.now() < deadlineMs - reserveMs
}

async function drainOnce(place: Place, options: DrainOptions): Promise<number> {
  const { spool, logFile } = place.paths
  const work: { job: Job; files: TranscriptFile[] }[] = []
  let done = 0
  for (const job of listJobs(spool)) {
    const files = await filesOf(place, job)
    if (files === undefined) {
      if (failJob(spool, job, 'the payload is no JSON object that names a transcript', true)) {
        writeLog(logFile, 'record', `a hook's payload is not usable: ${job.payload.slice(0, 200)}`)
      }
    } else if (files.length === 0) {
      // A session that ended before it wrote anything. Should the file come later, a backfill finds it.
      writeLog(logFile, 'record', `there is no transcript yet: ${job.payload.slice(0, 500)}`)
      finishJob(job)
      done++
    } else work.push({ job, files })
  }
  if (work.length === 0) return done
  // The database is opened on a thread of its own; meanwhile this one reads what a session's end surely changed.
  const results = new Map<string, ReadResult>()
  let readMain: Promise<void> | undefined
  const written = withLedger(
    place,
    { waitMs: options.waitMs, threads: 1, checkpoint: 'when large' },
    async ledger => {
      await readMain
      await readChanged(ledger, work, options, results)
      done += await applyJobs(ledger, work, results)
    },
  )
  readMain = readFiles(
    work.flatMap(({ files }) => files.slice(0, 1)),
    options,
    results,
  )
  await written
  return done
}

/** The transcripts a job is about; undefined where its payload names none. */
async function filesOf(place: Place, job: Job): Promise<TranscriptFile[] | undefined> {
  const input = parseHookInput(job.payload)
  if (!input) return undefined
  for (const source of sources) {
    const named = input.transcriptPath === null ? [] : await source.listSession(input.transcriptPath)
    if (named.length > 0) return named
    // A session can have moved to another folder since.
    const found =
      input.sessionId === null ? undefined : await source.find(place.paths.claudeRoots, input.sessionId)
    if (found !== undefined) return source.listSession(found)
  }
  return []
}

type ReadResult = Reading | 'unchanged' | { readonly failed: string }

/** Reads what has changed and is not read yet, each file once. A file that the time does not allow is absent. */
async function readChanged(
  ledger: Ledger,
  work: readonly { job: Job; files: TranscriptFile[] }[],
  options: DrainOptions,
  results: Map<string, ReadResult>,
): Promise<void> {
  const rest = work.flatMap(({ files }) => files).filter(file => !results.has(file.path))
  if (rest.length === 0) return
  const known = await readFingerprints(
    ledger.db,
    rest.map(file => file.path),
  )
  for (const file of rest) if (!isUnread(file, known.get(file.path))) results.set(file.path, 'unchanged')
  await readFiles(rest, options, results)
}

async function readFiles(
  files: readonly TranscriptFile[],
  { deadlineMs }: DrainOptions,
  results: Map<string, ReadResult>,
): Promise<void> {
  const readUntil = deadlineMs === undefined ? undefined : deadlineMs - reserveMs
  const scratch = createScratch()
  for (const file of files) {
    if (results.has(file.path)) continue
    if (readUntil !== undefined && performance.now() + file.size / bytesPerMs > readUntil) continue
    try {
      results.set(file.path, await readFile(file, { deadlineMs: readUntil, scratch, yields: true }))
    } catch (error) {
      if (!(error instanceof ReadBudgetError)) results.set(file.path, { failed: errorText(error) })
    }
  }
}

/** Records the jobs that were read whole, all at once; where that fails, one by one, so that one can't hold up all. */
async function applyJobs(
  ledger: Ledger,
  work: readonly { job: Job; files: TranscriptFile[] }[],
  results: ReadonlyMap<string, ReadResult>,
): Promise<number> {
  const { spool, logFile } = ledger.place.paths
  const ready: { job: Job; readings: Reading[] }[] = []
  for (const { job, files } of work) {
    const found = files.map(file => results.get(file.path))
    const failed = found.find(result => typeof result === 'object' && 'failed' in result)
    if (failed && typeof failed === 'object' && 'failed' in failed) {
      writeLog(logFile, 'record', failed.failed)
      failJob(spool, job, failed.failed)
    } else if (found.every(result => result !== undefined)) {
      ready.push({ job, readings: found.filter(isReading) })
    }
  }
  try {
    const readings = new Set(ready.flatMap(item => item.readings))
    await applyReadings(ledger, [...readings])
    for (const { job } of ready) finishJob(job)
    return ready.length
  } catch (error) {
    // What is wrong with the file or the disk is not the jobs' fault: they wait.
    if (troubleOf(error) !== undefined || error instanceof StoreBusyError || ready.length === 0) throw error
  }
  let done = 0
  for (const { job, readings } of ready) {
    try {
      await applyReadings(ledger, readings)
      finishJob(job)
      done++
    } catch (error) {
      if (troubleOf(error) !== undefined) throw error
      writeLog(logFile, 'record', errorText(error))
      failJob(spool, job, errorText(error))
    }
  }
  return done
}

function isReading(result: ReadResult | undefined): result is Reading {
  return typeof result === 'object' && 'transcript' in result
}
