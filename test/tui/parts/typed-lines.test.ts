import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textWidth } from '../../../src/base/text-width.ts'
import { type TypedLine, typedLines } from '../../../src/tui/parts/typed-lines.ts'

/** Lines as text, the cursor as `[…]`. */
function shown(lines: readonly TypedLine[]): string[] {
  return lines.map(({ before, under, after }) => before + (under === null ? '' : `[${under}]`) + after)
}

test('the cursor stands where the next letter comes', () => {
  const at = (before: string, after: string) => shown(typedLines({ before, after }, 6, 9))

  expect(at('', '')).toEqual(['[ ]'])
  expect(at('ab', 'cd')).toEqual(['ab[c]d'])
  expect(at('ab', '\ncd')).toEqual(['ab[ ]', 'cd'])
  expect(at('ab\n', 'cd')).toEqual(['ab', '[c]d'])
  expect(at('abcdefg', 'h')).toEqual(['abcde', 'fg[h]'])
  expect(at('abcde', 'f')).toEqual(['abcde', '[f]'])
  expect(at('漢字', '')).toEqual(['漢字[ ]'])
  expect(at('a', '👩‍👩‍👧b')).toEqual(['a[👩‍👩‍👧]b'])
})

test('what other people wrote commands no terminal while it is edited', () => {
  const link = '\x1b]8;;https://example.org\x07here\x1b]8;;\x07'
  const at = (before: string, after: string) => shown(typedLines({ before, after }, 40, 9))

  expect(at(`\x1b[31mred ${link}\u202e`, '')).toEqual(['red here[ ]'])
  expect(at('a', `b\rc\td \x1b[2Je`)).toEqual(['a[b] c    d e'])
  expect(at('\x1b[', '31mx\r\ny')).toEqual(['[3]1mx', 'y'])
})

test('of a long text the lines around the cursor are seen', () => {
  const text = Array.from({ length: 900 }, (_, n) => `line ${n}`)
  const at = (line: number) =>
    shown(
      typedLines(
        { before: `${text.slice(0, line).join('\n')}\n`, after: text.slice(line).join('\n') },
        20,
        5,
      ),
    )

  expect(at(450)).toEqual(['line 447', 'line 448', 'line 449', '[l]ine 450', 'line 451'])
  expect(at(899)).toEqual(['line 895', 'line 896', 'line 897', 'line 898', '[l]ine 899'])
})

test('there is one cursor, and no line is too wide, whatever was typed', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '漢', 'é', '😀') })

  fc.assert(
    fc.property(
      text,
      text,
      fc.integer({ min: 3, max: 20 }),
      fc.integer({ min: 1, max: 6 }),
      (before, after, columns, rows) => {
        const lines = typedLines({ before, after }, columns, rows)

        expect(lines.filter(({ under }) => under !== null)).toHaveLength(1)
        expect(lines.length).toBeLessThanOrEqual(rows)
        for (const line of lines)
          expect(textWidth(line.before + (line.under ?? '') + line.after)).toBeLessThanOrEqual(columns)
      },
    ),
  )
})
