import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { exitCode } from '../../base/errors.ts'
import { shellQuote } from '../../base/shell-quote.ts'
import { writeDemoHome } from '../../ingest/demo.ts'
import { type Context, createContext } from '../context.ts'
import { backfillCommand } from './backfill.ts'
import { usageCommand } from './usage.ts'

/**
 * What `npm start` does: reads this machine's transcripts, then shows the usage. With `--demo` the same in a made-up
 * home in a temporary folder: invented sessions never come near real data.
 */
export async function startCommand(context: Context, options: { demo?: boolean }): Promise<void> {
  const chosen = options.demo ? await demoContext(context) : context
  const found = await backfillCommand(chosen)
  if (found === 0) {
    process.stdout.write('See what it looks like with invented sessions: npm start -- --demo\n')
    return
  }
  if (process.exitCode === exitCode.interrupted) return
  process.stdout.write('\n')
  await usageCommand(chosen, 'day', {})
  if (options.demo) {
    const { home, claudeRoots } = chosen.paths
    process.stdout.write(
      `\nDEMO: invented sessions, nothing of yours. Look around, then delete ${path.dirname(home)}:\n` +
        `  export CLAUDE_CONFIG_DIR=${shellQuote(claudeRoots[0] ?? '')} CLAUDE_LOGGER_HOME=${shellQuote(home)}\n` +
        `  node ${shellQuote(chosen.mainFile)} sessions\n`,
    )
  }
}

async function demoContext(context: Context): Promise<Context> {
  const folder = await mkdtemp(path.join(tmpdir(), 'csl-demo-'))
  const claude = path.join(folder, 'claude')
  await writeDemoHome(claude, { nowMs: context.now() })
  process.stdout.write('DEMO: a made-up home with invented sessions\n')
  const env = {
    ...context.env,
    CLAUDE_CONFIG_DIR: claude,
    CLAUDE_LOGGER_HOME: path.join(folder, 'data'),
    CLAUDE_LOGGER_USER: 'Demo Person',
    CLAUDE_LOGGER_MACHINE_LABEL: 'demo',
  }
  return createContext({ ...context, env }, true)
}
