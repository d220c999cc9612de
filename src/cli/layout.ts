import { cleanText } from '../base/clean-text.ts'
import { textWidth } from '../base/text-width.ts'
import { type Column, renderTable } from './output.ts'

/** A column of a table and what stands in it. */
export interface Field<Row> extends Column {
  readonly text: (row: Row) => string
  /** What stands in the footer; default: nothing. */
  readonly total?: string
}

/**
 * A table in the first of the layouts that fits the terminal, else in the last one. Layouts go from the widest to
 * the narrowest; each leaves out or joins columns of the one before.
 */
export function renderLayout<Row>(
  layouts: readonly (readonly Field<Row>[])[],
  rows: readonly Row[],
  width: number | undefined,
): string {
  const fields =
    layouts.find(layout => width === undefined || leastWidth(layout, rows) <= width) ?? layouts.at(-1)
  if (!fields) throw new Error('a table without a layout')
  const hasTotals = fields.some(field => field.total !== undefined)
  return renderTable(
    fields,
    rows.map(row => fields.map(field => field.text(row))),
    { width, footer: hasTotals ? [fields.map(field => field.total ?? '')] : [] },
  )
}

function leastWidth<Row>(layout: readonly Field<Row>[], rows: readonly Row[]): number {
  const widths = layout.map(field => {
    const widthOf = (text: string) => textWidth(cleanText(text))
    const title = widthOf(field.title)
    const needed = rows.reduce(
      (widest, row) => Math.max(widest, widthOf(field.text(row))),
      Math.max(title, widthOf(field.total ?? '')),
    )
    return field.flexible ? Math.min(needed, field.minWidth ?? title) : needed
  })
  return widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1))
}

/** Breaks a line at blanks so that it fits; a longer word stays whole. */
export function wrapLine(line: string, width: number | undefined): string {
  if (width === undefined) return line
  const lines = ['']
  for (const word of line.split(' ')) {
    const last = lines.at(-1) ?? ''
    const longer = last === '' ? word : `${last} ${word}`
    if (last !== '' && textWidth(longer) > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines.join('\n')
}
