import { expect, test } from 'vitest'
import { lineAround } from '../../../src/transcripts/search/hit-line.ts'
import { firstPlace, readTerms } from '../../../src/transcripts/search/terms.ts'

function around(text: string, ...words: string[]) {
  const terms = readTerms(words)
  const place = terms[0] && firstPlace(text, terms[0])
  if (!place) throw new Error('it is not there')
  const { line, matches } = lineAround(text, place, terms)
  return { line, shown: matches.map(([start, end]) => line.slice(start, end)) }
}

test('the line of a text is shown where the first term stands, with all terms in it', () => {
  expect(around('one\r\ntwo Pears,\tan apple\nthree pears', 'pear', 'apple')).toEqual({
    line: 'two Pears, an apple',
    shown: ['Pear', 'apple'],
  })
})

test('a term that goes over the end of a line is shown on one', () => {
  expect(around('a ripe\n\n   pear falls\nthen', 'ripe pear')).toEqual({
    line: 'a ripe pear falls',
    shown: ['ripe pear'],
  })
})

test('of a long line the part around the term is shown, and that it goes on', () => {
  const { line, shown } = around(`${'x'.repeat(1e6)} pear ${'y'.repeat(1e6)}`, 'pear')

  expect(line).toMatch(/^…x+ pear y+…$/)
  expect(line.length).toBeLessThan(600)
  expect(shown).toEqual(['pear'])
})

test('no character is cut in half', () => {
  const { line } = around(`${'🍐'.repeat(100)}pear${'🍎'.repeat(1000)}`, 'pear')
  const { line: other } = around(`x${'🍐'.repeat(100)}pear!${'🍎'.repeat(1000)}`, 'pear')

  expect(line).toMatch(/^…(🍐)+pear(🍎)+…$/u)
  expect(other).toMatch(/^…(🍐)+pear!(🍎)+…$/u)
})

test('a text that is as long as what is shown is whole', () => {
  expect(around(`${'x'.repeat(80)}pear`, 'pear').line).toBe(`${'x'.repeat(80)}pear`)
  expect(around(`pear${'x'.repeat(400)}`, 'pear').line).toBe(`pear${'x'.repeat(400)}`)
})
