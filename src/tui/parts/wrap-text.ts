import { graphemesOf, textWidth, wrapLine } from '../../base/text-width.ts'

/** Breaks a text into lines of at most so many columns: at blanks where there are some, else anywhere. Nothing is left out. */
export function wrapText(text: string, columns: number): string[] {
  const width = Math.max(2, columns)
  return text.split('\n').flatMap(line =>
    wrapLine(line, width)
      .split('\n')
      .flatMap(part => pieces(part, width)),
  )
}

/** A word that is too long, such as a path or an address. */
function pieces(word: string, columns: number): string[] {
  if (textWidth(word) <= columns) return [word]
  const found: string[] = []
  let piece = ''
  let width = 0
  for (const { segment } of graphemesOf(word)) {
    const wider = textWidth(segment)
    if (width + wider > columns) {
      found.push(piece)
      piece = ''
      width = 0
    }
    piece += segment
    width += wider
  }
  return [...found, piece]
}
