import {
  commaBetween,
  endOf,
  endOfPrevious,
  itemsOf,
  type Node,
  type Range,
  type SettingsText,
} from './settings-text.ts'

/**
 * What goes with items that are taken out of an object or an array: the blanks before each, and one comma each, so that what
 * is left is as right as it was. Comments stay.
 */
export function rangesOfItems(settings: SettingsText, container: Node, gone: ReadonlySet<Node>): Range[] {
  const items = itemsOf(container)
  const ranges: Range[] = []
  let commaBefore: Range | undefined
  items.forEach((item, i) => {
    const comma = commaBetween(settings, endOf(item), items[i + 1]?.offset ?? endOf(container))
    if (gone.has(item)) {
      ranges.push({ from: endOfPrevious(settings.text, item.offset), to: endOf(item) })
      // The last one may have none of its own: then the one goes that parted it from what stays.
      const its = comma ?? commaBefore
      if (its) ranges.push(its)
    } else commaBefore = comma
  })
  return ranges
}

/** The text without these pieces, which do not overlap, and what was taken out where: offsets of what is left. */
export function takeOut(
  { text, comments }: SettingsText,
  ranges: readonly Range[],
): { text: string; cuts: { at: number; text: string }[] } {
  const cuts: { at: number; text: string }[] = []
  let kept = ''
  let done = 0
  for (const range of joined(ranges)) {
    const isAfterWords = comments.some(
      comment => text.startsWith('//', comment.from) && comment.from < range.from && range.from <= comment.to,
    )
    // Nothing may come to stand behind `//` on its line.
    const endsLine = /^[ \t]*(?:[\r\n]|$)/.test(text.slice(range.to))
    const from = isAfterWords && !endsLine ? afterLineEnd(text, range.from) : range.from
    kept += text.slice(done, from)
    cuts.push({ at: kept.length, text: text.slice(from, range.to) })
    done = range.to
  }
  return { text: kept + text.slice(done), cuts }
}

function joined(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a.from - b.from)
  const result: Range[] = []
  for (const range of sorted) {
    const last = result.at(-1)
    if (last && last.to >= range.from)
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
    else result.push(range)
  }
  return result
}

/** Behind the line's end that follows the offset. */
function afterLineEnd(text: string, offset: number): number {
  const found = /\r\n|\r|\n/.exec(text.slice(offset))
  return found ? offset + found.index + found[0].length : offset
}
