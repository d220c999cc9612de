import { type Command, CommanderError } from 'commander'
import { exitCode, UserError } from '../../base/errors.ts'
import { readSettings } from '../../base/settings.ts'
import { usageKinds } from '../../features/usage/summary.ts'
import { loggerWords } from '../../setup/logger-command/script.ts'
import type { Context } from '../context.ts'
import { createProgram } from '../program.ts'

/** Says by its exit code whether a command line of the short command `logger` is ours; carries nothing out. */
export function asLogger(context: Context, args: readonly string[]): void {
  process.exitCode = isOurs(context, args) ? exitCode.ok : exitCode.failure
}

/**
 * Whether all words are understood, the free ones too: `sync failed` is a message, unless there is a remote of that name, and so is
 * `resolve everything`. Reads at most our settings.
 */
function isOurs(context: Context, args: readonly string[]): boolean {
  if (!loggerWords.some(word => word === args[0])) return false
  const quiet = () => undefined
  const program = createProgram(context, { writeOut: quiet, writeErr: quiet })
  let areUnderstood = false
  for (const command of program.commands)
    command.action(() => {
      areUnderstood = understands(context, command)
    })
  try {
    program.parse([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help was asked for.
    return error.exitCode === 0
  }
  return areUnderstood
}

function understands(context: Context, command: Command): boolean {
  const { id, titleMatch } = command.opts<{ id?: string; titleMatch?: string }>()
  return command.registeredArguments.every((argument, i) => {
    const word: unknown = command.processedArgs[i]
    switch (argument.name()) {
      case 'id':
        return word === undefined ? (id ?? titleMatch) !== undefined : isId(word)
      case 'text':
        return true
      case 'by':
        return usageKinds.some(kind => kind === word)
      case 'remote':
        return word === undefined || remoteNames(context).some(name => name === word)
      default:
        return false
    }
  })
}

/** As they are shown, and longer: words of English are not. */
function isId(word: unknown): boolean {
  return typeof word === 'string' && /^[0-9a-f]{8}[0-9a-f-]{0,28}$/i.test(word)
}

function remoteNames({ paths }: Context): string[] {
  try {
    return readSettings(paths.settingsFile).remotes.map(({ name }) => name)
  } catch (error) {
    if (error instanceof UserError) return []
    throw error
  }
}
