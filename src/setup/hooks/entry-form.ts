import { timeoutSeconds } from './hook-command.ts'
import { itemsOf, keyOf, type Node } from './settings-text.ts'

/**
 * What setup made for a hook of ours, so that taking it out leaves what it found: an empty list that somebody had stays, one
 * that was made for us goes.
 *
 * - `group`: only the group, in a list that was there
 * - `event`: the list of the event, in a `hooks` that was there
 * - `hooks`: `hooks`, too
 * - `hooks and line`: `hooks`, and the end of the line before the last brace: `{}` got lines
 * - `braces`: the braces, too, in a file that held nothing
 * - `file`: the file
 */
export type Made = 'group' | 'event' | 'hooks' | 'hooks and line' | 'braces' | 'file'

/**
 * Said by the order of the keys in the entry: it means nothing to Claude Code, needs no comment, which JSON has not, and
 * stays when the file is written anew by a program.
 */
const keyOrders: Readonly<Record<Made, string>> = {
  hooks: 'type command timeout',
  'hooks and line': 'type timeout command',
  event: 'command type timeout',
  group: 'command timeout type',
  file: 'timeout type command',
  braces: 'timeout command type',
}

/** The group of a hook of ours, on one line. */
export function groupText(command: string, made: Made): string {
  const entry: Readonly<Record<string, unknown>> = { type: 'command', command, timeout: timeoutSeconds }
  const members = keyOrders[made].split(' ').map(key => `"${key}": ${JSON.stringify(entry[key])}`)
  return `{ "hooks": [{ ${members.join(', ')} }] }`
}

/** What was made for an entry; for one that is not as we write them, what most are made for. */
export function madeFor(entry: Node): Made {
  const order = itemsOf(entry).map(keyOf).join(' ')
  const made = Object.keys(keyOrders) as Made[]
  return made.find(one => keyOrders[one] === order) ?? 'hooks'
}
