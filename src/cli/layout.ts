import { cleanText } from '../base/clean-text.ts'
import { textWidth } from '../base/text-width.ts'
import { type Column, renderTable } from './output.ts'

/** Room for every column of a list and for titles as long as people write them. */
const pipedColumns = 160

/**
 * How wide a list of sessions may be: as the terminal, and where there is none (`| less`, a file) no wider than can be
 * read. A title can be a whole first prompt; JSON and CSV have it in full.
 */
export function listWidth(): number {
  return process.stdout.columns ?? pipedColumns
}

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
  const fields = layouts.find(layout => fitsWidth(layout, rows, width)) ?? layouts.at(-1)
  if (!fields) throw new Error('a table without a layout')
  const hasTotals = fields.some(field => field.total !== undefined)
  return renderTable(
    fields,
    rows.map(row => fields.map(field => field.text(row))),
    { width, footer: hasTotals ? [fields.map(field => field.total ?? '')] : [] },
  )
}

/** Whether a layout fits the terminal once all that is flexible is cut or wrapped. */
export function fitsWidth<Row>(
  layout: readonly Field<Row>[],
  rows: readonly Row[],
  width: number | undefined,
): boolean {
  return width === undefined || leastWidth(layout, rows) <= width
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
