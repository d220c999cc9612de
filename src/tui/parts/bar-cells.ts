/** One cell of a bar: what it draws, in whose colour, and whose colour is behind it. Places of series, from 0. */
export interface Cell {
  readonly glyph: string
  readonly color: number | null
  readonly background: number | null
}

/** Without colours each series is a fill; a chart has no more series than there are. */
export const fills = ['█', '▓', '▒', '░', '#', '+', 'o', '.'] as const

const eighths = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/**
 * A bar from bottom to top as cells. `parts` are the amounts of its series, the lowest first; the bar is as high in
 * relation to `full` as `full` is to `rows` cells. What is more than nothing is never lower than one eighth.
 * Amounts are whole numbers of any size, so that money is not rounded before it is drawn.
 */
export function barCells(
  parts: readonly bigint[],
  { full, rows, hasColor }: { full: bigint; rows: number; hasColor: boolean },
): Cell[] {
  const edges = edgesOf(parts, full, rows)
  const height = edges.at(-1) ?? 0
  const cells: Cell[] = []
  for (let bottom = 0; bottom < height; bottom += 8) {
    const shares = edges.map((edge, series) => {
      const from = Math.max(bottom, edges[series - 1] ?? 0)
      return Math.max(0, Math.min(bottom + 8, edge) - from)
    })
    const cell = hasColor ? coloredCell(shares) : filledCell(shares, bottom === 0)
    if (cell) cells.push(cell)
  }
  return cells
}

/** Up to which eighth of a cell each series reaches, those below it included. */
function edgesOf(parts: readonly bigint[], full: bigint, rows: number): number[] {
  const total = parts.reduce((sum, part) => sum + part, 0n)
  if (total <= 0n || full <= 0n) return []
  const height = Math.max(1, roundedShare(total, full, rows * 8))
  let sum = 0n
  return parts.map(part => {
    sum += part
    return roundedShare(sum, total, height)
  })
}

function roundedShare(part: bigint, whole: bigint, of: number): number {
  return Number((part * BigInt(of) * 2n + whole) / (whole * 2n))
}

/** A cell has two colours at most: of more series the two that take most of it are drawn. */
function coloredCell(shares: readonly number[]): Cell {
  const covered = shares.reduce((sum, share) => sum + share, 0)
  const [most = 0, second] = byShare(shares)
  // Above the top of a bar there is a third colour, the terminal's own.
  if (covered < 8) return { glyph: eighths[covered] ?? ' ', color: most, background: null }
  if (second === undefined || shares[second] === 0) return { glyph: '█', color: most, background: null }
  const lower = Math.min(most, second)
  const upper = Math.max(most, second)
  const lowerShare = shares[lower] ?? 0
  const upperShare = shares[upper] ?? 0
  const lowerEighths = Math.round((8 * lowerShare) / (lowerShare + upperShare))
  const drawn = Math.min(7, Math.max(1, lowerEighths))
  return { glyph: eighths[drawn] ?? ' ', color: lower, background: upper }
}

/** A cell that is less than half full is left out, but for the lowest one: every bar can be seen. */
function filledCell(shares: readonly number[], isLowest: boolean): Cell | null {
  const covered = shares.reduce((sum, share) => sum + share, 0)
  if (covered < 4 && !isLowest) return null
  const [most = 0] = byShare(shares)
  return { glyph: fills[most] ?? '.', color: null, background: null }
}

/** The largest of amounts, 0 if there are none. */
export function largest(amounts: readonly bigint[]): bigint {
  let most = 0n
  for (const amount of amounts) if (amount > most) most = amount
  return most
}

function byShare(shares: readonly number[]): number[] {
  return [...shares.keys()].sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0) || a - b)
}
