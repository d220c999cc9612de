import { writeSync } from 'node:fs'
import type { Context } from '../context.ts'
import { runHook, withHookStore } from '../hook.ts'
import { inboxBadge } from './inbox-count.ts'

/**
 * When the SessionStart hook must be gone, in milliseconds after its start: a person waits for it. Under a held lock it is gone
 * much sooner, as it does not wait for it; this much is for a machine that is slow to start anything at all.
 */
const hookDeadlineMs = 1000
const shownSessions = 3

/**
 * The SessionStart hook: the last sessions and how many entries others changed, as one `systemMessage`, which the person sees and
 * the model does not. The database is opened once, for reading; with nothing to say, or a lock in the way, it is silent.
 */
export async function sessionStart(context: Context): Promise<void> {
  await runHook(context, hookDeadlineMs, async () => {
    const lines = await newsFor(context).catch(() => [])
    // Written at once: to make a stream of stdout takes 2 ms.
    if (lines.length > 0)
      writeSync(1, `${JSON.stringify({ systemMessage: lines.join('\n'), suppressOutput: true })}\n`)
  })
  // Nothing is left to wait for, and to take everything down in good order costs 10 ms.
  process.exit()
}

async function newsFor(context: Context): Promise<string[]> {
  const loading = Promise.all([
    import('../../features/sessions/recent.ts'),
    import('../../features/entries/inbox-count.ts'),
  ])
  const found = await withHookStore(context, 0, async (db, me) => {
    const [{ recentSessions }, { countInbox }] = await loading
    return {
      sessions: await recentSessions(db, { me, limit: shownSessions }),
      count: await countInbox(db, me),
    }
  })
  if (!found) return []
  const { recentBanner } = await import('../recent-text.ts')
  return [
    ...(found.sessions.length > 0 ? [await recentBanner(found.sessions, context.now())] : []),
    ...(found.count > 0 ? [inboxBadge(found.count)] : []),
  ]
}
