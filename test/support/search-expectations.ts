import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { TextHit } from '../../src/transcripts/search.ts'
import { folded, type Oracle } from './search-oracle.ts'
import { partOf, word } from './search-words.ts'

/** Names of fields, ids, signatures and pictures of a file: what nobody reads. */
export function hiddenIn(file: string): string[] {
  const text = readFileSync(file, 'latin1')
  const patterns = [
    /"(?:uuid|parentUuid|requestId|id|tool_use_id|leafUuid|promptId)":"([^"\\]{8,40})"/g,
    /"(?:signature|data|encrypted_content)":"([A-Za-z0-9+/=]{6,30})/g,
    /"([A-Za-z_]{4,})":/g,
  ]
  const partsOf = (pattern: RegExp) => new Set(Array.from(text.matchAll(pattern), ([, part = '']) => part))
  return patterns.flatMap(pattern => [...partsOf(pattern)].slice(0, 20))
}

/** Terms of which some stand in the texts, whole or in part, next to each other or not; or among what is hidden. */
export function termsFor({ texts }: Oracle, hidden: readonly string[]): fc.Arbitrary<string[]> {
  const read = texts.length === 0 ? word : fc.constantFrom(...texts).chain(partOf)
  const unread = hidden.length === 0 ? word : fc.constantFrom(...hidden)
  const term = fc.oneof({ weight: 6, arbitrary: read }, { weight: 2, arbitrary: word }, unread)
  return fc.array(term, { minLength: 1, maxLength: 3 })
}

/** That a hit shows what was looked for. */
export function expectShown({ line, matches }: TextHit, terms: readonly string[]): void {
  const first = folded((terms.find(term => term.trim() !== '') ?? '').toWellFormed().trim())
  const shown = matches.map(([start, end]) => folded(line.slice(start, end)))
  expect(shown.some(place => place.includes(first))).toBe(true)
  expect(line).not.toMatch(/[\r\n]/)
}
