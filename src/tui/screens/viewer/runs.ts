import { fittingLength, textWidth } from '../../../base/text-width.ts'

/** How a piece of text looks. */
export interface Style {
  readonly bold?: boolean
  readonly dim?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
  readonly strike?: boolean
  readonly inverse?: boolean
  readonly color?: 'cyan' | 'green' | 'yellow' | 'red' | 'magenta' | 'blue'
}

/** A piece of text in one look. It holds no line end and no control characters. */
export interface Run {
  readonly text: string
  readonly style: Style
}

/** One line of the screen. */
export type Row = readonly Run[]

export const plain: Style = {}

export function rowText(row: Row): string {
  return row.map(run => run.text).join('')
}

/** A line of the text as it is, as many rows as it takes. */
export function cutLine(text: string, columns: number, style: Style): Row[] {
  const rows: Row[] = []
  let rest = text
  do {
    const length = fittingLength(rest, columns)
    rows.push([{ text: rest.slice(0, length), style }])
    rest = rest.slice(length)
  } while (rest !== '')
  return rows
}

/** Runs as rows that break at blanks; a word that is longer than a row is cut. */
export function wrapRuns(runs: readonly Run[], columns: number): Row[] {
  const rows: Run[][] = []
  let row: Run[] = []
  let width = 0
  const end = () => {
    rows.push(row)
    row = []
    width = 0
  }
  for (const { text, style } of runs) {
    for (const piece of text.split(/(\s+)/)) {
      if (piece === '') continue
      let rest = piece
      let restWidth = textWidth(rest)
      const isBlank = piece.trim() === ''
      if (width + restWidth > columns && width > 0) end()
      // The blank at which a row breaks is not shown.
      if (isBlank && width === 0 && rows.length > 0) continue
      while (restWidth > columns) {
        const length = fittingLength(rest, columns)
        if (length >= rest.length) break
        const cut = rest.slice(0, length)
        row.push({ text: cut, style })
        end()
        rest = rest.slice(length)
        restWidth -= textWidth(cut)
      }
      add(row, { text: rest, style })
      width += restWidth
    }
  }
  if (row.length > 0 || rows.length === 0) rows.push(row)
  return rows
}

function add(row: Run[], run: Run): void {
  const last = row.at(-1)
  if (last && last.style === run.style) row[row.length - 1] = { text: last.text + run.text, style: run.style }
  else row.push(run)
}

/** Puts the same before every row; `first` before the first one. */
export function indented(rows: readonly Row[], first: Run, others: Run): Row[] {
  return rows.map((row, index) => [index === 0 ? first : others, ...row])
}

/** The row with all places of a text turned around. */
export function highlighted(row: Row, term: string): Row {
  const text = rowText(row).toLowerCase()
  if (term === '' || text.length !== rowText(row).length || !text.includes(term)) return row
  const marked: Run[] = []
  let offset = 0
  for (const { text: part, style } of row) {
    let from = 0
    for (let i = 0; i < part.length; i++) {
      const isNow = isInside(text, term, offset + i)
      if (i > from && isNow !== isInside(text, term, offset + i - 1)) {
        marked.push({ text: part.slice(from, i), style: isNow ? style : { ...style, inverse: true } })
        from = i
      }
    }
    const isLast = part !== '' && isInside(text, term, offset + part.length - 1)
    marked.push({ text: part.slice(from), style: isLast ? { ...style, inverse: true } : style })
    offset += part.length
  }
  return marked
}

/** Whether a place of a text is part of the term. */
function isInside(text: string, term: string, place: number): boolean {
  const at = text.indexOf(term, Math.max(0, place - term.length + 1))
  return at !== -1 && at <= place
}
