import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import {
  fittingLength,
  graphemesOf,
  padText,
  textWidth,
  truncateText,
  wrapLine,
} from '../../src/base/text-width.ts'

const family = '👨‍👩‍👧‍👦'

describe('the width of a text', () => {
  test.each([
    ['nothing', '', 0],
    ['ASCII', 'hello', 5],
    ['Latin with accents', 'Größe', 5],
    ['combining marks', 'e\u0301a\u0308', 2],
    ['Chinese', '日本', 4],
    ['Hangul', '한국', 4],
    ['full-width forms', 'Ａ', 2],
    ['an emoji', '😀', 2],
    ['joined emoji', family, 2],
    ['a flag', '🇩🇪', 2],
    ['a skin tone', '👍🏽', 2],
    ['an emoji by variation selector', '❤️', 2],
    ['a zero-width space', '\u200b', 0],
    ['box drawing and ellipsis', '─…', 2],
  ])('counts %s', (_, text, columns) => {
    const width = textWidth(text)

    expect(width).toBe(columns)
  })
})

/** Plain letters of many scripts, and what joins itself to letters or to others of its kind. */
const tricky = fc.constantFrom(
  ...['a', '1', '#', 'é', 'я', 'λ', '漢', 'か', 'カ', '한', 'Ａ', ' ', '©', '°', '─', '…', '、'],
  ...[
    '\u0301',
    '\ufe0f',
    '\u20e3',
    '\u200d',
    '\u1100',
    '\u11a8',
    '\u0600',
    '\u00ad',
    '\u3099',
    '\uff9e',
    '\u0e33',
  ],
  ...['⚠', '★', '✓', '❯', '↔', '▶', '⌨'],
  ...['👍', '🏽', '👩', '🇩', '🇪', '𠮷', '\ud83d', '\u0915', '\u094d', '\u200b'],
)

/** Some of them stay open. */
const escapes = fc.constantFrom(
  '\x1b[1m',
  '\x1b[38;5;9m',
  '\x1b[0m',
  '\x1b]0;x\x07',
  '\x1b[',
  '\x9b2K',
  '\x1b',
)

describe('measuring in pieces', () => {
  test('gives the width of the whole, for every character and for mixtures', () => {
    const wrong: string[] = []
    for (let code = 0x20; code < 0xffff; code++) {
      const text = `x${String.fromCharCode(code)}x`
      if (textWidth(text) !== stringWidth(text)) wrong.push(code.toString(16))
    }

    expect(wrong).toEqual([])
    fc.assert(
      fc.property(fc.array(fc.oneof(tricky, escapes), { maxLength: 30 }), parts => {
        expect(textWidth(parts.join(''))).toBe(stringWidth(parts.join('')))
      }),
      { numRuns: 3000, seed: 7 },
    )
  })

  test('takes a text apart where Intl does', () => {
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
    const line = fc.oneof(tricky, escapes, fc.constantFrom('\r', '\n', '\t'))

    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), parts => {
        const text = parts.join('')
        const expected = [...graphemes.segment(text)].map(({ segment, index }) => ({ segment, index }))

        expect([...graphemesOf(text)]).toEqual(expected)
      }),
      { numRuns: 3000, seed: 7 },
    )
  })

  test('finds what fits: whole graphemes, and as many as there is room for', () => {
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

    fc.assert(
      fc.property(
        fc.array(tricky, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (parts, columns) => {
          const text = parts.join('')
          let width = 0
          let expected = 0
          for (const { segment } of graphemes.segment(text)) {
            width += stringWidth(segment)
            if (width > columns && expected > 0) break
            expected += segment.length
          }

          expect(fittingLength(text, columns)).toBe(expected)
        },
      ),
      { numRuns: 3000, seed: 7 },
    )
  })
})

describe('cutting a text', () => {
  test.each([
    ['keeps what fits', 'hello', 5, 'hello'],
    ['ends in an ellipsis', 'hello', 4, 'hel…'],
    ['leaves only the ellipsis in one column', 'hello', 1, '…'],
    ['leaves nothing in no column', 'hello', 0, ''],
    ['keeps wide text that just fits', '日本語', 6, '日本語'],
    ['stays a column short rather than halve a wide character', '日本語', 4, '日…'],
    ['uses all columns where wide characters allow', '日本語', 5, '日本…'],
    ['keeps a mark with its letter', 'e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['never splits joined emoji', `${family}${family}`, 3, `${family}…`],
    ['drops joined emoji that do not fit', `a${family}b`, 3, 'a…'],
    ['never splits flags', '🇩🇪🇫🇷🇮🇹', 5, '🇩🇪🇫🇷…'],
  ])('%s', (_, text, columns, expected) => {
    const cut = truncateText(text, columns)

    expect(cut).toBe(expected)
    expect(textWidth(cut)).toBeLessThanOrEqual(columns)
  })
})

describe('filling a text', () => {
  test('fills after text on the left', () => {
    expect(padText('ab', 4, 'left')).toBe('ab  ')
  })

  test('fills before text on the right', () => {
    expect(padText('ab', 4, 'right')).toBe('  ab')
  })

  test('counts columns, not characters', () => {
    expect(padText('日本', 6, 'left')).toBe('日本  ')
    expect(padText('e\u0301', 3, 'right')).toBe('  e\u0301')
  })

  test('leaves a text that is too wide as it is', () => {
    expect(padText('abcdef', 4, 'right')).toBe('abcdef')
  })
})

describe('breaking a line', () => {
  test('is broken at blanks, where it fits', () => {
    expect(wrapLine('apples and pears from the garden', 10)).toBe('apples and\npears from\nthe garden')
  })

  test('keeps a word that is longer than the terminal is wide', () => {
    expect(wrapLine('see https://orchard.example/apples', 10)).toBe('see\nhttps://orchard.example/apples')
  })

  test('stays whole where there is no terminal', () => {
    expect(wrapLine('a b '.repeat(200), undefined)).toBe('a b '.repeat(200))
  })
})
