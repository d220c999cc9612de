import { type HookEvent, hookCommands, type Installed, mentionsUs, runsOlderTool } from './hook-command.ts'
import { type HookEntry, hookEntries, textOf } from './hook-entries.ts'
import {
  commaBetween,
  endOf,
  itemsOf,
  keyOf,
  membersNamed,
  memberValue,
  parseSettings,
  placeOf,
  type SettingsText,
} from './settings-text.ts'

/** What a settings file says of hooks. */
export interface HooksFound {
  readonly events: Readonly<
    Record<
      HookEvent,
      {
        /** `other`: ours are there, but not as this version writes them, or more than one. */
        readonly state: 'right' | 'missing' | 'other'
        readonly commands: readonly string[]
      }
    >
  >
  /** Command lines of the older Python tool. */
  readonly olderTool: readonly string[]
  /** Command lines that call us or the older tool and do something else besides: they are left alone. */
  readonly mixed: readonly string[]
  /** How many hooks others have. */
  readonly others: number
  /** `disableAllHooks`: none of them runs. */
  readonly isDisabled: boolean
  /**
   * Why Claude Code may not read the file: `line 3, column 1: a comment`. Seen with 2.1.329: a comment or a comma behind the
   * last value, and nothing in the file is in effect; it says so itself.
   */
  readonly notJson: string | undefined
}

/** Reads what a settings file says of hooks; undefined: there is none. Throws a UserError for what can't be understood. */
export function inspectHooks(text: string | undefined, installed: Installed, name: string): HooksFound {
  const settings = parseSettings(text ?? '', name)
  const entries = hookEntries(settings, installed)
  const commands = hookCommands(installed)
  const stateOf = (event: HookEvent): HooksFound['events'][HookEvent] => {
    const ours = entries.filter(entry => entry.owner === 'ours' && entry.event === event)
    const isRight = ours.length === 1 && ours.every(entry => isAsWritten(entry, commands[event]))
    return {
      state: isRight ? 'right' : ours.length > 0 ? 'other' : 'missing',
      commands: ours.map(({ command }) => command),
    }
  }
  const othersEntries = entries.filter(({ owner }) => owner === 'others')
  const isMixed = (entry: HookEntry) =>
    mentionsUs(entry, installed) || runsOlderTool([entry.command, ...(entry.args ?? [])].join(' '))
  return {
    events: { SessionStart: stateOf('SessionStart'), SessionEnd: stateOf('SessionEnd') },
    olderTool: entries.filter(({ owner }) => owner === 'older tool').map(({ command }) => command),
    mixed: othersEntries.filter(isMixed).map(({ command }) => command),
    others: othersEntries.length,
    isDisabled: memberValue(membersNamed(settings.root, 'disableAllHooks').at(-1))?.value === true,
    notJson: notJsonIn(settings),
  }
}

/** Below this a hook would be cut short; a person may give it more. */
const leastTimeoutSeconds = 5

function isAsWritten(
  { entry, group, eventMember, hooksMember, command, args }: HookEntry,
  wanted: string,
): boolean {
  const keys = itemsOf(entry).map(keyOf).sort().join(' ')
  const timeout = Number(memberValue(membersNamed(entry, 'timeout')[0])?.value)
  const matcher = textOf(group, 'matcher') ?? ''
  // What is read of doubled keys is the last.
  const isRead = [eventMember, hooksMember].every(
    member => membersNamed(member.parent, keyOf(member)).at(-1) === member,
  )
  return (
    isRead &&
    command === wanted &&
    args === undefined &&
    keys === 'command timeout type' &&
    textOf(entry, 'type') === 'command' &&
    timeout >= leastTimeoutSeconds &&
    (matcher === '' || matcher === '*')
  )
}

function notJsonIn(settings: SettingsText): string | undefined {
  const { text, comments, root } = settings
  const [comment] = comments
  if (comment) return `${placeOf(text, comment.from)}: a comment`
  const waiting = root ? [root] : []
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const items = itemsOf(node)
    const last = items.at(-1)
    const isList = node.type === 'array' || node.type === 'object'
    const comma = isList && last ? commaBetween(settings, endOf(last), endOf(node)) : undefined
    if (comma) return `${placeOf(text, comma.from)}: a comma behind the last value`
    waiting.push(...items)
  }
  return undefined
}
