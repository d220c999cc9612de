import { padText, textWidth, truncateText } from '../../base/text-width.ts'
import { largest } from './bar-cells.ts'

/** One of several bars that lie below each other. */
export interface BarRow {
  readonly label: string
  /** Always shown whole where there is room for it at all. */
  readonly value: string
  readonly amount: bigint
}

export interface DrawnRow {
  readonly label: string
  readonly bar: string
  readonly value: string
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const widestLabel = 32
const narrowestBar = 8

/**
 * Lays rows out in three columns of exactly `columns` altogether: labels, bars, values. Values come first: labels and bars
 * share what they leave, and where that is too little for bars there are none.
 */
export function barRows(rows: readonly BarRow[], columns: number): DrawnRow[] {
  const valueWidth = Math.min(columns, widest(rows.map(row => row.value)))
  const room = Math.max(0, columns - valueWidth - 1)
  const wanted = Math.min(widestLabel, widest(rows.map(row => row.label)))
  const hasBars = room >= narrowestBar * 2
  const labelWidth = hasBars ? Math.min(wanted, Math.floor(room / 2)) : room
  const barWidth = hasBars ? room - labelWidth - 1 : 0
  const most = largest(rows.map(row => row.amount))
  return rows.map(({ label, value, amount }) => ({
    label: padText(truncateText(label, labelWidth), labelWidth, 'left'),
    bar: padText(barOf(amount, most, barWidth), barWidth, 'left'),
    value: padText(truncateText(value, valueWidth), valueWidth, 'right'),
  }))
}

/** What is more than nothing is never shorter than an eighth of a cell. */
function barOf(amount: bigint, most: bigint, width: number): string {
  if (amount <= 0n || most <= 0n || width < 1) return ''
  const length = Math.max(1, Number((amount * BigInt(width * 8) * 2n + most) / (most * 2n)))
  return '█'.repeat(Math.floor(length / 8)) + (eighths[length % 8] ?? '')
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(textWidth))
}
