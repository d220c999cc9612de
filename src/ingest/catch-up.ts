import { existsSync } from 'node:fs'
import { cleanText } from '../base/clean-text.ts'
import { UserError } from '../base/errors.ts'
import { StoreBusyError, StoreMissingError, StoreOutdatedError, withStore } from '../store/open.ts'
import type { Db } from '../store/query.ts'
import type { TranscriptFile } from '../transcripts/source.ts'
import { listAll, readAndApply } from './backfill.ts'
import { drainSpool } from './drain.ts'
import { isUnread } from './fingerprint.ts'
import { readFingerprints } from './known-files.ts'
import { loadSettings, needsTidying, type Place, withLedger } from './open-ledger.ts'
import { hasJobs } from './spool.ts'

export interface CatchUpOptions extends Pick<Place, 'paths' | 'pricesFile'> {
  /** Asked for only where there is something to write. */
  readonly place: () => Promise<Place>
  readonly workerUrl: URL
  /** How long the work waits for another process's lock, in milliseconds. */
  readonly readWaitMs: number
  /** How long writing what is new waits for it. */
  readonly writeWaitMs: number
  /** Ends that waiting, and the reading of what is new: who asked has gone. */
  readonly signal?: AbortSignal | undefined
}

/** How new the rows are that were shown. */
export interface CatchUp {
  /** Transcripts that are new or have changed and were left unread, as reading them would take too long. */
  readonly unread: number
  /** Another process held the database: what is shown may be a moment old. */
  readonly isBusy: boolean
  /** Why the database, which can be read, could not be written. */
  readonly failure: UserError | null
  /** What is wrong with the user's prices and rules, which therefore do not hold. */
  readonly problems: readonly string[]
}

/** What a person should know of it, a line each; nothing: all is shown. */
export function catchUpNotes({ unread, isBusy, failure, problems }: CatchUp): string[] {
  const notes = problems.map(problem => `not used: ${cleanText(problem)}`)
  if (failure) notes.push(`not brought up to date: ${cleanText(failure.message)}`)
  else if (isBusy) notes.push('another process is writing: the newest sessions may be missing')
  else if (unread > 0) notes.push(`${unread} transcript${unread === 1 ? '' : 's'} unread: csl backfill`)
  return notes
}

/** What reading may take before a report: `usage` and `sessions` never keep a person waiting for more. */
const budgetMs = 300
/** Careful: half of what one thread was measured to read, and to open the database and write. */
const bytesPerMs = 150_000
const msPerFile = 0.4
const writeMs = 80

/**
 * Gives the work the database, open for reading. Before that its rows are brought up to date, if that is quick: jobs in
 * the spool, changed prices and rules, transcripts that hooks did not announce. Mostly there is nothing to do, and the
 * file is opened once. Throws StoreMissingError where nothing has ever been recorded; for others see `withStore`.
 */
export async function withCaughtUp<T>(
  options: CatchUpOptions,
  work: (db: Db) => Promise<T>,
): Promise<CatchUp & { readonly result: T }> {
  const { paths, place, workerUrl, readWaitMs, writeWaitMs: waitMs } = options
  const signal = options.signal ?? new AbortController().signal
  let outcome = await attempt(options, async () => {
    if (hasJobs(paths.spool)) await drainSpool(await place(), { waitMs })
  })
  let look = await lookAndWork(options, work, { tidies: outcome === fine, reads: outcome === fine })
  if (look.todo === 'tidy') {
    outcome = await attempt(options, async () =>
      withLedger(await place(), { waitMs, signal }, async () => undefined),
    )
    look = await lookAndWork(options, work, { tidies: false, reads: outcome === fine })
  }
  if (look.todo === 'read') {
    const { files, unread, problems } = look
    let failed = 0
    outcome = await attempt(options, async () => {
      const report = await readAndApply(await place(), { workerUrl, signal, waitMs, found: files, unread })
      failed = report.failed.length
    })
    const result = await withStore(paths.database, { access: 'read', waitMs: readWaitMs, signal }, work)
    return { ...outcome, unread: failed, problems, result }
  }
  if (look.todo === 'tidy') throw new Error('a database that was just brought up to date is not')
  return { ...outcome, unread: look.unread, problems: look.problems, result: look.result }
}

type Outcome = Pick<CatchUp, 'isBusy' | 'failure'>

const fine: Outcome = { isBusy: false, failure: null }

/** Writes what is new. Where that can't be done the database is shown as it is. */
async function attempt(options: CatchUpOptions, write: () => Promise<void>): Promise<Outcome> {
  try {
    await write()
    return fine
  } catch (error) {
    if (error instanceof StoreBusyError) return { isBusy: true, failure: null }
    if (error instanceof UserError && existsSync(options.paths.database))
      return { isBusy: false, failure: error }
    throw error
  }
}

/** What is to be done before the work, or, where nothing is, the work's answer. */
type Look<T> =
  | { readonly todo: 'tidy' }
  | {
      readonly todo: 'read'
      readonly files: number
      readonly unread: readonly TranscriptFile[]
      readonly problems: readonly string[]
    }
  | {
      readonly todo: 'nothing'
      readonly unread: number
      readonly problems: readonly string[]
      readonly result: T
    }

/** Opens the database once: to see what there is to do of that which is allowed, and if it is nothing, to do the work. */
async function lookAndWork<T>(
  options: CatchUpOptions,
  work: (db: Db) => Promise<T>,
  { tidies, reads }: { tidies: boolean; reads: boolean },
): Promise<Look<T>> {
  const { database, claudeRoots } = options.paths
  const looking = withStore(
    database,
    { access: 'read', waitMs: options.readWaitMs, signal: options.signal },
    async (db): Promise<Look<T>> => {
      const [files, settings] = await reading
      if (tidies && (await needsTidying(db, settings, options.paths))) return { todo: 'tidy' }
      const known = await readFingerprints(db)
      const unread = files.filter(file => isUnread(file, known.get(file.path)))
      const { problems } = settings
      if (reads && unread.length > 0 && isQuick(unread))
        return { todo: 'read', files: files.length, unread, problems }
      return { todo: 'nothing', unread: unread.length, problems, result: await work(db) }
    },
  ).catch(async (error: unknown): Promise<Look<T>> => {
    const [files] = await reading
    const isOutdated = error instanceof StoreOutdatedError
    const isRecordable = files.length > 0 || existsSync(options.paths.changesFile)
    const isMissing = error instanceof StoreMissingError && isRecordable
    if (tidies && (isOutdated || isMissing)) return { todo: 'tidy' }
    throw error
  })
  // While the database is being opened on another thread.
  const reading = Promise.all([listAll(claudeRoots), loadSettings(options)])
  const [look] = await Promise.all([looking, reading])
  return look
}

function isQuick(unread: readonly TranscriptFile[]): boolean {
  const bytes = unread.reduce((sum, file) => sum + file.size, 0)
  return bytes / bytesPerMs + unread.length * msPerFile + writeMs <= budgetMs
}
