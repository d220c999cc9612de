import { UserError } from '../../base/errors.ts'
import type { Installed } from './hook-command.ts'
import { type HookEntry, hookEntries } from './hook-entries.ts'
import { putIn } from './put-in.ts'
import { membersNamed, parseSettings } from './settings-text.ts'
import { takeOut } from './take-out.ts'
import { rangesOfEntries } from './take-out-entries.ts'

/** A settings file without the hooks of the older Python tool, and what was taken out for that. */
interface WithoutOlderHooks {
  /** With them. */
  readonly before: string
  readonly entries: readonly HookEntry[]
  readonly without: string
  /** Where in that. */
  readonly cuts: readonly { readonly at: number; readonly text: string }[]
}

/**
 * A settings file with the hooks of the older Python tool that it had before setup replaced them: to the byte and where they
 * stood, as long as what stood round them is as it was; else in groups of their own at the end of their events' lists.
 */
export function putBackOlderHooks(
  text: string,
  { before, entries, without, cuts }: WithoutOlderHooks,
  installed: Installed,
  name: string,
): string {
  let whole: string | undefined = text
  for (const { at, text: piece } of [...cuts].reverse()) {
    const place = placeIn(text, without, at)
    whole = place === undefined ? undefined : whole?.slice(0, place) + piece + whole?.slice(place)
  }
  if (whole !== undefined && isTextWith(whole, { text, entries, installed, name })) return whole
  return entries.reduce((done, entry) => {
    const group = groupOf(before, entry)
    return putIn(parseSettings(done, name), name, [entry.event], () => group)
  }, text)
}

export function withoutOlderHooks(before: string, installed: Installed, name: string): WithoutOlderHooks {
  const settings = parseSettings(before, name)
  const entries = hookEntries(settings, installed).filter(({ owner }) => owner === 'older tool')
  const ranges = rangesOfEntries(settings, entries)
  const left = takeOut(settings, ranges === 'all' ? [] : ranges)
  return { before, entries, without: left.text, cuts: left.cuts }
}

/** How much must be the same round a place for it to be the same place, most first. */
const contextLengths = [120, 60, 30, 15, 8]

/** Where a place of one text is in another that somebody made of it; undefined where that can't be told. */
function placeIn(text: string, original: string, at: number): number | undefined {
  const isSame = (length: number) => text.slice(0, length) === original.slice(0, length)
  if (isSame(at)) return at
  const fromEnd = original.length - at
  if (fromEnd <= text.length && text.endsWith(original.slice(at))) return text.length - fromEnd
  for (const length of contextLengths) {
    const start = Math.max(0, at - length)
    const context = original.slice(start, at + length)
    const found = text.indexOf(context)
    if (found >= 0 && text.indexOf(context, found + 1) < 0) return found + at - start
  }
  return undefined
}

/** Whether it is that text with those hooks put in, and nothing else. */
function isTextWith(
  whole: string,
  {
    text,
    entries,
    installed,
    name,
  }: { text: string; entries: readonly HookEntry[]; installed: Installed; name: string },
): boolean {
  try {
    const found = withoutOlderHooks(whole, installed, name)
    const named = (list: readonly HookEntry[]) =>
      list.map(({ event, command }) => `${event} ${command}`).join('\n')
    return found.without === text && named(found.entries) === named(entries)
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

/** A hook in a group of its own, with the matcher that it had. */
function groupOf(text: string, { group, entry }: HookEntry): string {
  const sliceOf = (node: { offset: number; length: number }) =>
    text.slice(node.offset, node.offset + node.length)
  const matchers = membersNamed(group, 'matcher').map(sliceOf)
  return `{ ${[...matchers, `"hooks": [${sliceOf(entry)}]`].join(', ')} }`
}
