import { parseArgs } from 'node:util'
import { errorText, UsageError } from '../../base/errors.ts'
import type { Context } from '../context.ts'
import { runHook, withHookStore } from '../hook.ts'

/** When a hook must be gone, in milliseconds after its start: a person waits for it. */
const hookDeadlineMs = 1000
const lockWaitMs = 2000

/**
 * `csl inbox --count`: how many entries others changed, or nothing. Never what they wrote: other people's text does not
 * enter an agent's context by itself. Reads what is here, without the network; as a hook it is silent where it can't.
 */
export async function inboxCount(context: Context, args: readonly string[]): Promise<void> {
  const { isHook, isJson } = readOptions(args)
  if (isHook) {
    await runHook(context, hookDeadlineMs, async () => {
      const count = await readCount(context, 0).catch(() => 0)
      if (count > 0)
        process.stdout.write(
          `${JSON.stringify({ systemMessage: inboxBadge(count), suppressOutput: true })}\n`,
        )
    })
    return
  }
  const count = await readCount(context, lockWaitMs)
  if (isJson) process.stdout.write(`${JSON.stringify({ count })}\n`)
  else if (count > 0) process.stdout.write(`${inboxBadge(count)}\n`)
}

/** How many, never what: other people's text does not enter an agent's context by itself. */
export function inboxBadge(count: number): string {
  return `📬 ${count} shared issue update(s) — run: csl inbox`
}

async function readCount(context: Context, waitMs: number): Promise<number> {
  const loading = import('../../features/entries/inbox-count.ts')
  const count = await withHookStore(context, waitMs, async (db, me) => (await loading).countInbox(db, me))
  return count ?? 0
}

function readOptions(args: readonly string[]): { isHook: boolean; isJson: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        count: { type: 'boolean' },
        hook: { type: 'boolean' },
        json: { type: 'boolean' },
        local: { type: 'boolean' },
        debug: { type: 'boolean' },
      },
    })
    return { isHook: values.hook === true, isJson: values.json === true }
  } catch (error) {
    throw new UsageError(errorText(error), 'usage: csl inbox --count [--hook | --json]')
  }
}
