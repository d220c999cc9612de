import { textWidth } from '../../../base/text-width.ts'
import { plain, type Row, type Run, rowText, wrapRuns } from './runs.ts'

/** Between two columns. */
const gap = 2
/** In a narrower column words can't be read any more. */
const narrowest = 6

/**
 * A table as rows, the first of which is its head: columns side by side, cells broken where they are too wide. Undefined
 * where there is no room for that.
 */
export function tableRows(
  cells: readonly (readonly (readonly Run[])[])[],
  columns: number,
): Row[] | undefined {
  const [head = []] = cells
  const wanted = head.map((_, at) => Math.max(1, ...cells.map(row => textWidth(rowText(row[at] ?? [])))))
  const widths = fittingWidths(wanted, columns - gap * (head.length - 1))
  if (!widths) return undefined
  const lines = cells.map((row, line) => rowLines(row, widths, line === 0))
  const rule: Row = [
    { text: widths.map(width => '─'.repeat(width)).join(' '.repeat(gap)), style: { dim: true } },
  ]
  return [...(lines[0] ?? []), rule, ...lines.slice(1).flat()]
}

/** Widths that fit together: the widest columns give way, as far as they can. */
function fittingWidths(wanted: readonly number[], room: number): number[] | undefined {
  const widest = Math.max(1, ...wanted)
  for (let most = widest; most >= Math.min(narrowest, widest); most--) {
    const widths = wanted.map(width => Math.min(width, most))
    if (widths.reduce((sum, width) => sum + width, 0) <= room) return widths
  }
  return undefined
}

/** A row of a table as lines of the screen, as many as its highest cell has. */
function rowLines(row: readonly (readonly Run[])[], widths: readonly number[], isHead: boolean): Row[] {
  const cells = widths.map((width, at) => wrapRuns(row[at] ?? [], width))
  const height = Math.max(1, ...cells.map(cell => cell.length))
  return Array.from({ length: height }, (_, line) =>
    cells.flatMap((cell, at): Run[] => {
      const runs = cell[line] ?? []
      const isLast = at === widths.length - 1
      const blanks = (widths[at] ?? 0) - textWidth(rowText(runs)) + (isLast ? 0 : gap)
      return [
        ...runs.map(run => (isHead ? { ...run, style: { ...run.style, bold: true } } : run)),
        ...(isLast ? [] : [{ text: ' '.repeat(Math.max(0, blanks)), style: plain }]),
      ]
    }),
  )
}
