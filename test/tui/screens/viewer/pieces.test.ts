import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linesOf, textPieces } from '../../../../src/tui/screens/viewer/pieces.ts'

describe('a long text', () => {
  test('is parted at line ends, into pieces of which none is long', () => {
    const text = Array.from({ length: 100_000 }, (_, n) => `line ${n}`).join('\n')

    const pieces = textPieces(text, 80)

    expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThanOrEqual(1 << 14)
    expect(pieces.join('\n')).toBe(text)
  })

  test('of one line is parted where rows end, and never within a character', () => {
    const pieces = textPieces('x'.repeat(1 << 20), 77)
    const emoji = textPieces('😀'.repeat(1 << 18), 77)

    expect(pieces.slice(0, -1).filter(piece => piece.length % 77 !== 0)).toEqual([])
    expect(pieces.join('')).toBe('x'.repeat(1 << 20))
    expect(emoji.filter(piece => !piece.isWellFormed())).toEqual([])
    expect(emoji.join('')).toBe('😀'.repeat(1 << 18))
  })

  test('has no more lines where they end as on Windows', () => {
    const text = Array.from({ length: 20_000 }, (_, n) => `line ${n}`).join('\r\n')

    expect(textPieces(text, 80).flatMap(linesOf)).toEqual(linesOf(text))
  })

  test('loses empty lines at its ends, and only those', () => {
    expect(textPieces('\n \t\n  a\n\nb\n\n', 80)).toEqual(['  a\n\nb'])
    expect(textPieces(' \n\n', 80)).toEqual([])
  })

  test('has the same lines in pieces as in one, whatever stands in it', () => {
    const part = fc.constantFrom('a', '漢', '\n', '\r\n', ' ', '\t', 'word '.repeat(900), 'x'.repeat(5000))

    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), parts => {
        const text = parts.join('')
        const whole = linesOf(text.trimEnd().replace(/^(?:[^\S\n]*\n)+/, ''))
        const inPieces = textPieces(text, 80).flatMap(linesOf)

        // Only a line that is longer than a piece is parted.
        expect(inPieces.join('').length).toBe(text.trim() === '' ? 0 : whole.join('').length)
        if (whole.every(line => line.length < 8000) && text.trim() !== '') expect(inPieces).toEqual(whole)
      }),
      { numRuns: 300, seed: 3 },
    )
  })
})
