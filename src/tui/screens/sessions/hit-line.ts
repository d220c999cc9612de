import { dropControls } from '../../../base/clean-text.ts'
import { graphemesOf, textWidth } from '../../../base/text-width.ts'
import type { TextHit } from '../../../transcripts/search.ts'

/** A piece of a line of a transcript, on one line of the screen. */
export interface HitRun {
  readonly text: string
  readonly isMatch: boolean
}

/** A character as a person sees it. */
interface Cell extends HitRun {
  readonly width: number
}

/**
 * The line that was found, cleaned, in at most so many columns: of a long one the part around the first term. Where there are
 * no styles, terms stand between » and «.
 */
export function hitRuns(
  { line, matches }: Pick<TextHit, 'line' | 'matches'>,
  columns: number,
  { hasStyles }: { hasStyles: boolean },
): HitRun[] {
  if (columns < 4) return []
  const sorted = [...matches].sort((a, b) => a[0] - b[0])
  const [at] = sorted[0] ?? [0]
  // A line can be a megabyte: only what can be seen is looked at.
  const [from, to] = [Math.max(0, at - 2 * columns), Math.min(line.length, at + 3 * columns)]
  const cells = cellsOf(line, { from, to, matches: sorted, hasStyles })
  return joined(fitted(cells, columns, { isCutBefore: from > 0, isCutAfter: to < line.length }))
}

/** Matches and what is between them. Each piece is cleaned alone: an escape sequence must not swallow a match. */
function cellsOf(
  line: string,
  part: { from: number; to: number; matches: TextHit['matches']; hasStyles: boolean },
): Cell[] {
  const cells: Cell[] = []
  let done = part.from
  const add = (end: number, isMatch: boolean) => {
    const clean = dropControls(line.slice(done, end)).replace(/\s+/g, ' ')
    const text = isMatch && !part.hasStyles ? `»${clean}«` : clean
    for (const { segment } of graphemesOf(text)) {
      const isBlankAtStart = segment === ' ' && cells.length === 0
      if (!isBlankAtStart) cells.push({ text: segment, isMatch, width: textWidth(segment) })
    }
    done = end
  }
  for (const [start, end] of part.matches) {
    if (start >= part.to) break
    if (start > done) add(start, false)
    if (end > done) add(Math.min(end, part.to), true)
  }
  if (part.to > done) add(part.to, false)
  return cells
}

/** As many cells around the first match as fit, a third of them in front of it; `…` stands for what is cut off. */
function fitted(
  cells: readonly Cell[],
  columns: number,
  { isCutBefore, isCutAfter }: { isCutBefore: boolean; isCutAfter: boolean },
): Cell[] {
  const widthAt = (index: number) => cells[index]?.width ?? 0
  let start = Math.max(
    0,
    cells.findIndex(cell => cell.isMatch),
  )
  let end = start
  let width = 0
  const takeAfter = (limit: number) => {
    while (end < cells.length && width + widthAt(end) <= limit) width += widthAt(end++)
  }
  const takeBefore = (limit: number) => {
    while (start > 0 && width + widthAt(start - 1) <= limit) width += widthAt(--start)
  }
  const isAll = !isCutBefore && !isCutAfter && widthOf(cells) <= columns
  // Room for one or two signs of what is cut off.
  const room = isAll ? columns : columns - 2
  const afterMatch = cells.findIndex((cell, index) => index > start && !cell.isMatch)
  const match = cells.slice(start, afterMatch < 0 ? cells.length : afterMatch)
  takeAfter(Math.min(room, Math.max(Math.ceil((room * 2) / 3), widthOf(match))))
  takeBefore(room)
  const hasStart = start === 0 && !isCutBefore
  takeAfter(hasStart && !isAll ? room + 1 : room)
  const hasEnd = end === cells.length && !isCutAfter
  if (hasEnd && !hasStart) takeBefore(room + 1)
  const kept = cells.slice(start, end)
  if (start > 0 || isCutBefore) kept.unshift(cut)
  if (end < cells.length || isCutAfter) kept.push(cut)
  return kept
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0)
}

const cut: Cell = { text: '…', isMatch: false, width: 1 }

function joined(cells: readonly Cell[]): HitRun[] {
  const runs: HitRun[] = []
  for (const { text, isMatch } of cells) {
    const last = runs.at(-1)
    if (last && last.isMatch === isMatch) runs[runs.length - 1] = { text: last.text + text, isMatch }
    else runs.push({ text, isMatch })
  }
  return runs
}
