/** A list of which a part is seen. Its rows take one line or two; only those near the cursor are asked how many. */
export interface ListView {
  /** How many rows there are. */
  readonly count: number
  /** How many lines are seen. */
  readonly height: number
  readonly linesOf: (row: number) => 1 | 2
}

/** The first row to show, so that the cursor is seen and no line is left empty that a whole row would fill. */
export function topFor({ top, cursor }: { top: number; cursor: number }, view: ListView): number {
  const last = firstFitting(view.count, 0, view)
  const first = cursor < view.count ? firstFitting(cursor, view.linesOf(cursor), view) : 0
  return Math.max(0, Math.min(Math.max(top, first), cursor, last))
}

/** How far a page goes from a row: what is seen in front of it or behind it, and at least one row. */
export function pageRows(from: number, by: 1 | -1, view: ListView): number {
  let lines = 0
  let row = from
  while (row >= 0 && row < view.count) {
    lines += view.linesOf(row)
    if (lines > view.height) break
    row += by
  }
  return Math.max(1, Math.abs(row - from))
}

/** The lowest row from which on all rows before `end` are seen, where `lines` are taken already. */
function firstFitting(end: number, lines: number, { height, linesOf }: ListView): number {
  let row = end
  for (let taken = lines; row > 0; row--) {
    taken += linesOf(row - 1)
    if (taken > height) break
  }
  return row
}
