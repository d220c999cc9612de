import fc from 'fast-check'
import type { CharStyle } from './json-writer.ts'

/** Words that are hard to find: to be escaped, of several cases, of several bytes, or no text at all. */
const hardWords = [
  'orchard',
  'pear',
  'KiosK',
  'sſS',
  'k\u212ak',
  'Größe',
  'GRÖẞE',
  'İstanbul',
  'ısı',
  'Ὀδυσσεύς',
  'ΟΔΟΣ',
  'привет',
  '果樹園',
  '🍐🍎',
  '𐐀𐐨',
  'e\u0301',
  '\ufb06op',
  '"quoted"',
  '\\',
  'C:\\new\\table',
  'a/b',
  '/model',
  '</tag>',
  '!',
  '{"key":"value"}',
  '"uuid":',
  '\\u0041',
  '\u0000',
  '\u001b[31m',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\ufffd',
  '\ud800',
  '1e3',
  '.*',
  '[x]',
  '$^',
]

export const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hardWords) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
)

/** White space that ends no text. */
const gap = fc.constantFrom(' ', '  ', '\n', '\r\n', '\t', '', '\u2003', '-')

/** Some words and what is between them. */
export const text = fc
  .array(fc.tuple(word, gap), { maxLength: 5 })
  .map(parts => parts.map(([one, between]) => one + between).join(''))

const isAscii = (char: string) => char < '\x80'

/** Writers: as JavaScript's and Python's, one that is wary of HTML, and one that does something else with every character. */
export const styles: fc.Arbitrary<(char: string) => CharStyle> = fc.oneof(
  fc.constant<(char: string) => CharStyle>(() => 'short'),
  fc
    .constantFrom<CharStyle>('escape', 'capitals')
    .map(style => (char: string) => (isAscii(char) ? 'short' : style)),
  fc.constant<(char: string) => CharStyle>(char => (/[<>&'\u2028\u2029]/.test(char) ? 'escape' : 'short')),
  fc
    .array(fc.constantFrom<CharStyle>('raw', 'short', 'escape', 'capitals'), { minLength: 1, maxLength: 9 })
    .map(list => {
      let next = 0
      return () => list[next++ % list.length] ?? 'raw'
    }),
)

/** A part of a text as somebody may type it: in another case, other white space. */
export function partOf(whole: string): fc.Arbitrary<string> {
  const chars = [...whole]
  return fc
    .tuple(fc.nat(chars.length), fc.nat(12), fc.constantFrom('same', 'upper', 'lower'), fc.boolean())
    .map(([start, length, letters, isBlank]) => {
      const part = chars.slice(start, start + length).join('')
      const cased = letters === 'same' ? part : letters === 'upper' ? part.toUpperCase() : part.toLowerCase()
      return isBlank ? cased.replace(/\s+/g, ' ') : cased
    })
}
