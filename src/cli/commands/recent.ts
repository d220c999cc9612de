import { parseArgs } from 'node:util'
import { UsageError } from '../../base/errors.ts'
import type { RecentSession } from '../../features/sessions/recent.ts'
import type { Context } from '../context.ts'
import { runHook, withHookStore } from '../hook.ts'

/**
 * When a SessionStart hook must be gone, in milliseconds after its start: a person waits for it. Under a held lock it is
 * gone much sooner, as it does not wait for it; this much is for a machine that is slow to start anything at all.
 */
const hookDeadlineMs = 1000
const lockWaitMs = 2000
const defaultLimit = 3

/**
 * The last sessions of this person. As a SessionStart hook (`--hook`) it prints JSON with a `systemMessage`: plain
 * stdout would go into the model's context. It reads only, and with nothing to say, or a lock in the way, it is silent.
 */
export async function recent(context: Context, args: readonly string[]): Promise<void> {
  const { limit, isHook } = readOptions(args)
  if (isHook) {
    await runHook(context, hookDeadlineMs, async () => {
      const sessions = await readRecent(context, limit, 0).catch(() => [])
      if (sessions.length === 0) return
      const { recentBanner } = await import('../recent-text.ts')
      const systemMessage = await recentBanner(sessions, context.now())
      process.stdout.write(`${JSON.stringify({ systemMessage, suppressOutput: true })}\n`)
    })
    return
  }
  const sessions = await readRecent(context, limit, lockWaitMs)
  const { recentLines } = await import('../recent-text.ts')
  process.stdout.write(
    sessions.length === 0
      ? 'no sessions yet; run: csl backfill\n'
      : `${await recentLines(sessions, context.now())}\n`,
  )
}

async function readRecent(context: Context, limit: number, waitMs: number): Promise<RecentSession[]> {
  const loading = import('../../features/sessions/recent.ts')
  const sessions = await withHookStore(context, waitMs, async (db, me) =>
    (await loading).recentSessions(db, { me, limit }),
  )
  return sessions ?? []
}

/** As a hook, words we don't know are passed over: a hook never fails. */
function readOptions(args: readonly string[]): { limit: number; isHook: boolean } {
  const hint = 'usage: csl recent [--limit 3] [--hook]'
  const isHook = args.includes('--hook')
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: !isHook,
      options: { limit: { type: 'string' }, hook: { type: 'boolean' }, debug: { type: 'boolean' } },
    })
    const limit = Number(String(values.limit ?? defaultLimit))
    const isLimit = Number.isInteger(limit) && limit >= 1 && limit <= 100
    if (!isLimit && !isHook) throw new UsageError('--limit is 1 to 100', hint)
    return { limit: isLimit ? limit : defaultLimit, isHook }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(error instanceof Error ? error.message : String(error), hint)
  }
}
