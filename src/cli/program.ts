import { Command, CommanderError, type OutputConfiguration } from 'commander'
import { exitCode, UsageError } from '../base/errors.ts'
import { duckdbVersion, version } from '../base/version.ts'
import type { Context } from './context.ts'
import { addCareCommands } from './program/care-commands.ts'
import { examplesText } from './program/examples.ts'
import { addNoteCommands } from './program/note-commands.ts'
import { addRecordCommands } from './program/record-commands.ts'
import { addSetupCommands } from './program/setup-commands.ts'
import { addSyncCommands } from './program/sync-commands.ts'

const footer = `
Start with:      csl setup         then: csl, which opens the sessions on a terminal, or: csl usage
The data folder: claude-session-logger/ in the Claude folder, or where CLAUDE_LOGGER_HOME says.
Exit codes:      0 fine · 1 failed · 2 wrong usage · 70 our bug · 75 database in use · 130 interrupted`

/** The commands and their options, which are in program/; each is loaded when it is called. `output`: where help goes. */
export function createProgram(context: Context, output: OutputConfiguration = {}): Command {
  const program = new Command('csl')
    .description('A local logbook for AI coding sessions: what was done, how many tokens, what it costs.')
    .version(`${version} (DuckDB ${duckdbVersion})`, '-V, --version')
    .option('--debug', 'show details when something goes wrong')
    .addHelpText('after', footer)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .configureOutput({ outputError: () => undefined, ...output })

  addRecordCommands(program, context)
  addNoteCommands(program, context)
  addSyncCommands(program, context)
  addSetupCommands(program, context)
  addCareCommands(program, context)

  for (const command of program.commands.flatMap(command => [command, ...command.commands])) {
    command.option('--local', 'ask nothing of the network')
    command.option('--debug', 'show details when something goes wrong')
    command.addHelpText('after', examplesText(nameOf(command)))
  }
  return program
}

/** Carries a command line out. */
export async function runProgram(context: Context, args: readonly string[]): Promise<void> {
  const program = createProgram(context)
  const called = calledCommand(program, args)
  const words = withHelpBehind(program, args)

  try {
    // Without a command, where there is nobody to see screens: the sessions as a plain list.
    const hasCommand = args.some(arg => arg !== '--debug' && arg !== '--local')
    await program.parseAsync(hasCommand ? words : ['sessions', ...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) process.exitCode = exitCode.ok
    else if (error.code === 'commander.help') process.exitCode = exitCode.usage
    else throw new UsageError(error.message.replace(/^error: /, ''), `see: ${called} --help`)
  }
}

/** `csl help remote add` is `csl remote add --help`; by itself commander looks at the first word only. */
function withHelpBehind(program: Command, args: readonly string[]): string[] {
  const [first, ...names] = args
  const isPath = names.length > 1 && calledCommand(program, names) === ['csl', ...names].join(' ')
  return first === 'help' && isPath ? [...names, '--help'] : [...args]
}

/** `remote add`: a command as people name it, without the program. */
function nameOf(command: Command): string {
  const parent = command.parent
  return parent?.parent ? `${parent.name()} ${command.name()}` : command.name()
}

/** `csl remote add`: the command whose help is of use. */
function calledCommand(program: Command, args: readonly string[]): string {
  const names = [program.name()]
  let command: Command | undefined = program
  for (const word of args) {
    command = command?.commands.find(candidate => [candidate.name(), ...candidate.aliases()].includes(word))
    if (!command) break
    names.push(command.name())
  }
  return names.join(' ')
}
