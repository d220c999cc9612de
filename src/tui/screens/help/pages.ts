import { padText, textWidth, truncateText } from '../../../base/text-width.ts'
import type { KeyTable } from '../../parts/keys.ts'
import { wrapText } from '../../parts/wrap-text.ts'
import type { Size } from '../../screen.ts'

/** The keys of a part of a screen. */
export interface HelpSection {
  readonly title: string
  readonly table: KeyTable<string>
}

export interface HelpLine {
  readonly text: string
  readonly isTitle: boolean
}

/** A page of keys: its columns, from left to right. */
export type HelpPage = readonly (readonly HelpLine[])[]

const gap = 2

/** All keys, in as many columns as there is room for; what does not fit on a page is on the next. */
export function helpPages(sections: readonly HelpSection[], { columns, rows }: Size): readonly HelpPage[] {
  const all = sections.map(section => linesOf(section, columns)).filter(lines => lines.length > 0)
  const width = Math.max(...all.flat().map(({ text }) => textWidth(text))) + gap
  const count = Math.max(1, Math.floor((columns + gap) / width))
  const height = Math.max(1, rows)
  const fitted = (line: HelpLine) => ({
    ...line,
    text: count > 1 ? padText(line.text, width, 'left') : truncateText(line.text, columns),
  })
  const pages: HelpLine[][][] = [[]]
  for (const lines of all) {
    // A section begins a column, if that costs no page.
    const left = count - (pages.at(-1)?.length ?? 0)
    const needed = Math.ceil(lines.length / height)
    if (needed > left && pages.at(-1)?.length !== 0) pages.push([])
    for (let at = 0; at < lines.length; at += height) {
      if (pages.at(-1)?.length === count) pages.push([])
      pages.at(-1)?.push(lines.slice(at, at + height).map(fitted))
    }
  }
  return pages
}

/** A key and what it does on a line; where that is too long, the latter below. */
function linesOf({ title, table }: HelpSection, columns: number): HelpLine[] {
  const width = Math.max(...table.map(({ shown }) => textWidth(shown)))
  const lines = table.flatMap(({ shown, does, inFull = does }) => {
    const line = `  ${padText(shown, width, 'left')}  ${inFull}`
    if (textWidth(line) <= columns) return [line]
    return [`  ${shown}`, ...wrapText(inFull, columns - 4).map(part => `    ${part}`)]
  })
  return [{ text: title, isTitle: true }, ...lines.map(text => ({ text, isTitle: false }))]
}
