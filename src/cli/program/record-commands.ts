import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { collect } from './collect.ts'

/** What reads transcripts, and what shows them. */
export function addRecordCommands(program: Command, context: Context): void {
  program.commandsGroup('Sessions and usage:')
  program
    .command('backfill')
    .description('read all transcripts on this machine that are new or have changed')
    .action(async () => {
      await (await import('../commands/backfill.ts')).backfillCommand(context)
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
      (await import('../commands/usage.ts')).usageCommand(context, by, options),
    )

  program
    .command('sessions')
    .description('the sessions, newest first; on a terminal, without options, to browse and resume')
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
      (await import('../commands/sessions.ts')).sessionsCommand(context, options),
    )

  program
    .command('resume')
    .description('continue a session in its own folder: claude --resume')
    .argument('<id>', 'its id or the beginning of it')
    .action(async (id: string) => (await import('../commands/resume.ts')).resumeCommand(context, id))

  program
    .command('session')
    .description('one session in full; or star, tag, name, delete it, which only you see')
    .argument('<id>', 'its id or the beginning of it')
    .option('--star', 'star it')
    .option('--unstar', 'take the star away')
    .option('--tag <word>', 'add a tag; may be given several times', collect)
    .option('--untag <word>', 'take a tag away; may be given several times', collect)
    .option('--name <text>', 'call it so in place of its title; "" gives the title back')
    .option('--delete', 'take it out of all lists; totals keep it, and the transcript stays')
    .option('--with-transcript', 'with --delete: its transcript, too, once it is recorded; for good')
    .option('--yes', 'do not ask')
    .option('--undelete', 'bring it back')
    .option('--timezone <zone>', 'IANA name; default: the local one')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, options: object) =>
      (await import('../commands/session.ts')).sessionCommand(context, id, options),
    )

  program
    .command('view')
    .description('the transcript of a session: to read on a terminal, else as Markdown')
    .argument('<id>', 'its id or the beginning of it')
    .option('--agent <id>', 'of one of its subagents')
    .option('--md', 'Markdown, whole; so it is anyway where there is no terminal')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, options: object) =>
      (await import('../commands/view.ts')).viewCommand(context, id, options),
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
    .action(async (options: object) =>
      (await import('../commands/prices.ts')).pricesCommand(context, options),
    )

  program
    .command('classify')
    .description('why a session has its type; applies changed rules to all')
    .argument('[id]', 'a session id or the beginning of it')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string | undefined, options: object) =>
      (await import('../commands/classify.ts')).classifyCommand(context, id, options),
    )

  program
    .command('sql')
    .description('run one read-only statement over the tables of docs/schema.md')
    .argument('<statement>', 'a query: SELECT, FROM, WITH, DESCRIBE, SHOW; as a table at most 1000 rows')
    .option('--json', 'for programs, one row a line')
    .option('--csv', 'for spreadsheets')
    .action(async (statement: string, options: object) =>
      (await import('../commands/sql.ts')).sqlCommand(context, statement, options),
    )

  program
    .command('init')
    .description('make the data folder, the database and the identity of this machine')
    .option('--label <name>', 'how this machine is called')
    .action(async (options: object) => (await import('../commands/init.ts')).initCommand(context, options))

  program
    .command('session-start', { hidden: true })
    .description('the SessionStart hook: prints JSON with the last sessions and the inbox')
    .action(() => undefined)

  program
    .command('catch-up', { hidden: true })
    .description('what the SessionStart hook leaves behind it: records sessions that no hook announced')
    .action(async () => (await import('../commands/catch-up.ts')).catchUpCommand(context))

  program
    .command('start', { hidden: true })
    .description('what npm start does: backfill, then usage')
    .option('--demo', 'in a made-up home with invented sessions')
    .action(async (options: object) => (await import('../commands/start.ts')).startCommand(context, options))
}
