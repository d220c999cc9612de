import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { exitCode, UsageError, UserError } from '../../base/errors.ts'
import { enqueue } from '../../ingest/spool.ts'
import { type Context, placeOf } from '../context.ts'
import { runHook } from '../hook.ts'
import { endWithReader } from '../run.ts'

/** When a hook's process must be gone, in milliseconds after its start; what is not done by then stays in the spool. */
const hookDeadlineMs = 900
/** What a process gets that came to its own code late, as many were started at once: its payload must be safe first. */
const leastMs = 800

const usage = `usage: csl record --transcript FILE   records one transcript by hand
       csl record < hook.json         the SessionEnd hook (the README says how to install it)
`

/**
 * The SessionEnd hook: makes the payload on stdin durable first, then works the spool off as far as the time goes.
 * By hand, `--transcript FILE` records one file, says what it found and has real exit codes.
 */
export async function record(context: Context, args: readonly string[]): Promise<void> {
  const options = readOptions(args, !process.stdin.isTTY)
  if (options.transcript !== undefined) {
    endWithReader()
    const { recordByHand } = await import('./record-by-hand.ts')
    await recordByHand(context, options.transcript)
    await syncAfterwards(context, options)
  } else if (options.spooled || !process.stdin.isTTY) {
    await runHook(context, Math.max(hookDeadlineMs, performance.now() + leastMs), async () => {
      if (!options.spooled) enqueue(context.paths.spool, await readStdin())
      const { drainSpool } = await import('../../ingest/drain.ts')
      await drainSpool(await placeOf(context), { deadlineMs: hookDeadlineMs, waitMs: 300 })
      await syncAfterwards(context, options)
    })
    // Nothing is left to wait for, and to take everything down in good order costs 10 ms.
    process.exit()
  } else {
    process.stderr.write(usage)
    process.exitCode = exitCode.usage
  }
}

/** A hook has no time for the network: a process of its own sees to it. */
async function syncAfterwards(context: Context, { noSync }: { noSync: boolean }): Promise<void> {
  if (noSync || !existsSync(context.paths.settingsFile)) return
  const { startBackgroundSync } = await import('../background-sync.ts')
  startBackgroundSync(context)
}

/** As a hook, words we don't know are passed over: a hook never fails, and its payload is never lost. */
function readOptions(
  args: readonly string[],
  isHook: boolean,
): { transcript: string | undefined; spooled: boolean; noSync: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: !isHook || args.some(word => word.startsWith('--transcript')),
      options: {
        transcript: { type: 'string' },
        'no-sync': { type: 'boolean' },
        local: { type: 'boolean' },
        spooled: { type: 'boolean' },
        debug: { type: 'boolean' },
      },
    })
    const transcript = typeof values.transcript === 'string' ? values.transcript : undefined
    return { transcript, spooled: values.spooled === true, noSync: values['no-sync'] === true }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), 'see: csl record --help')
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  const payload = Buffer.concat(chunks).toString('utf8')
  if (payload.trim() === '') throw new UserError('the hook got nothing on stdin')
  return payload
}
