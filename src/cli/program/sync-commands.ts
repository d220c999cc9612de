import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { collect } from './collect.ts'

/** Other machines and other people. */
export function addSyncCommands(program: Command, context: Context): void {
  program.commandsGroup('Other machines:')
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
      (await import('../commands/sync.ts')).syncCommand(context, name, options),
    )

  const remote = program.command('remote').description('the places this machine exchanges rows with')
  remote
    .command('add')
    .description('add a remote; says first who will be able to read what')
    .argument('<name>', 'what to call it')
    .argument('<url>', 'md:DATABASE, pg:DATABASE, or the path of a DuckDB file')
    .option('--share <all|notes>', 'all: everything of mine, for my machines; notes: log entries, for a team')
    .option(
      '--project <key>',
      'only what belongs to this project; a folder means the one it is in; may be given several times',
      collect,
    )
    .option('--yes', 'do not ask')
    .action(async (name: string, url: string, options: object) =>
      (await import('../commands/remote.ts')).remoteAddCommand(context, name, url, options),
    )
  remote
    .command('list')
    .description('the remotes and what goes to each')
    .option('--json', 'for programs')
    .action(async (options: object) =>
      (await import('../commands/remote.ts')).remoteListCommand(context, options),
    )
  remote
    .command('remove')
    .description('forget a remote; what is there stays there')
    .argument('<name>')
    .action(async (name: string) =>
      (await import('../commands/remote.ts')).remoteRemoveCommand(context, name),
    )
  remote
    .command('test')
    .description('try a remote: that it can be reached and written, and that its lock holds')
    .argument('<name>')
    .action(async (name: string) => (await import('../commands/remote.ts')).remoteTestCommand(context, name))
  remote
    .command('probe', { hidden: true })
    .argument('<file>')
    .action(async (file: string) => (await import('../commands/remote.ts')).remoteProbeCommand(file))

  const background = program
    .command('background')
    .description('syncs that start by themselves, every 15 minutes')
  background
    .command('status')
    .description('what starts them, whether it is loaded, the last run and the next')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: object) =>
      (await import('../commands/background.ts')).backgroundStatusCommand(context, options),
    )
  background
    .command('run')
    .description('what it does, once, now')
    .addOption(new Option('--scheduled').hideHelp())
    .action(async (options: object) =>
      (await import('../commands/background-run.ts')).backgroundRunCommand(context, options),
    )
  background
    .command('enable')
    .description('have the system start them')
    .argument('[kind]', 'cron systemd launchd; default: what fits this machine')
    .action(async (kind: string | undefined) =>
      (await import('../commands/background.ts')).backgroundEnableCommand(context, kind),
    )
  background
    .command('disable')
    .description('have nothing start them; hooks still do')
    .action(async () => (await import('../commands/background.ts')).backgroundDisableCommand(context))

  program
    .command('machines')
    .description('every machine seen: sessions, tokens, cost, last sync')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: object) =>
      (await import('../commands/machines.ts')).machinesCommand(context, options),
    )
}
