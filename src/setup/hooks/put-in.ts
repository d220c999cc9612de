import type { Made } from './entry-form.ts'
import { arrayOf, objectOf } from './hook-entries.ts'
import {
  commaBetween,
  endOf,
  endOfPrevious,
  itemsOf,
  membersNamed,
  memberValue,
  type Node,
  notReadable,
  type SettingsText,
} from './settings-text.ts'

/** What comes into a text, before what stands at the offset now. */
interface Insertion {
  readonly at: number
  readonly text: string
}

/** How an event's group is written, given what is made for it. */
export type GroupWriter<Event extends string> = (event: Event, made: Made) => string

/** The whole of a settings file that holds our hooks alone. */
export function newSettings<Event extends string>(
  events: readonly Event[],
  write: GroupWriter<Event>,
): string {
  return `{\n  ${hooksMemberText(events, write, 'file', { eol: '\n', indent: '  ', unit: '  ' })}\n}\n`
}

/**
 * Puts a group for each event at the end of its list. Lists and objects that are missing are made, and come last in
 * what they stand in. Everything else stays, to the byte. Throws a UserError where something has another form.
 */
export function putIn<Event extends string>(
  settings: SettingsText,
  name: string,
  events: readonly Event[],
  write: GroupWriter<Event>,
): string {
  const { text, root } = settings
  if (!root) return putIntoNothing(text, events, write)
  const hooksMember = membersNamed(root, 'hooks').at(-1)
  if (!hooksMember) return inserted(text, hooksIntoRoot(settings, root, events, write))
  const hooks = objectOf(memberValue(hooksMember))
  if (!hooks) throw notReadable(text, name, hooksMember.offset, '"hooks" is no object')
  const insertions: Insertion[] = []
  const missing: Event[] = []
  for (const event of events) {
    const member = membersNamed(hooks, event).at(-1)
    const list = arrayOf(memberValue(member))
    if (member && !list) throw notReadable(text, name, member.offset, `"${event}" is no list`)
    if (list) insertions.push(...intoContainer(settings, list, [write(event, 'group')]))
    else missing.push(event)
  }
  if (missing.length > 0) {
    const members = missing.map(event => eventMemberText(event, write, 'event'))
    insertions.push(...intoContainer(settings, hooks, members))
  }
  return inserted(text, insertions)
}

interface Style {
  readonly eol: string
  readonly indent: string
  readonly unit: string
}

function putIntoNothing<Event extends string>(
  text: string,
  events: readonly Event[],
  write: GroupWriter<Event>,
): string {
  const eol = lineEndOf(text)
  const member = hooksMemberText(events, write, 'braces', { eol, indent: '  ', unit: '  ' })
  const at = text.startsWith('\ufeff') ? 1 : 0
  return inserted(text, [{ at, text: `{${eol}  ${member}${eol}}${eol}` }])
}

function hooksIntoRoot<Event extends string>(
  settings: SettingsText,
  root: Node,
  events: readonly Event[],
  write: GroupWriter<Event>,
): Insertion[] {
  const { text } = settings
  const [eol, unit] = [lineEndOf(text), unitOf(settings)]
  const isOnLines = hasLastLine(text, root)
  const indent = isOnLines ? indentIn(settings, root) : unit
  const member = hooksMemberText(events, write, isOnLines ? 'hooks' : 'hooks and line', { eol, indent, unit })
  return intoContainer(settings, root, [member], {
    lead: `${eol}${indent}`,
    tail: isOnLines ? '' : eol,
  })
}

function hooksMemberText<Event extends string>(
  events: readonly Event[],
  write: GroupWriter<Event>,
  made: Made,
  { eol, indent, unit }: Style,
): string {
  const members = events.map(event => `${eol}${indent}${unit}${eventMemberText(event, write, made)}`)
  return `"hooks": {${members.join(',')}${eol}${indent}}`
}

function eventMemberText<Event extends string>(event: Event, write: GroupWriter<Event>, made: Made): string {
  return `"${event}": [${write(event, made)}]`
}

/** Items at the end of a container, as its last ones are written: on lines of their own or on one, with a last comma or without. */
function intoContainer(
  settings: SettingsText,
  container: Node,
  items: readonly string[],
  given?: { lead: string; tail: string },
): Insertion[] {
  const { text } = settings
  const last = itemsOf(container).at(-1)
  const lastComma = last && commaBetween(settings, endOf(last), endOf(container))
  const at = endOfPrevious(text, endOf(container) - 1)
  const isBare = at === container.offset + 1
  const lead =
    given?.lead ?? (hasLastLine(text, container) ? `${lineEndOf(text)}${indentIn(settings, container)}` : ' ')
  const pieces = items.map((item, i) => `${isBare && i === 0 && lead === ' ' ? '' : lead}${item}`)
  const insertion = { at, text: `${pieces.join(',')}${lastComma ? ',' : ''}${given?.tail ?? ''}` }
  return last && !lastComma ? [{ at: endOf(last), text: ',' }, insertion] : [insertion]
}

/** Whether the last bracket stands on a line of its own. */
function hasLastLine(text: string, container: Node): boolean {
  const end = endOf(container) - 1
  return /[\r\n]/.test(text.slice(endOfPrevious(text, end), end))
}

/** How far the items of a container are indented. */
function indentIn(settings: SettingsText, container: Node): string {
  const { text } = settings
  const last = itemsOf(container).at(-1)
  const own = last && /[\r\n]([ \t]*)$/.exec(text.slice(0, last.offset))?.[1]
  if (own !== undefined) return own
  const line = /(?:^\ufeff?|[\r\n])([ \t]*)[^\r\n]*$/.exec(text.slice(0, container.offset))
  return `${line?.[1] ?? ''}${unitOf(settings)}`
}

/** One step of indentation. */
function unitOf({ text, root }: SettingsText): string {
  const first = itemsOf(root)[0]
  return (first && /[\r\n]([ \t]+)$/.exec(text.slice(0, first.offset))?.[1]) || '  '
}

function lineEndOf(text: string): string {
  return /\r\n|\r|\n/.exec(text)?.[0] ?? '\n'
}

function inserted(text: string, insertions: readonly Insertion[]): string {
  let result = ''
  let done = 0
  // Of two at one place the first comes first.
  for (const { at, text: piece } of [...insertions].sort((a, b) => a.at - b.at)) {
    result += text.slice(done, at) + piece
    done = at
  }
  return result + text.slice(done)
}
