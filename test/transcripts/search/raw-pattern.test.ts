import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linePattern, longestRunOf, sameAs } from '../../../src/transcripts/search/raw-pattern.ts'
import { firstPlace, readTerms } from '../../../src/transcripts/search/terms.ts'
import { writeJson } from '../../support/json-writer.ts'
import { partOf, styles, text } from '../../support/search-words.ts'

/** Bytes as the pattern gets them. */
function latin1(words: string): string {
  return Buffer.from(words).toString('latin1')
}

test('a line in which a term is read has its bytes, however JSON was written', () => {
  let looked = 0
  const cases = text.chain(said => fc.tuple(fc.constant(said), partOf(said), styles))
  fc.assert(
    fc.property(cases, ([said, term, styleOf]) => {
      const line = writeJson({ message: { content: said } }, styleOf)
      const read: string = JSON.parse(Buffer.from(line).toString()).message.content
      const [pattern] = readTerms([term])
      if (!pattern || !firstPlace(read, pattern)) return

      looked++
      expect(linePattern([term]).test(latin1(line))).toBe(true)
    }),
    { numRuns: 5000 },
  )
  expect(looked).toBeGreaterThan(1000)
})

test('every character leads to all that are the same', () => {
  const cased: string[] = []
  for (let code = 0x41; code <= 0x1ffff; code++) {
    const char = code >= 0xd800 && code <= 0xdfff ? '' : String.fromCodePoint(code)
    if (/\p{Changes_When_Casefolded}|\p{Changes_When_Casemapped}/u.test(char)) cased.push(char)
  }
  const all = cased.join('')

  const lost = cased.flatMap(char => {
    const known = sameAs(char)
    return (all.match(new RegExp(char, 'giu')) ?? [])
      .filter(other => !known.includes(other))
      .map(other => char + other)
  })

  expect(cased.length).toBeGreaterThan(2500)
  expect(lost).toEqual([])
})

test('what is looked for first is the longest run that writers leave as it is', () => {
  expect(longestRunOf(['src/tui/app.tsx'])).toBe('app.tsx')
  expect(longestRunOf(['a "quoted\\word"', 'pear'])).toBe('quoted')
  expect(longestRunOf(['Größe'])).toBe('Größe')
  expect(longestRunOf(['"', ' / '])).toBeUndefined()
  expect(longestRunOf(['x'.repeat(5000)])).toHaveLength(40)
})

test('an escape that nobody needs makes a line worth looking at, a needed one does not', () => {
  const pattern = () => linePattern(['pear'])

  expect(pattern().test('{"text":"p\\u0065ar"}')).toBe(true)
  expect(linePattern(['x🍐']).test('{"text":"x\\uD83C\\uDF50"}')).toBe(true)
  expect(pattern().test('{"text":"\\u001b[0m \\u00e4 \\ud83c\\udf50 peach"}')).toBe(false)
})

test('the name of a field is no text, the same word in a text is', () => {
  const isWorthLookingAt = (line: string) => linePattern(['pear']).test(line)

  expect(['{"pear":0}', '{"aPearTree":{"b":1}}', '{"a":1,"PEAR_2":[]}'].filter(isWorthLookingAt)).toEqual([])
  const texts = ['{"a":"pear"}', '{"a":["pear","b"]}', '{"a":"\\"pear\\":1"}', '{"a":"pear : 1"}', 'pear']
  expect(texts.filter(isWorthLookingAt)).toEqual(texts)
})
