import type { JsonObject } from '../../base/jsonl.ts'
import type { ReadableLines, ReadableText, TranscriptFile } from '../source.ts'
import { lineAround } from './hit-line.ts'
import { objectsOf, scanFile } from './scan.ts'
import { firstPlace, type Place, type Terms } from './terms.ts'

/** Where a session has what is looked for. */
export interface TextHit {
  /** As the file says, and so anybody's text. */
  readonly sessionId: string
  /** The session's own transcript or that of a subagent. */
  readonly file: string
  readonly kind: ReadableText['kind']
  /** When it was said; UTC milliseconds. */
  readonly atMs: number | null
  /**
   * What a person reads around the first term, some 500 characters at most, on one line: not cleaned for a terminal.
   */
  readonly line: string
  /** Where `line` has terms, from left to right. */
  readonly matches: readonly Place[]
}

/** The first message of a file that has all terms. Throws errors of the file system. */
export function findHit(
  { path }: Pick<TranscriptFile, 'path'>,
  terms: Terms,
  { pattern, reader, buffer }: { pattern: RegExp; reader: ReadableLines; buffer: Buffer },
): TextHit | undefined {
  let hit: TextHit | undefined
  scanFile(path, pattern, buffer, line => {
    const text = textWithTerms(line, terms, reader)
    if (!text) return false
    hit = {
      sessionId: reader.sessionOf(path, () => objectsOf(path)),
      file: path,
      kind: text.kind,
      atMs: reader.writtenAtMs(line),
      ...lineAround(text.text, terms),
    }
    return true
  })
  return hit
}

/** If the texts of a line have every term: the one that has the first. */
function textWithTerms(line: JsonObject, terms: Terms, reader: ReadableLines): ReadableText | undefined {
  const missing = new Set(terms)
  let shown: ReadableText | undefined
  for (const text of reader.readableTexts(line)) {
    for (const term of missing) {
      if (!firstPlace(text.text, term)) continue
      missing.delete(term)
      if (term === terms[0]) shown = text
    }
    if (missing.size === 0) return shown
  }
  return undefined
}
