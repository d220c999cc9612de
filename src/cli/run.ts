import { errorText, exitCode, UserError } from '../base/errors.ts'
import { writeLog } from '../base/log-file.ts'
import { type Context, createContext, type Start } from './context.ts'

/** A command that must start fast, as hooks call it: it reads its own few options and loads nothing it need not. */
type LightCommand = (context: Context, args: readonly string[]) => Promise<void>

const lightCommands: Readonly<Record<string, () => Promise<LightCommand>>> = {
  record: async () => (await import('./commands/record.ts')).record,
  recent: async () => (await import('./commands/recent.ts')).recent,
}

/** Runs a command line and turns what goes wrong into words and an exit code: the one place that does. */
export async function run(args: readonly string[], start: Start): Promise<void> {
  try {
    const context = createContext(start)
    const light = lightCommands[args[0] ?? '']
    // A hook that records prints nothing, and to make stdout takes 2 ms.
    if (args[0] !== 'record') endWithReader()
    if (light && !args.includes('--help') && !args.includes('-h'))
      await (await light())(context, args.slice(1))
    else await (await import('./program.ts')).runProgram(context, args)
  } catch (error) {
    report(error, args.includes('--debug') || Boolean(start.env.CLAUDE_LOGGER_DEBUG))
  }
}

/** A reader that closes early (`| head`) ends us quietly. */
export function endWithReader(): void {
  process.stdout.on('error', error => {
    if ('code' in error && error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

function report(error: unknown, isDebug: boolean): void {
  if (error instanceof UserError) {
    process.stderr.write(`csl: ${error.message}\n`)
    if (error.hint !== undefined) process.stderr.write(`     ${error.hint}\n`)
    if (isDebug && error.stack) process.stderr.write(`${error.stack}\n`)
    process.exitCode = error.code
    return
  }
  process.stderr.write(`csl: this is a bug: ${errorText(error)}\n`)
  if (isDebug && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  else process.stderr.write('     run it again with --debug for details\n')
  process.exitCode = exitCode.bug
}

/**
 * Runs a hook's work. A hook never breaks the person's session: nothing on stdout, errors to sync.log, exit code 0,
 * and the process is gone at the deadline whatever lock, file or disk do.
 */
export async function runHook(
  context: Context,
  deadlineMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const timer = setTimeout(() => process.exit(0), Math.max(0, deadlineMs - performance.now()))
  try {
    await work()
  } catch (error) {
    writeLog(context.paths.logFile, 'hook', errorText(error))
  } finally {
    clearTimeout(timer)
    process.exitCode = exitCode.ok
  }
}
