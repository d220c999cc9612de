import type { Command } from 'commander'
import type { Context } from '../context.ts'

/** What keeps the logbook whole. */
export function addCareCommands(program: Command, context: Context): void {
  program.commandsGroup('Looking after it:')
  program
    .command('doctor')
    .description(
      'look at everything, and say what is not as it should be and what to do; 1: there is a problem',
    )
    .option('--fix', 'do what can be done about it; asks before it replaces a damaged database')
    .option('--yes', 'with --fix: do not ask')
    .option('--remote', 'try the remotes, too')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: object) =>
      (await import('../commands/doctor.ts')).doctorCommand(context, options),
    )

  program
    .command('backup')
    .description('copy the database, and all you said and set, into one file; others may write meanwhile')
    .argument('[file]', 'default: a new file in backups/ of the data folder')
    .option('--force', 'replace a file of that name')
    .action(async (file: string | undefined, options: object) =>
      (await import('../commands/backup.ts')).backupCommand(context, file, options),
    )

  program
    .command('restore')
    .description('put the logbook back as a backup has it; the present database is kept aside')
    .argument('<file>', 'what csl backup made')
    .option('--yes', 'do not ask')
    .action(async (file: string, options: object) =>
      (await import('../commands/restore.ts')).restoreCommand(context, file, options),
    )

  program
    .command('compact')
    .description('make the database smaller: a copy of which every row is compared takes its place')
    .action(async () => (await import('../commands/compact.ts')).compactCommand(context))

  program
    .command('export')
    .description('write all tables as JSON lines and CSV')
    .argument('<folder>', 'a new or an empty one')
    .option('--force', 'write into a folder that is not empty')
    .action(async (folder: string, options: object) =>
      (await import('../commands/export.ts')).exportCommand(context, folder, options),
    )

  program
    .command('completion')
    .description('a script that teaches a shell all commands and options')
    .argument('<shell>', 'bash zsh fish')
    .action(async (shell: string) =>
      (await import('../commands/completion.ts')).completionCommand(program, shell),
    )
  program
    .command('complete', { hidden: true })
    .argument('<what>')
    .action(() => undefined)

  const database = program.command('database', { hidden: true })
  database
    .command('inspect')
    .argument('<file>')
    .action(async (file: string) => (await import('../commands/database.ts')).databaseInspectCommand(file))
  database
    .command('salvage')
    .argument('<damaged>')
    .argument('<fresh>')
    .action(async (damaged: string, fresh: string) =>
      (await import('../commands/database.ts')).databaseSalvageCommand(damaged, fresh),
    )
}
