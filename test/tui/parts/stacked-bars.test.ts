import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTokens } from '../../../src/base/format.ts'
import { fills } from '../../../src/tui/parts/bar-cells.ts'
import { type Bar, type Run, stackedBars } from '../../../src/tui/parts/stacked-bars.ts'

const aBar = (label: string, value: string, ...parts: number[]): Bar => ({
  label,
  value,
  parts: parts.map(BigInt),
})
const textOf = (lines: readonly Run[][] | null) =>
  lines?.map(line =>
    line
      .map(run => run.text)
      .join('')
      .trimEnd(),
  )

/** Colour and text behind each column of a line. */
const cellsOf = (line: readonly Run[] = []) =>
  line.flatMap(run => Array.from(run.text, glyph => ({ ...run, glyph })))

describe('stacked bars', () => {
  test('stand on their labels, with their values on top', () => {
    const bars = [aBar('1', '40', 40), aBar('2', '', 0), aBar('3', '10', 10), aBar('4', '1', 1)]

    const chart = stackedBars(bars, { columns: 20, rows: 6, hasColor: true })

    expect(textOf(chart)).toEqual([
      ' 40',
      '████',
      '████',
      '████       10   1',
      '████      ████ ▁▁▁▁',
      '1    2    3    4',
    ])
  })

  test('write values from top to bottom where bars are narrow', () => {
    const bars = [aBar('1', '1.2K', 1200), aBar('2', '300', 300), aBar('3', '', 0)]

    const chart = stackedBars(bars, { columns: 6, rows: 8, hasColor: true })

    expect(textOf(chart)).toEqual(['1', '.', '2', 'K 3', '█ 0', '█ 0', '█ ▆', '1 2 3'])
  })

  test('show two series in one cell by colour and background, and merge what looks alike', () => {
    const bars = [aBar('a', '8', 4, 4), aBar('b', '8', 4, 4), aBar('c', '8', 8, 0)]

    const chart = stackedBars(bars, { columns: 3, rows: 3, hasColor: true })

    expect(chart?.[1]).toEqual([
      { text: '▄▄', color: 0, background: 1 },
      { text: '█', color: 0, background: null },
    ])
  })

  test('let the blanks between bars of one colour be of it, too', () => {
    const bars = [aBar('a', '', 0, 0), aBar('b', '8', 8, 0), aBar('c', '8', 8, 0), aBar('d', '8', 0, 8)]

    const chart = stackedBars(bars, { columns: 8, rows: 3, hasColor: true })

    expect(chart?.[1]).toEqual([
      { text: '  █ █ ', color: 0, background: null },
      { text: '█ ', color: 1, background: null },
    ])
  })

  test('without colour every series has a fill of its own', () => {
    const bars = fills.map((_, at) => aBar('x', '9', ...fills.map((_, series) => (series === at ? 9 : 0))))

    const chart = stackedBars(bars, { columns: fills.length * 2, rows: 4, hasColor: false })

    expect(textOf(chart)?.[2]).toBe(fills.join(' '))
    expect(chart?.flat().every(run => run.color === null && run.background === null)).toBe(true)
  })

  test('say that there is no room rather than leave something out', () => {
    const bars = Array.from({ length: 31 }, (_, day) => aBar(String(day + 1), '1.2M', day))

    expect(stackedBars(bars, { columns: 20, rows: 20, hasColor: true })).toBeNull()
    expect(stackedBars(bars, { columns: 80, rows: 5, hasColor: true })).toBeNull()
    expect(stackedBars([], { columns: 80, rows: 5, hasColor: true })).toHaveLength(5)
  })

  test('of sums beyond all numbers keep their proportions', () => {
    const huge = 10n ** 30n
    const bars = [
      { label: 'a', value: '1', parts: [huge, huge] },
      { label: 'b', value: '1', parts: [huge, 0n] },
    ]

    const chart = stackedBars(bars, { columns: 8, rows: 6, hasColor: true })

    expect(textOf(chart)).toEqual([' 1', '███', '███  1', '███ ███', '███ ███', 'a   b'])
  })
})

/** As a month is shown on a terminal of 80 × 24. */
const monthSize = { columns: 78, rows: 13 }
const amount = fc.oneof(fc.constant(0), fc.nat(9), fc.nat(100_000), fc.nat(2 ** 40))

test.each([true, false])(
  '31 bars on 80×24 each have their whole value right on top (colour: %s)',
  hasColor => {
    const months = fc.array(fc.array(amount, { minLength: 5, maxLength: 5 }), {
      minLength: 31,
      maxLength: 31,
    })
    fc.assert(
      fc.property(months, days => {
        const bars = days.map((parts, day) => {
          const total = parts.reduce((sum, part) => sum + part, 0)
          return aBar(String(day + 1), total > 0 ? formatTokens(total) : '', ...parts)
        })

        const lines = stackedBars(bars, { ...monthSize, hasColor }) ?? []

        expect(lines).toHaveLength(monthSize.rows)
        const grid = lines.map(cellsOf)
        for (const line of grid) expect(line.length).toBeLessThanOrEqual(monthSize.columns)
        for (const [day, bar] of bars.entries()) {
          const column = grid.slice(0, -1).map(line => line[day * 2]?.glyph ?? ' ')
          const top = column.findIndex(glyph => glyph !== ' ')
          const shown = column.join('').trim()
          expect(shown.startsWith(bar.value)).toBe(true)
          expect(top === -1).toBe(bar.value === '')
          // Below the value there is nothing but the bar, down to the ground.
          const below = column.slice(top + bar.value.length)
          if (bar.value !== '') expect(below.length).toBeGreaterThan(0)
          if (bar.value !== '') expect(below.every(glyph => /[▁-█▓▒░#+o.]/.test(glyph))).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  },
)
