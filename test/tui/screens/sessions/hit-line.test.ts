import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textWidth } from '../../../../src/base/text-width.ts'
import { hitRuns } from '../../../../src/tui/screens/sessions/hit-line.ts'
import { hostile } from '../../../support/rich-home.ts'

/** As it is seen without styles. */
function shown(line: string, term: string, columns = 40): string {
  const matches: [number, number][] = []
  for (let at = line.indexOf(term); at >= 0; at = line.indexOf(term, at + 1))
    matches.push([at, at + term.length])
  return hitRuns({ line, matches }, columns, { hasStyles: false })
    .map(run => run.text)
    .join('')
}

test('a short line is shown whole, with all matches marked', () => {
  const line = 'the gate and the gates'
  const runs = hitRuns(
    {
      line,
      matches: [
        [4, 8],
        [17, 21],
      ],
    },
    40,
    { hasStyles: true },
  )

  expect(runs).toEqual([
    { text: 'the ', isMatch: false },
    { text: 'gate', isMatch: true },
    { text: ' and the ', isMatch: false },
    { text: 'gate', isMatch: true },
    { text: 's', isMatch: false },
  ])
  expect(shown(line, 'gate')).toBe('the »gate« and the »gate«s')
})

test('of a long line the part around the first match is shown, with some of what is before it', () => {
  const words = Array.from({ length: 200 }, (_, n) => `word${n}`).join(' ')

  expect(shown(words, 'word100')).toBe('…rd98 word99 »word100« word101 word102 …')
  expect(shown(words, 'word0')).toBe('»word0« word1 word2 word3 word4 word5 w…')
  expect(shown(words, 'word199')).toBe('…rd195 word196 word197 word198 »word199«')
})

test('wide and joined characters keep their width and are never split', () => {
  const line = `${'漢字'.repeat(50)}門🍎👨‍👩‍👧${'漢字'.repeat(50)}`

  for (let columns = 8; columns < 60; columns++) {
    const text = shown(line, '門🍎', columns)
    expect(textWidth(text)).toBeLessThanOrEqual(columns)
    expect(text).toContain('»門🍎«')
    expect(text).not.toContain('\ufffd')
  }
})

test('what would command a terminal is gone, and the match is still there', () => {
  const line = `\x1b]0;owned\x07 a\tb\r\n${hostile} \x1b[31mgate\x1b[0m \u202egate`

  const text = shown(line, 'gate', 200)

  expect(text).toContain('»gate«')
  expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/)
  expect(shown('\x1b]0;owned\x07', 'owned')).toBe('»owned«')
})

test('a line of a megabyte, and one that is no more than its match, are cut', () => {
  expect(shown(`${'x'.repeat(1 << 20)}gate${'y'.repeat(1 << 20)}`, 'gate', 20)).toBe('…xxxxxx»gate«yyyyyy…')
  expect(shown('g'.repeat(100), 'g'.repeat(100), 20)).toHaveLength(20)
})

test('whatever the line and the width, it fits', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.nat(30),
      fc.nat(30),
      fc.nat(60),
      (line, start, length, columns) => {
        const matches: [number, number][] = [
          [Math.min(start, line.length), Math.min(start + length, line.length)],
        ]
        const text = hitRuns({ line, matches }, columns, { hasStyles: false }).map(run => run.text)

        expect(textWidth(text.join(''))).toBeLessThanOrEqual(columns)
      },
    ),
  )
})
