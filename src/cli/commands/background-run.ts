import { errorText, exitCode, UserError } from '../../base/errors.ts'
import { writeLastRun } from '../../setup/background/last-run.ts'
import type { Context } from '../context.ts'
import { summaryText } from '../sync/sync-text.ts'
import { syncCommand, syncUnattended } from './sync.ts'

/**
 * What the background sync does: records what hooks left behind, then exchanges with the remotes. By hand it says how that went
 * and knows no pauses. Started by the system (`scheduled`) it keeps to the pauses after failures, prints nothing, and notes
 * how it went; remotes that cannot be reached are no failure of the job.
 */
export async function backgroundRunCommand(
  context: Context,
  { scheduled = false }: { scheduled?: boolean },
): Promise<void> {
  if (!scheduled) {
    await syncCommand(context, undefined, {})
    return
  }
  const file = context.paths.backgroundRun
  const time = () => new Date(context.now()).toISOString()
  const startedAt = time()
  await writeLastRun(file, { startedAt, endedAt: null, ok: false, result: 'did not end' })
  try {
    const outcomes = await syncUnattended(context)
    const ok = outcomes.every(({ error, waitsUntil }) => error === null && waitsUntil === null)
    await writeLastRun(file, { startedAt, endedAt: time(), ok, result: summaryText(outcomes) })
  } catch (error) {
    await writeLastRun(file, { startedAt, endedAt: time(), ok: false, result: errorText(error) })
    // Nobody reads what a job of the system prints; it stands in sync.log.
    process.exitCode = error instanceof UserError ? error.code : exitCode.bug
  }
}
