import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { collect } from './collect.ts'

/** What is said of a project, by whomever. */
export function addNoteCommands(program: Command, context: Context): void {
  program.commandsGroup('Notes:')
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
      (await import('../commands/log.ts')).logCommand(context, options),
    )

  program
    .command('resolve')
    .description('give an entry a status; opening it again is the same')
    .argument('[id]', 'its id or the beginning of it')
    .option('--id <id>', 'the same, for scripts')
    .option('--title-match <words>', 'words that stand in the title of exactly one entry')
    .option('--status <status>', 'open in_progress blocked resolved info', 'resolved')
    .option('--note <text>', 'why, or how; - reads it from stdin')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string | undefined, options: { id?: string; status: string }) =>
      (await import('../commands/resolve.ts')).resolveCommand(context, { ...options, id: options.id ?? id }),
    )

  program
    .command('note')
    .description('add a note to an entry')
    .argument('<id>', 'its id or the beginning of it')
    .argument('<text...>', 'what to say; - reads it from stdin')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, words: string[], options: object) =>
      (await import('../commands/note.ts')).noteCommand(context, id, words, options),
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
      (await import('../commands/edit.ts')).editCommand(context, id, options),
    )

  program
    .command('delete')
    .description('take an entry out of all lists; csl undelete brings it back')
    .argument('<id>', 'its id or the beginning of it')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, options: object) =>
      (await import('../commands/delete.ts')).deleteCommand(context, id, options),
    )

  program
    .command('undelete')
    .description('bring a deleted entry back')
    .argument('<id>', 'its id or the beginning of it')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string, options: object) =>
      (await import('../commands/delete.ts')).undeleteCommand(context, id, options),
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
    .option('--mine', 'what you logged, on any machine of yours')
    .option('--tag <word>', 'with this tag')
    .option('--search <words>', 'title, text, notes, tags, project or names contain all of them')
    .option('--limit <n>', 'how many; 0: all', '50')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: { limit: string }) =>
      (await import('../commands/list.ts')).listCommand(context, options),
    )

  program
    .command('show')
    .description('one entry in full: text, notes, what became of it')
    .argument('[id]', 'its id or the beginning of it')
    .option('--title-match <words>', 'words that stand in the title of exactly one entry')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (id: string | undefined, options: object) =>
      (await import('../commands/show.ts')).showCommand(context, id, options),
    )

  program
    .command('inbox')
    .description('what others changed since you looked here last')
    .option('--count', 'only how many entries; nothing where there are none')
    .option('--hook', 'with --count: print JSON for the hook')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: object) => (await import('../commands/inbox.ts')).inboxCommand(context, options))

  program
    .command('start-context')
    .description('for agents: your open entries of this project and what was decided lately')
    .option('--limit-bytes <n>', 'never more than this', '2000')
    .option('--include-others', 'also what other people wrote, quoted as data')
    .option('--json', 'for programs; fields in docs/schema.md')
    .action(async (options: { limitBytes: string }) =>
      (await import('../commands/start-context.ts')).startContextCommand(context, options),
    )
}
