import { cleanText } from '../../base/clean-text.ts'
import { padText, textWidth } from '../../base/text-width.ts'
import { type Field, fitsWidth, renderLayout } from '../layout.ts'

/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string
  readonly isNumber: boolean
}

type Cells = readonly string[]

/** Less of a text tells nothing any more. */
const leastTextColumns = 12

/**
 * The answer to a statement as a table, or where it is too wide for the terminal as one record after the other, as psql
 * has it: a table whose lines break in the middle can't be read.
 */
export function answerText(
  columns: readonly AnswerColumn[],
  rows: readonly Cells[],
  width: number | undefined,
): string {
  const fields = columns.map(({ name, isNumber }, index): Field<Cells> => {
    const text = (cells: Cells) => cells[index] ?? ''
    return isNumber
      ? { title: name, align: 'right', text }
      : { title: name, flexible: true, minWidth: leastTextColumns, text }
  })
  const isTable = rows.length === 0 || fitsWidth(fields, rows, width)
  return isTable ? renderLayout([fields], rows, width) : recordsText(columns, rows)
}

/** Values stay whole and in one line, to be copied. */
function recordsText(columns: readonly AnswerColumn[], rows: readonly Cells[]): string {
  const names = columns.map(column => cleanText(column.name))
  const nameWidth = Math.max(...names.map(textWidth))
  const records = rows.map((cells, index) => {
    const head = `── ${index + 1} ──`
    const lines = names.map(
      (name, at) => `${padText(name, nameWidth, 'left')}  ${cleanText(cells[at] ?? '')}`,
    )
    return [head, ...lines.map(line => line.trimEnd())].join('\n')
  })
  return records.join('\n')
}
