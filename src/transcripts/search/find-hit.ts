import type { JsonObject } from '../../base/jsonl.ts'
import type { ReadableLines, ReadableText, TranscriptFile } from '../source.ts'
import { lineAround } from './hit-line.ts'
import { objectsOf, scanFile } from './scan.ts'
import { firstPlace, type Place, type Terms } from './terms.ts'

/** Where a session has what is looked for. */
export interface TextHit {
  /** As the file says, and so anybody's text. */
  readonly sessionId: string
  readonly tool: string
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
  { tool, path }: Pick<TranscriptFile, 'tool' | 'path'>,
  terms: Terms,
  { pattern, reader, buffer }: { pattern: RegExp; reader: ReadableLines; buffer: Buffer },
): TextHit | undefined {
  let hit: TextHit | undefined
  scanFile(path, pattern, buffer, line => {
    const found = firstTerm(line, terms, reader)
    if (!found) return false
    const { kind, text, place } = found
    hit = {
      sessionId: reader.sessionOf(path, () => objectsOf(path)),
      tool,
      file: path,
      kind,
      atMs: reader.writtenAtMs(line),
      ...lineAround(text, place, terms),
    }
    return true
  })
  return hit
}

/** Where the texts of a line have the first term, if they have every one. */
function firstTerm(
  line: JsonObject,
  terms: Terms,
  reader: ReadableLines,
): (ReadableText & { readonly place: Place }) | undefined {
  const missing = new Set(terms)
  let first: (ReadableText & { readonly place: Place }) | undefined
  for (const text of reader.readableTexts(line)) {
    for (const term of missing) {
      const place = firstPlace(text.text, term)
      if (!place) continue
      missing.delete(term)
      if (term === terms[0]) first = { ...text, place }
    }
    if (missing.size === 0) break
  }
  return missing.size === 0 ? first : undefined
}
