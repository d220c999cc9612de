import duckdb, { type Vector } from '@duckdb/node-bindings'

// A text handed to DuckDB takes a call from JavaScript, and a large append has hundreds of thousands of them. So all texts
// of a column go over as one, and each row is told which part of it is its own. Little-endian, as in `vectors.ts`.

/** A text this long stands in its row; of a longer one a row holds the first four bytes and where it lies. */
const inlineBytes = 12
const wordsPerRow = 4
const wordSize = 0x1_0000_0000

/** Writes the texts of rows into a vector; rows without one are left as they are. */
export type TextWriter = (vector: Vector, texts: readonly (string | null)[]) => void

/** A writer with room for up to `most` rows. */
export function textWriter(most: number): TextWriter {
  const words = new Uint32Array(most * wordsPerRow)
  return (vector, texts) => {
    const joined = withoutRepeats(texts).join('')
    const bytes = Buffer.from(joined)
    // Places are counted in letters: only where all are ASCII are they places of bytes, too.
    if (bytes.length !== joined.length || bytes.length <= inlineBytes) {
      texts.forEach((text, row) => {
        if (text !== null) duckdb.vector_assign_string_element(vector, row, text)
      })
      return
    }
    const start = placeOf(vector, bytes)
    fillRows(words, texts, start)
    duckdb.copy_data_to_vector(vector, 0, words.buffer, 0, texts.length * wordsPerRow * 4)
  }
}

/** Many columns say the same on one row after the other. */
function withoutRepeats(texts: readonly (string | null)[]): string[] {
  const kept: string[] = []
  let last: string | null = null
  for (const text of texts) {
    if (text === null || text === last) continue
    kept.push(text)
    last = text
  }
  return kept
}

/** Gives bytes to a vector to keep, by way of its first row. Answers where they lie. */
function placeOf(vector: Vector, bytes: Buffer): number {
  duckdb.vector_assign_string_element_len(vector, 0, bytes)
  const row = duckdb.vector_get_data(vector, wordsPerRow * 4)
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength)
  return view.getUint32(8, true) + view.getUint32(12, true) * wordSize
}

function fillRows(words: Uint32Array, texts: readonly (string | null)[], start: number): void {
  let last: string | null = null
  let place = start
  let next = start
  texts.forEach((text, row) => {
    if (text === null) return
    if (text !== last) {
      place = next
      next += text.length
      last = text
    }
    const at = row * wordsPerRow
    words[at] = text.length
    words[at + 1] = lettersAt(text, 0)
    const isInline = text.length <= inlineBytes
    words[at + 2] = isInline ? lettersAt(text, 4) : place % wordSize
    words[at + 3] = isInline ? lettersAt(text, 8) : Math.floor(place / wordSize)
  })
}

/** Four letters of ASCII as a word, with zeros behind the last one. */
function lettersAt(text: string, at: number): number {
  let word = 0
  for (let i = Math.min(at + 4, text.length) - 1; i >= at; i--) word = (word << 8) | text.charCodeAt(i)
  return word
}
