import { expect, test } from 'vitest'
import { firstPlace, placesIn, readTerms } from '../../../src/transcripts/search/terms.ts'

function has(text: string, term: string): boolean {
  return placesIn(text, readTerms([term])).length > 0
}

test('capital and small letters are the same, letters that are written alike are not', () => {
  expect(has('GRÖSSE größe', 'Größe')).toBe(true)
  expect(has('ΟΔΟΣ ὁδός', 'οδοσ')).toBe(true)
  expect(has('Kelvin: \u212a', 'k')).toBe(true)
  expect(has('poſt', 'POST')).toBe(true)
  expect(has('𐐀', '𐐨')).toBe(true)
  expect(has('GRÖSSE', 'größe')).toBe(false)
  expect(has('İstanbul', 'istanbul')).toBe(false)
  expect(has('o\u0308', 'ö')).toBe(false)
})

test('a blank stands for any white space, and signs stand for themselves', () => {
  expect(has('the\r\n\t  pear', 'the pear')).toBe(true)
  expect(has('the\u00a0pear', 'the \n pear')).toBe(true)
  expect(has('thepear', 'the pear')).toBe(false)
  expect(has('a.b [x] (y)? $^|{}\\d+*/', '. b')).toBe(false)
  expect(has('a.b [x] (y)? $^|{}\\d+*/', '.b [X] (y)? $^|{}\\D+*/')).toBe(true)
})

test('blank terms are none, and blanks around a term mean nothing', () => {
  expect(readTerms(['', ' \n ', '\u00a0'])).toEqual([])
  expect(has('pear', '  pear ')).toBe(true)
})

test('places are in order, and those that touch are one', () => {
  expect(placesIn('pear, apple, PEAR', readTerms(['apple', 'pear']))).toEqual([
    [0, 4],
    [6, 11],
    [13, 17],
  ])
  expect(placesIn('pearapple', readTerms(['apple', 'pear', 'ara']))).toEqual([[0, 9]])
})

test('a term can be looked for again and again', () => {
  const [pear = /-/] = readTerms(['pear'])

  expect([1, 2, 3].map(() => firstPlace('a pear', pear))).toEqual([
    [2, 6],
    [2, 6],
    [2, 6],
  ])
  expect(placesIn('a pear', [pear])).toEqual([[2, 6]])
})

test('of a term that is too long its beginning is looked for', () => {
  const text = 'ä '.repeat(20_000)

  expect(has(text, text)).toBe(true)
  expect(has(text, `x${text}`)).toBe(false)
})
