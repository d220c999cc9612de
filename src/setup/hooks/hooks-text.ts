import path from 'node:path'
import { UserError } from '../../base/errors.ts'
import { groupText, type Made } from './entry-form.ts'
import { type HookEvent, type HookOwner, hookCommands, hookEvents, type Installed } from './hook-command.ts'
import { type HooksOutline, hookEntries, hooksOutline } from './hook-entries.ts'
import { inspectHooks } from './inspect-hooks.ts'
import { putBackOlderHooks, withoutOlderHooks } from './put-back.ts'
import { newSettings, putIn } from './put-in.ts'
import { parseSettings } from './settings-text.ts'
import { takeOut } from './take-out.ts'
import { rangesOfEntries } from './take-out-entries.ts'

/**
 * A settings file of Claude Code with our hooks in it, one right one an event, in place of any of ours that are not so, and of
 * those of the older Python tool. All else stays, to the byte. Throws a UserError for what can't be understood; `name` is
 * what the person calls the file.
 */
export function addHooks(text: string | undefined, installed: Installed, name: string): string {
  const commands = hookCommands(installed)
  const write = (event: HookEvent, made: Made) => groupText(commands[event], made)
  if (text !== undefined) {
    const { events, olderTool } = inspectHooks(text, installed, name)
    if (olderTool.length === 0 && hookEvents.every(event => events[event].state === 'right')) return text
  }
  const others = text === undefined ? undefined : withoutHooks(text, ['ours', 'older tool'], installed, name)
  if (others === undefined) return newSettings(hookEvents, write)
  const wanted = putIn(parseSettings(others, name), name, hookEvents, write)
  // Nobody is to find out later that they can't be taken out.
  if (withoutHooks(wanted, ['ours'], installed, name) !== others)
    throw new UserError(
      `${name}: hooks put in there could not be taken out again`,
      'nothing was changed; please report it',
    )
  return wanted
}

/**
 * The text without our hooks and without what was made for them; undefined where nothing else is left. With the text that
 * stood there `before`, its hooks of the older Python tool are put back. Throws a UserError for what can't be understood and
 * names our script.
 */
export function removeHooks(
  text: string,
  installed: Installed,
  name: string,
  before?: string,
): string | undefined {
  const had = before === undefined ? undefined : withoutOlderHooks(before, installed, name)
  let others: string | undefined
  try {
    others = withoutHooks(
      text,
      ['ours'],
      installed,
      name,
      had && hooksOutline(parseSettings(had.without, name)),
    )
  } catch (error) {
    if (error instanceof UserError && !text.includes(path.basename(installed.shim))) return text
    throw error
  }
  const hadOlder = had !== undefined && had.entries.length > 0
  return hadOlder ? putBackOlderHooks(others ?? '', had, installed, name) : others
}

function withoutHooks(
  text: string,
  owners: readonly HookOwner[],
  installed: Installed,
  name: string,
  before?: HooksOutline,
): string | undefined {
  const settings = parseSettings(text, name)
  const gone = hookEntries(settings, installed).filter(({ owner }) => owners.includes(owner))
  const ranges = rangesOfEntries(settings, gone, before)
  return ranges === 'all' ? undefined : takeOut(settings, ranges).text
}
