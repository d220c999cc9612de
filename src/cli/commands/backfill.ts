import { cleanText } from '../../base/clean-text.ts'
import { exitCode, UserError } from '../../base/errors.ts'
import { formatCount } from '../../base/format.ts'
import { updateIdentity } from '../../base/identity.ts'
import { countAllSessions } from '../../features/sessions/count.ts'
import { usageTotals } from '../../features/usage/sums.ts'
import { type BackfillReport, backfill } from '../../ingest/backfill.ts'
import { drainSpool } from '../../ingest/drain.ts'
import { loadSettings } from '../../ingest/open-ledger.ts'
import { withStore } from '../../store/open.ts'
import { together } from '../../store/query.ts'
import { type Context, placeOf } from '../context.ts'
import { createProgress } from '../progress.ts'

/** How long a command waits for another process's lock, in milliseconds. */
const waitMs = 30_000
/** Files and folders that could not be read; of more only the number is said. */
const mostNamed = 20

/**
 * Reads all transcripts that are new or have changed, with a progress bar, and says what was found. Answers how many
 * transcripts there are.
 */
export async function backfillCommand(context: Context): Promise<number> {
  const report = await runBackfill(context)
  const held = report.found === 0 ? undefined : await readTotals(context)
  process.stdout.write(`${reportText(report, held)}\n`)
  const { problems } = await loadSettings(context)
  for (const problem of problems) process.stderr.write(`not used: ${cleanText(problem)}\n`)
  const notRead = [...report.unreadable, ...report.failed.map(({ file, why }) => ({ path: file.path, why }))]
  for (const { path, why } of notRead.slice(0, mostNamed))
    process.stderr.write(`not read: ${cleanText(`${path}: ${why}`)}\n`)
  if (notRead.length > mostNamed) process.stderr.write(`… and ${notRead.length - mostNamed} more\n`)
  if (report.found === 0) {
    process.stderr.write(`no transcripts below ${cleanText(context.paths.claudeRoots.join(' or '))}\n`)
  }
  if (report.interrupted) process.exitCode = exitCode.interrupted
  else if (notRead.length > 0) process.exitCode = exitCode.failure
  return report.found
}

/** The work of `csl backfill` without its words. Ctrl-C ends it after the rows that are ready are written. */
export async function runBackfill(context: Context): Promise<BackfillReport> {
  const stop = new AbortController()
  const onInterrupt = () => stop.abort()
  process.once('SIGINT', onInterrupt)
  const progress = createProgress(process.stderr)
  try {
    await updateIdentity(context.paths, context.env, {})
    const place = await placeOf(context)
    await drainSpool(place, { waitMs })
    return await backfill(place, {
      workerUrl: context.workerUrl,
      signal: stop.signal,
      waitMs,
      onProgress: progress.update,
    })
  } finally {
    progress.done()
    process.removeListener('SIGINT', onInterrupt)
  }
}

interface Totals {
  readonly sessions: number
  readonly messages: number
}

/** What the whole logbook holds: every session, one without messages too; a message that several files repeat is in it once. */
async function readTotals(context: Context): Promise<Totals | undefined> {
  try {
    return await withStore(context.paths.database, { access: 'read', waitMs }, async db => {
      const [sessions, { messages }] = await together([countAllSessions(db), usageTotals(db, {})])
      return { sessions, messages }
    })
  } catch (error) {
    // Stopped before the first rows were written, or somebody else is writing: what was done is no failure.
    if (error instanceof UserError) return undefined
    throw error
  }
}

function reportText(report: BackfillReport, held: Totals | undefined): string {
  const count = (n: number, one: string, many = `${one}s`) => `${formatCount(n)} ${n === 1 ? one : many}`
  const head = report.interrupted ? 'stopped; what was read is kept, csl backfill goes on from there' : 'done'
  const read =
    report.files === 0 && !report.interrupted
      ? `${count(report.found, 'transcript')}, nothing new`
      : `${formatCount(report.files)} of ${count(report.found, 'transcript')} read`
  const lines = [`${head}: ${read}`]
  if (held)
    lines.push(`in the logbook: ${count(held.sessions, 'session')}, ${count(held.messages, 'API message')}`)
  if (report.unpricedModels.length > 0) {
    lines.push(
      `no price for: ${report.unpricedModels.map(cleanText).join(', ')} (costs read "at least"; see: csl prices)`,
    )
  }
  if (report.unfinalized > 0) {
    lines.push(
      `${count(report.unfinalized, 'message')} unfinalized: their output tokens may be a lower bound`,
    )
  }
  if (report.malformedLines > 0) lines.push(`${count(report.malformedLines, 'malformed line')} passed over`)
  return lines.join('\n')
}
