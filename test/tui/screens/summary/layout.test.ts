import { describe, expect, test } from 'vitest'
import { summaryLayout, wrapItems } from '../../../../src/tui/screens/summary/layout.ts'

describe('the lines of the summary', () => {
  test.each([2, 5, 10, 20, 22, 40, 58])('%d of them are shared out whole', lines => {
    for (const legend of [1, 2, 4])
      for (const cautions of [0, 1, 2])
        for (const bars of [0, 1, 5, 100])
          for (const hasChart of [true, false]) {
            const layout = summaryLayout(lines, { legend, cautions, bars, hasChart })

            expect(Object.values(layout).reduce((sum, part) => sum + part, 0)).toBe(lines)
            expect(Object.values(layout).every(part => part >= 0)).toBe(true)
          }
  })

  test('a terminal of 24 lines has a chart with room for values, and some bars', () => {
    const layout = summaryLayout(22, { legend: 2, cautions: 2, bars: 9, hasChart: true })

    expect(layout).toEqual({ totals: 1, chart: 10, legend: 2, cautions: 2, heading: 1, bars: 6 })
  })

  test('a list is broken between its items', () => {
    expect(wrapItems([5, 5, 5, 30, 2], 13, 3)).toEqual([[0, 1], [2], [3], [4]])
    expect(wrapItems([], 13, 3)).toEqual([])
  })
})
