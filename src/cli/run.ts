import { cleanText } from '../base/clean-text.ts'
import { errorText, exitCode, systemTrouble, UserError } from '../base/errors.ts'
import { type Context, createContext, type Start } from './context.ts'
import { isOnTerminal } from './on-terminal.ts'

/** A command that must start fast, as hooks call it: it reads its own few options and loads nothing it need not. */
type LightCommand = (context: Context, args: readonly string[]) => Promise<void>

const lightCommands: Readonly<Record<string, () => Promise<LightCommand>>> = {
  record: async () => (await import('./commands/record.ts')).record,
  'session-start': async () => (await import('./commands/session-start.ts')).sessionStart,
  recent: async () => (await import('./commands/recent.ts')).recent,
  complete: async () => (await import('./commands/complete.ts')).complete,
  'inbox --count': async () => (await import('./commands/inbox-count.ts')).inboxCount,
}

/** Of `inbox` only the count is light. */
function lightCommand(words: readonly string[]): (() => Promise<LightCommand>) | undefined {
  const [name = ''] = words
  return lightCommands[name === 'inbox' && words.includes('--count') ? 'inbox --count' : name]
}

/** Options of every command, which people put in front of it, too. */
const everywhere = ['--debug', '--local']

/** Runs a command line and turns what goes wrong into words and an exit code: the one place that does. */
export async function run(args: readonly string[], start: Start): Promise<void> {
  try {
    const context = createContext(start, args.includes('--local'))
    // `csl --debug record` is `csl record --debug`.
    const first = args.findIndex(word => !everywhere.includes(word))
    const words = [...args.slice(Math.max(first, 0)), ...args.slice(0, Math.max(first, 0))]
    if (words[0] === 'as-logger') {
      const { asLogger } = await import('./commands/as-logger.ts')
      asLogger(context, words.slice(1))
      return
    }
    const light = lightCommand(words)
    const plain = words.filter(word => !everywhere.includes(word)).join(' ')
    // Hooks make no stream of stdout: that takes 2 ms.
    if (words[0] !== 'record' && words[0] !== 'session-start') endWithReader()
    if (light && !words.includes('--help') && !words.includes('-h'))
      await (await light())(context, words.slice(1))
    // People wait for screens, too.
    else if ((plain === '' || plain === 'sessions') && isOnTerminal())
      await (await import('./commands/tui.ts')).tuiCommand(
        context,
        plain === '' ? undefined : { screen: plain },
      )
    else await (await import('./program.ts')).runProgram(context, words)
  } catch (error) {
    report(error, args.includes('--debug') || Boolean(start.env.CLAUDE_LOGGER_DEBUG))
  }
}

/** A reader that closes early (`| head`) ends us quietly; a full disk does not. */
export function endWithReader(): void {
  process.stdout.on('error', error => {
    const isClosed = 'code' in error && error.code === 'EPIPE'
    if (!isClosed) process.stderr.write(`csl: cannot write the output: ${error.message}\n`)
    process.exit(isClosed ? exitCode.ok : exitCode.failure)
  })
}

function report(error: unknown, isDebug: boolean): void {
  const trouble = error instanceof UserError ? error : systemTrouble(error)
  if (trouble) {
    process.stderr.write(`csl: ${cleanText(trouble.message)}\n`)
    for (const line of trouble.hint?.split('\n') ?? []) process.stderr.write(`     ${cleanText(line)}\n`)
    if (isDebug && error instanceof Error && error.stack) process.stderr.write(`${error.stack}\n`)
    process.exitCode = trouble.code
    return
  }
  process.stderr.write(`csl: this is a bug: ${cleanText(errorText(error))}\n`)
  if (isDebug && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  else process.stderr.write('     run it again with --debug for details\n')
  process.exitCode = exitCode.bug
}
