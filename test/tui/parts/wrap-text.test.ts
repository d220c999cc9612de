import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textWidth } from '../../../src/base/text-width.ts'
import { wrapText } from '../../../src/tui/parts/wrap-text.ts'

test('breaks at blanks, and words that are too long anywhere', () => {
  expect(wrapText('one two three\n\n/a/very/long/path', 8)).toEqual([
    'one two',
    'three',
    '',
    '/a/very/',
    'long/pat',
    'h',
  ])
})

test('leaves nothing out and fits every width', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '日', '👩‍👩‍👧', 'é', '\n'), maxLength: 60 })
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 20 }), (given, columns) => {
      const lines = wrapText(given, columns)
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns)
      expect(lines.join('').replace(/\s/g, '')).toBe(given.replace(/\s/g, ''))
    }),
  )
})
