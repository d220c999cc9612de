import os from 'node:os'
import { cleanText } from '../../base/clean-text.ts'
import { errorText, exitCode, UserError } from '../../base/errors.ts'
import { formatBytes } from '../../base/format.ts'
import { writeLog } from '../../base/log-file.ts'
import type { RemoteSettings } from '../../base/settings.ts'
import { drainSpool } from '../../ingest/drain.ts'
import { hasJobs } from '../../ingest/spool.ts'
import { dryRun, type Leaving } from '../../sync/dry-run.ts'
import type { Outlet } from '../../sync/privacy.ts'
import type { Site } from '../../sync/site.ts'
import { readStatus } from '../../sync/status.ts'
import { type SyncOutcome, type SyncRequest, type SyncTools, syncAll } from '../../sync/sync.ts'
import { type Context, placeOf } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { toJson, toJsonLine } from '../json.ts'
import { createSite } from '../site.ts'
import { asObject, dryRunText, reportText, statusText } from '../sync/sync-text.ts'
import { startWatchdog } from '../watchdog.ts'

/** As `nice -n 10`. */
const lowPriority = 10

export interface SyncCommandOptions {
  readonly dryRun?: boolean
  readonly full?: boolean
  readonly status?: boolean
  readonly json?: boolean
  /** Nobody waits for it: it keeps to the pauses after failures and says nothing. */
  readonly auto?: boolean
}

/** Exchanges with the remotes what each side lacks; or says what would leave, or how it stands. */
export async function syncCommand(
  context: Context,
  name: string | undefined,
  options: SyncCommandOptions,
): Promise<void> {
  if (options.auto) {
    await syncUnattended(context)
    return
  }
  const { site, tools } = await createSite(context)
  const remotes = chosen(site.settings.remotes, name)
  if (options.status) {
    const status = await readStatus(site, remotes.map(tools.outletOf))
    process.stdout.write(options.json ? `${toJson({ rows: status })}\n` : statusText(status, context.now()))
    return
  }
  if (options.dryRun) {
    await showLeaving(site, remotes.map(tools.outletOf), options.json === true)
    return
  }
  await recordLeftovers(context)
  if (remotes.length === 0) {
    process.stdout.write(
      'no remotes: nothing leaves this machine; add one with: csl remote add NAME URL --share all|notes\n',
    )
    return
  }
  const outcomes = await syncWatched(site, tools, { remotes, isFull: options.full === true })
  process.stdout.write(options.json ? `${toJson({ rows: outcomes.map(asFields) })}\n` : reportText(outcomes))
  failIfAny(outcomes)
}

/**
 * Records what hooks left behind, then syncs as far as there are remotes, and gives way to whatever a person does meanwhile.
 * It keeps to the pauses after failures and says nothing. What it throws stands in sync.log.
 */
export async function syncUnattended(context: Context): Promise<SyncOutcome[]> {
  lowerPriority()
  try {
    await recordLeftovers(context)
    const { site, tools } = await createSite(context)
    const { remotes } = site.settings
    return remotes.length === 0 ? [] : await syncWatched(site, tools, { remotes, isAutomatic: true })
  } catch (error) {
    writeLog(context.paths.logFile, 'sync', errorText(error))
    throw error
  }
}

function lowerPriority(): void {
  try {
    os.setPriority(lowPriority)
  } catch {
    // The system does not let us: then it is as fast as any other.
  }
}

async function recordLeftovers(context: Context): Promise<void> {
  if (hasJobs(context.paths.spool)) await drainSpool(await placeOf(context), { waitMs: 5000 })
}

/** Syncs with a progress line on a terminal and an end to endless waiting. */
async function syncWatched(
  site: Site,
  tools: SyncTools,
  request: Pick<SyncRequest, 'remotes'> & Partial<SyncRequest>,
): Promise<SyncOutcome[]> {
  const showsProgress = process.stderr.isTTY && !request.isAutomatic
  try {
    return await syncAll(site, tools, {
      isFull: false,
      isAutomatic: false,
      ...request,
      startWatchdog,
      onProgress(remote, report) {
        if (!showsProgress) return
        const bytes = formatBytes(report.pushedBytes + report.pulledBytes)
        process.stderr.write(
          `\r\x1b[K${remote}: ${report.pushedRows} sent, ${report.pulledRows} received, ${bytes}`,
        )
      },
    })
  } finally {
    if (showsProgress) process.stderr.write('\r\x1b[K')
  }
}

async function showLeaving(site: Site, outlets: readonly Outlet[], asJson: boolean): Promise<void> {
  const write = (text: string) => process.stdout.write(text)
  const leaving: Leaving[] = []
  for (const outlet of outlets) leaving.push(...(await dryRun(site, outlet)))
  if (!asJson) write(dryRunText(leaving))
  for (const { remote, table, columns, rows } of asJson ? leaving : []) {
    for (const row of rows) write(`${toJsonLine({ remote, table, row: asObject(columns, row) })}\n`)
  }
}

/**
 * Syncs before a report is made. What went wrong is said on stderr: the report is still right for what is here. Answers how it
 * went with each remote.
 */
export async function syncFirst(context: Context): Promise<SyncOutcome[]> {
  const { site, tools } = await createSite(context)
  await recordLeftovers(context)
  const outcomes = await syncWatched(site, tools, { remotes: site.settings.remotes }).catch(
    (error: unknown) => {
      // Another sync has the lock: what it brings is in the next report.
      if (!(error instanceof UserError) || error.code !== exitCode.busy) throw error
      process.stderr.write(`not synced: ${cleanText(error.message)}\n`)
      return []
    },
  )
  for (const { remote, error } of outcomes) {
    if (error !== null) process.stderr.write(`not synced with ${remote}: ${cleanText(errorText(error))}\n`)
  }
  return outcomes
}

function chosen(remotes: readonly RemoteSettings[], name: string | undefined): readonly RemoteSettings[] {
  if (name === undefined) return remotes
  const found = remotes.filter(remote => remote.name === name)
  if (found.length > 0) return found
  const names = remotes.map(remote => remote.name).join(', ')
  throw new UserError(
    `there is no remote '${cleanText(name)}'`,
    names ? `there is: ${names}` : 'see: csl remote add --help',
  )
}

function asFields({ remote, report, error }: SyncOutcome): object {
  return { remote, ok: error === null, error: error === null ? null : errorText(error), ...report }
}

/** One remote in trouble fails the command; its hint leads on. */
function failIfAny(outcomes: readonly SyncOutcome[]): void {
  const failures = outcomes.filter(outcome => outcome.error !== null)
  const [first] = failures
  if (!first) return
  if (!(first.error instanceof UserError)) throw first.error
  const prefix = `${first.remote}: `
  const more = failures.length > 1 ? ` (and ${formatCounted(failures.length - 1, 'other remote')})` : ''
  throw new UserError(
    `${prefix}${first.error.message}${more}`,
    first.error.hint,
    first.error.code ?? exitCode.failure,
  )
}
