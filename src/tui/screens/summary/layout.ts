import { textWidth } from '../../../base/text-width.ts'
import type { LegendItem } from './series.ts'

/** How many lines each part of the screen gets; 0: it is left out. */
export interface SummaryLayout {
  readonly totals: number
  readonly chart: number
  readonly legend: number
  readonly cautions: number
  /** The name of what the bars stand for. */
  readonly heading: number
  readonly bars: number
}

/** A chart lower than this tells nothing: values of five letters, three rows of bars and their labels. */
const lowestChart = 9
const fewestBars = 3

/**
 * Shares out the lines between a screen's title and its hints. The chart gets what is left when a few bars have their
 * place; on a low screen there is none, and the bars have it all.
 */
export function summaryLayout(
  lines: number,
  wanted: {
    readonly legend: number
    readonly cautions: number
    readonly bars: number
    readonly hasChart: boolean
  },
): SummaryLayout {
  const totals = lines >= 2 ? 1 : 0
  const cautions = lines >= 6 ? Math.min(wanted.cautions, 2) : 0
  const heading = lines >= 4 ? 1 : 0
  const room = Math.max(0, lines - totals - cautions - heading)
  const legend = Math.min(wanted.legend, Math.max(1, Math.floor(room / 6)))
  const bars = Math.min(wanted.bars, Math.max(fewestBars, Math.floor(room / 3)))
  const chart = room - legend - bars
  if (!wanted.hasChart || chart < lowestChart)
    return { totals, chart: 0, legend: 0, cautions, heading, bars: room }
  return { totals, chart, legend, cautions, heading, bars }
}

/** Which items of a legend stand on which line: a swatch, a name and a value, three blanks apart. */
export function legendLines(legend: readonly LegendItem[], columns: number): number[][] {
  const widths = legend.map(({ name, value }) => textWidth(`█ ${name} ${value}`))
  return wrapItems(widths, columns, 3)
}

/** Breaks a list into lines at its items; one that is wider than a line stands alone. */
export function wrapItems(widths: readonly number[], columns: number, gap: number): number[][] {
  const lines: number[][] = []
  let used = 0
  for (const [at, width] of widths.entries()) {
    const last = lines.at(-1)
    if (last && used + gap + width <= columns) {
      last.push(at)
      used += gap + width
    } else {
      lines.push([at])
      used = width
    }
  }
  return lines
}
