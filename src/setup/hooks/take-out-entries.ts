import { type Made, madeFor } from './entry-form.ts'
import { type HookEntry, type HooksOutline, hookListOf } from './hook-entries.ts'
import {
  endOf,
  endOfPrevious,
  itemsOf,
  memberValue,
  type Node,
  type Range,
  type SettingsText,
} from './settings-text.ts'
import { rangesOfItems } from './take-out.ts'

/**
 * The pieces to take out so that these hooks are gone, with the groups, lists and `hooks` that were made for them and hold
 * nothing else by now; what is known to have stood there `before` stays. Answers 'all' where the file itself was made for them
 * and holds nothing else.
 */
export function rangesOfEntries(
  settings: SettingsText,
  gone: readonly HookEntry[],
  before: HooksOutline = { hasHooks: false, events: [] },
): Range[] | 'all' {
  const ranges: Range[] = []
  const isMade = (entries: readonly HookEntry[], ...kinds: Made[]) =>
    entries.some(({ entry, owner }) => owner === 'ours' && kinds.includes(madeFor(entry)))
  /** What is emptied of what a container holds; the rest is taken out of it. */
  const emptied = (
    key: 'group' | 'eventMember' | 'hooksMember',
    containerOf: (node: Node) => Node | undefined,
    goneItems: ReadonlySet<Node>,
    stays: (entries: readonly HookEntry[]) => boolean,
  ): Set<Node> => {
    const result = new Set<Node>()
    for (const node of new Set(gone.map(found => found[key]))) {
      const container = containerOf(node)
      if (!container) continue
      const entries = gone.filter(found => found[key] === node)
      const isEmpty = itemsOf(container).every(item => goneItems.has(item))
      if (isEmpty && !stays(entries)) result.add(node)
      else ranges.push(...rangesOfItems(settings, container, goneItems))
    }
    return result
  }
  const entries = new Set(gone.map(({ entry }) => entry))
  const groups = emptied('group', hookListOf, entries, () => false)
  const events = emptied(
    'eventMember',
    memberValue,
    groups,
    found => isMade(found, 'group') || found.some(({ event }) => before.events.includes(event)),
  )
  const hooks = emptied(
    'hooksMember',
    memberValue,
    events,
    found => isMade(found, 'group', 'event') || before.hasHooks,
  )
  const { root, comments, text } = settings
  if (!root || hooks.size === 0) return ranges
  const isAll = itemsOf(root).every(item => hooks.has(item))
  if (isAll && isMade(gone, 'file') && comments.length === 0) return 'all'
  if (
    isAll &&
    isMade(gone, 'braces') &&
    !comments.some(({ from }) => from > root.offset && from < endOf(root))
  )
    return [{ from: root.offset, to: afterLineEnd(text, endOf(root)) }]
  ranges.push(...rangesOfItems(settings, root, hooks))
  // The end of the line that `{}` did not have.
  const end = endOf(root) - 1
  const last = itemsOf(root).at(-1)
  const blanks = endOfPrevious(text, end)
  if (last && hooks.has(last) && isMade(gone, 'hooks and line') && afterLineEnd(text, blanks) > blanks)
    ranges.push({ from: blanks, to: Math.min(afterLineEnd(text, blanks), end) })
  return ranges
}

/** Behind the end of a line, if one stands at the offset. */
function afterLineEnd(text: string, offset: number): number {
  return offset + (/^(?:\r\n|\r|\n)/.exec(text.slice(offset, offset + 2))?.[0].length ?? 0)
}
