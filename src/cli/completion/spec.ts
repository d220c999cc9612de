import type { Command } from 'commander'
import { categories, statuses } from '../../features/entries/entry.ts'
import { usageKinds } from '../../features/usage/summary.ts'
import { backgroundKinds } from '../../setup/choices.ts'

/** The shells that there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** What is asked of the program itself when somebody presses Tab: `csl complete WHAT`. */
export const askable = ['sessions', 'entries', 'remotes'] as const

/** What a word can be. */
export type Source =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'asked'; readonly what: (typeof askable)[number] }
  | { readonly kind: 'files' | 'folders' }
  /** Text that nobody can guess. */
  | { readonly kind: 'any' }

export interface OptionSpec {
  readonly flags: readonly string[]
  readonly description: string
  /** What stands behind it; null: nothing. */
  readonly value: Source | null
}

/** A command as a shell must know it. */
export interface CommandSpec {
  /** Words from the program on: `[]` is the program itself, `['remote', 'add']`. */
  readonly path: readonly string[]
  readonly description: string
  readonly options: readonly OptionSpec[]
  /** What its free words are; null: there are none. */
  readonly argument: Source | null
  /** Names and other names of its commands. */
  readonly commands: readonly { readonly names: readonly string[]; readonly description: string }[]
}

const words = (...list: readonly string[]): Source => ({ kind: 'words', words: list })
const asked = (what: (typeof askable)[number]): Source => ({ kind: 'asked', what })

/** By the long name of the option. */
const values: Readonly<Record<string, Source>> = {
  '--category': words(...categories),
  '--status': words(...statuses),
  '--share': words('all', 'notes'),
  '--background': words(...backgroundKinds),
  '--command': words('logger'),
  '--transcript': { kind: 'files' },
  '--session-id': asked('sessions'),
  '--id': asked('entries'),
}

/** By the command's words. */
const free: Readonly<Record<string, Source>> = {
  usage: words(...usageKinds),
  session: asked('sessions'),
  resume: asked('sessions'),
  view: asked('sessions'),
  classify: asked('sessions'),
  resolve: asked('entries'),
  note: asked('entries'),
  edit: asked('entries'),
  delete: asked('entries'),
  undelete: asked('entries'),
  show: asked('entries'),
  sync: asked('remotes'),
  'remote remove': asked('remotes'),
  'remote test': asked('remotes'),
  'background enable': words(...backgroundKinds.filter(kind => kind !== 'none')),
  backup: { kind: 'files' },
  restore: { kind: 'files' },
  export: { kind: 'folders' },
  completion: words(...shells),
}

/** All commands that help shows, the program first. */
export function readSpecs(program: Command): CommandSpec[] {
  const names = program
    .createHelp()
    .visibleCommands(program)
    .map(command => command.name())
  return specsOf(program, []).map(spec =>
    spec.path.join(' ') === 'help' ? { ...spec, argument: words(...names) } : spec,
  )
}

function specsOf(command: Command, path: readonly string[]): CommandSpec[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const options = help.visibleOptions(command).map(option => ({
    flags: [option.short, option.long].filter(flag => typeof flag === 'string'),
    description: option.description,
    value:
      option.required || option.optional ? (values[option.long ?? ''] ?? { kind: 'any' as const }) : null,
  }))
  const key = path.join(' ')
  const own: CommandSpec = {
    path,
    description: command.description(),
    options,
    argument: free[key] ?? argumentOf(command),
    commands: commands.map(child => ({
      names: [child.name(), ...child.aliases()],
      description: child.description(),
    })),
  }
  return [
    own,
    ...commands.flatMap(child =>
      [child.name(), ...child.aliases()].flatMap(name => specsOf(child, [...path, name])),
    ),
  ]
}

function argumentOf(command: Command): Source | null {
  return command.registeredArguments.length > 0 ? { kind: 'any' } : null
}
