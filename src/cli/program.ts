import { Command, CommanderError, Option } from 'commander'
import { exitCode, UsageError } from '../base/errors.ts'
import { version } from '../base/version.ts'
import type { Context } from './context.ts'

const footer = `
Start with:      csl backfill      then: csl usage
The data folder: claude-session-logger/ in the Claude folder, or where CLAUDE_LOGGER_HOME says.
Exit codes:      0 fine · 1 failed · 2 wrong usage · 70 our bug · 75 database in use · 130 interrupted`

/** For an option that may be given several times. */
function collect(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word]
}

/** All commands and their options at a glance; each is loaded when it is called. */
export async function runProgram(context: Context, args: readonly string[]): Promise<void> {
  const program = new Command('csl')
    .description('A local logbook for AI coding sessions: what was done, how many tokens, what it costs.')
    .version(version, '-V, --version')
    .option('--debug', 'show details when something goes wrong')
    .addHelpText('after', footer)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .configureOutput({ outputError: () => undefined })

  program
    .command('backfill')
    .description('read all transcripts on this machine that are new or have changed')
    .action(async () => {
      await (await import('./commands/backfill.ts')).backfillCommand(context)
    })

  program
    .command('record')
    .description('the SessionEnd hook; or record one transcript by hand')
    .option('--transcript <file>', 'record this transcript and say what was found')
    .option('--no-sync', 'write the local database only; else the remotes are synced afterwards')
    .addOption(new Option('--spooled').hideHelp())
    .action(() => undefined)

  program
    .command('usage')
    .description('tokens and what they cost by the prices of the API')
    .argument('[by]', 'hour day week month session project model type component machine', 'day')
    .option('--since <date>', 'from: today, yesterday, "last week", 7d, 2026-11, 2026-11-20')
    .option('--until <date>', 'up to and with')
    .option(
      '--all',
      'everything; default: day and session 30 days, hour 24 hours, week 12 weeks, else everything',
    )
    .option('--timezone <zone>', 'IANA name; default: the local one')
    .option('--project <text>', 'project name or key contains')
    .option('--model <text>', 'model contains')
    .option('--type <type>', 'session type')
    .option('--machine <label>', 'machine label or id')
    .option(
      '--limit <n>',
      'the n dearest, while the total counts all; 0: all; default: 50 sessions, else all',
    )
    .option('--sync', 'sync with the remotes first')
    .option('--json', 'for programs; fields in docs/schema.md')
    .option('--csv', 'for spreadsheets; fields in docs/schema.md')
    .action(async (by: string, options: object) =>
      (await import('./commands/usage.ts')).usageCommand(context, by, options),
    )

  program
    .command('sessions')
    .description('the sessions, newest first')
    .option('--since <date>', 'still running then or later: today, yesterday, "last week", 7d, 2026-11-20')
    .option('--until <date>', 'begun up to and with')
    .option('--timezone <zone>', 'IANA name; default: the local one')
    .option('--project <text>', 'project name or key contains')
    .option('--model <text>', 'model contains')
    .option('--type <type>', 'session type')
    .option('--machine <label>', 'machine label or id')
    .option('--search <words>', 'title, project, branch, folder or id contain all of them')
    .option('--limit <n>', 'how many; 0: all', '50')
    .option('--json', 'for programs; fields in docs/schema.md')
    .option('--csv', 'for spreadsheets; fields in docs/schema.md')
    .action(async (options: { limit: string }) =>
      (await import('./commands/sessions.ts')).sessionsCommand(context, options),
    )

  program
    .command('session')
    .description('one session in full')
    .argument('<id>', 'its id or the beginning of it')
    .option('--timezone <zone>', 'IANA name; default: the local one')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, options: object) =>
      (await import('./commands/session.ts')).sessionCommand(context, id, options),
    )

  program
    .command('recent')
    .description('the last sessions; as a SessionStart hook with --hook')
    .option('--limit <n>', 'how many', '3')
    .option('--hook', 'print JSON for the hook; silent when there is nothing')
    .action(() => undefined)

  program
    .command('prices')
    .description('which models have a price, and which of yours have none')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: object) => (await import('./commands/prices.ts')).pricesCommand(context, options))

  program
    .command('classify')
    .description('why a session has its type; applies changed rules to all')
    .argument('[id]', 'a session id or the beginning of it')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string | undefined, options: object) =>
      (await import('./commands/classify.ts')).classifyCommand(context, id, options),
    )

  program
    .command('log')
    .description("log an issue, a finding, a task, a decision or a note of this directory's project")
    .requiredOption('--category <category>', 'issue finding task decision note')
    .requiredOption('--title <text>', 'one line')
    .option('--body <text>', 'more; - reads it from stdin')
    .option(
      '--status <status>',
      'open in_progress blocked resolved info; default: open, or info for decision and note',
    )
    .option('--session-id <id>', 'default: the session this runs in, else a guess')
    .option('--tag <word>', 'a tag; may be given several times', collect)
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: { category: string; title: string }) =>
      (await import('./commands/log.ts')).logCommand(context, options),
    )

  program
    .command('resolve')
    .description('give an entry a status; opening it again is the same')
    .option('--id <id>', 'its id or the beginning of it')
    .option('--title-match <words>', 'words that stand in the title of exactly one entry')
    .option('--status <status>', 'open in_progress blocked resolved info', 'resolved')
    .option('--note <text>', 'why, or how; - reads it from stdin')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: { status: string }) =>
      (await import('./commands/resolve.ts')).resolveCommand(context, options),
    )

  program
    .command('note')
    .description('add a note to an entry')
    .argument('<id>', 'its id or the beginning of it')
    .argument('<text...>', 'what to say; - reads it from stdin')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, words: string[], options: object) =>
      (await import('./commands/note.ts')).noteCommand(context, id, words, options),
    )

  program
    .command('edit')
    .description('change what an entry says')
    .argument('<id>', 'its id or the beginning of it')
    .option('--title <text>', 'one line')
    .option('--body <text>', 'the text without its notes, which stay; - reads it from stdin')
    .option('--category <category>', 'issue finding task decision note')
    .option('--tag <word>', 'add a tag; may be given several times', collect)
    .option('--untag <word>', 'take a tag away; may be given several times', collect)
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, options: object) =>
      (await import('./commands/edit.ts')).editCommand(context, id, options),
    )

  program
    .command('delete')
    .description('take an entry out of all lists; csl undelete brings it back')
    .argument('<id>', 'its id or the beginning of it')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, options: object) =>
      (await import('./commands/delete.ts')).deleteCommand(context, id, options),
    )

  program
    .command('undelete')
    .description('bring a deleted entry back')
    .argument('<id>', 'its id or the beginning of it')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, options: object) =>
      (await import('./commands/delete.ts')).undeleteCommand(context, id, options),
    )

  program
    .command('list')
    .description("the entries of this directory's project, those that changed last first")
    .option('--category <category>', 'issue finding task decision note')
    .option('--status <status>', 'open in_progress blocked resolved info')
    .option('--open', 'leave out resolved ones')
    .option('--project <text>', 'of all projects whose name or key contains this')
    .option('--all-projects', 'of all projects; so it is anyway outside of a git repository')
    .option('--by <name>', 'name of who logged it contains')
    .option('--tag <word>', 'with this tag')
    .option('--search <words>', 'title, text, notes, tags, project or names contain all of them')
    .option('--limit <n>', 'how many; 0: all', '50')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: { limit: string }) =>
      (await import('./commands/list.ts')).listCommand(context, options),
    )

  program
    .command('show')
    .description('one entry in full: text, notes, what became of it')
    .argument('[id]', 'its id or the beginning of it')
    .option('--title-match <words>', 'words that stand in the title of exactly one entry')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string | undefined, options: object) =>
      (await import('./commands/show.ts')).showCommand(context, id, options),
    )

  program
    .command('inbox')
    .description('what others changed since you looked here last')
    .option('--count', 'only how many entries; nothing where there are none')
    .option('--hook', 'with --count: print JSON for the hook')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: object) => (await import('./commands/inbox.ts')).inboxCommand(context, options))

  program
    .command('start-context')
    .description('for agents: your open entries of this project and what was decided lately')
    .option('--limit-bytes <n>', 'never more than this', '2000')
    .option('--include-others', 'also what other people wrote, quoted as data')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: { limitBytes: string }) =>
      (await import('./commands/start-context.ts')).startContextCommand(context, options),
    )

  program
    .command('sql')
    .description('run one read-only statement over the tables of docs/schema.md')
    .argument('<statement>', 'a query: SELECT, FROM, WITH, DESCRIBE, SHOW; as a table at most 1000 rows')
    .option('--json', 'for programs, one row a line')
    .option('--csv', 'for spreadsheets')
    .action(async (statement: string, options: object) =>
      (await import('./commands/sql.ts')).sqlCommand(context, statement, options),
    )

  program
    .command('sync')
    .alias('flush')
    .description('exchange with the remotes what each side lacks')
    .argument('[remote]', 'only this one')
    .option('--dry-run', 'show which rows and columns would leave, and send nothing')
    .option('--full', 'look at everything again, not just at what is new')
    .option('--status', 'what waits, and how the last syncs went; asks no remote')
    .option('--json', 'for programs; fields in docs/schema.md')
    .addOption(new Option('--auto').hideHelp())
    .action(async (name: string | undefined, options: object) =>
      (await import('./commands/sync.ts')).syncCommand(context, name, options),
    )

  const remote = program.command('remote').description('the places this machine exchanges rows with')
  remote
    .command('add')
    .description('add a remote; says first who will be able to read what')
    .argument('<name>', 'what to call it')
    .argument('<url>', 'md:DATABASE, pg:DATABASE, or the path of a DuckDB file')
    .option('--share <all|notes>', 'all: everything of mine, for my machines; notes: log entries, for a team')
    .option('--project <key...>', 'only what belongs to these projects; a folder means the one it is in')
    .option('--yes', 'do not ask')
    .action(async (name: string, url: string, options: object) =>
      (await import('./commands/remote.ts')).remoteAddCommand(context, name, url, options),
    )
  remote
    .command('list')
    .description('the remotes and what goes to each')
    .option('--json', 'for programs')
    .action(async (options: object) =>
      (await import('./commands/remote.ts')).remoteListCommand(context, options),
    )
  remote
    .command('remove')
    .description('forget a remote; what is there stays there')
    .argument('<name>')
    .action(async (name: string) => (await import('./commands/remote.ts')).remoteRemoveCommand(context, name))
  remote
    .command('test')
    .description('try a remote: that it can be reached and written, and that its lock holds')
    .argument('<name>')
    .action(async (name: string) => (await import('./commands/remote.ts')).remoteTestCommand(context, name))
  remote
    .command('probe', { hidden: true })
    .argument('<file>')
    .action(async (file: string) => (await import('./commands/remote.ts')).remoteProbeCommand(file))

  program
    .command('machines')
    .description('every machine seen: sessions, tokens, cost, last sync')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: object) =>
      (await import('./commands/machines.ts')).machinesCommand(context, options),
    )

  program
    .command('init')
    .description('make the data folder, the database and the identity of this machine')
    .option('--label <name>', 'how this machine is called')
    .action(async (options: object) => (await import('./commands/init.ts')).initCommand(context, options))

  program
    .command('start', { hidden: true })
    .description('what npm start does: backfill, then usage')
    .option('--demo', 'in a made-up home with invented sessions')
    .action(async (options: object) => (await import('./commands/start.ts')).startCommand(context, options))

  for (const command of [...program.commands, ...remote.commands]) {
    command.option('--local', 'ask nothing of the network')
    command.option('--debug', 'show details when something goes wrong')
  }

  const word = args.find(arg => arg !== '--debug')
  const isCommand = program.commands.some(command => command.name() === word)
  const called = isCommand ? `csl ${word}` : 'csl'

  try {
    if (args.length === 0) program.outputHelp()
    else await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) process.exitCode = exitCode.ok
    else if (error.code === 'commander.help')
      throw new UsageError(`unknown command '${args.at(-1)}'`, 'see: csl --help')
    else throw new UsageError(error.message.replace(/^error: /, ''), `see: ${called} --help`)
  }
}
