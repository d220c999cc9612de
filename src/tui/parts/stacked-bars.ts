import { padText, textWidth, truncateText } from '../../base/text-width.ts'
import { barCells, type Cell, largest } from './bar-cells.ts'

/** One bar of a chart. */
export interface Bar {
  /** Stands below it, where there is room. */
  readonly label: string
  /** Stands on top of it, always whole; empty where there is nothing. Printable ASCII and `≥`. */
  readonly value: string
  /** The amounts of the series, the lowest first, in any whole unit. */
  readonly parts: readonly bigint[]
}

/** Neighbouring cells that look alike. Colours are places of series; null: the terminal's own. */
export interface Run {
  readonly text: string
  readonly color: number | null
  readonly background: number | null
}

export interface ChartSize {
  readonly columns: number
  readonly rows: number
  readonly hasColor: boolean
}

/** Wider bars say no more. */
const widestStep = 9
const blank: Cell = { glyph: ' ', color: null, background: null }

/**
 * Draws bars of stacked series as exactly `rows` lines, the labels below the bars being the last one. The value of a bar
 * stands right on top of it: in a line where the bars are wide enough, else from top to bottom, one letter a line.
 * Null where there is no room for all bars with their values.
 */
export function stackedBars(bars: readonly Bar[], { columns, rows, hasColor }: ChartSize): Run[][] | null {
  const step = Math.min(widestStep, Math.floor(columns / Math.max(1, bars.length)))
  const longest = Math.max(1, ...bars.map(bar => bar.value.length))
  const isUpright = longest >= step
  const valueRows = isUpright ? longest : 1
  const barRows = rows - valueRows - 1
  if (step < 1 || barRows < 1) return null
  const full = largest(bars.map(heightOf))
  const drawn = bars.map(bar => {
    const cells = barCells(bar.parts, { full, rows: barRows, hasColor })
    const place = { step, rows: rows - 1 }
    return isUpright ? upright(cells, bar.value, place) : level(cells, bar.value, place)
  })
  const lines: Cell[][] = []
  for (let row = rows - 2; row >= 0; row--) lines.push(drawn.flatMap(column => column[row] ?? []))
  return [...lines.map(merged), [plain(labelLine(bars, step))]]
}

function heightOf({ parts }: Bar): bigint {
  return parts.reduce((sum, part) => sum + part, 0n)
}

/** The cells of one bar's columns, the lowest row first. */
type Column = Cell[][]

interface Place {
  readonly step: number
  readonly rows: number
}

function level(cells: readonly Cell[], value: string, { step, rows }: Place): Column {
  const before = Math.floor((step - 1 - value.length) / 2)
  const line = padText(' '.repeat(Math.max(0, before)) + value, step, 'left')
  const letters = Array.from(line, glyph => ({ ...blank, glyph }))
  return column(cells, { step, rows }, above => (above === 0 ? letters : undefined))
}

function upright(cells: readonly Cell[], value: string, { step, rows }: Place): Column {
  const letters = Array.from(value).reverse()
  return column(cells, { step, rows }, above => {
    const glyph = letters[above]
    return glyph === undefined ? undefined : across({ ...blank, glyph }, step, 1)
  })
}

/** The bar and what stands on it, `over` being asked for the rows above the bar, counted from 0. */
function column(
  cells: readonly Cell[],
  { step, rows }: Place,
  over: (above: number) => Cell[] | undefined,
): Column {
  return Array.from({ length: rows }, (_, row) => {
    const cell = cells[row]
    // Bars keep a column between them if there is one to spare.
    return cell
      ? across(cell, step, Math.max(1, step - 1))
      : (over(row - cells.length) ?? across(blank, step, 0))
  })
}

function across(cell: Cell, step: number, width: number): Cell[] {
  return Array.from({ length: step }, (_, at) => (at < width ? cell : blank))
}

/** As many labels as fit with a blank between them, each beginning below its bar. */
function labelLine(bars: readonly Bar[], step: number): string {
  const widest = Math.max(0, ...bars.map(bar => textWidth(bar.label)))
  const every = Math.max(1, Math.ceil((widest + 1) / step))
  let line = ''
  for (const [at, { label }] of bars.entries()) {
    if (at % every === 0) line = padText(line, at * step, 'left') + label
  }
  return truncateText(line, bars.length * step)
}

/** As few runs as show the same, each of which takes time to draw. A blank without a background looks alike in all colours. */
function merged(cells: readonly Cell[]): Run[] {
  const runs: Run[] = []
  for (const { glyph, color, background } of cells) {
    const last = runs.at(-1)
    const isBlank = glyph === ' ' || last?.text.trim() === ''
    if (
      last &&
      last.background === background &&
      (last.color === color || (isBlank && background === null))
    ) {
      runs[runs.length - 1] = { text: last.text + glyph, color: last.color ?? color, background }
    } else runs.push({ text: glyph, color, background })
  }
  return runs
}

function plain(text: string): Run {
  return { text, color: null, background: null }
}
