import { expect, test } from 'vitest'
import { type ListView, pageRows, topFor } from '../../../../src/tui/screens/sessions/list-window.ts'

const view: ListView = { count: 100, height: 10, linesOf: () => 1 }
/** Every second row has a line below it. */
const tall: ListView = { ...view, linesOf: row => (row % 2 === 0 ? 2 : 1) }

test('the part of the list that is seen follows cursor and size', () => {
  expect(topFor({ top: 0, cursor: 20 }, view)).toBe(11)
  expect(topFor({ top: 15, cursor: 3 }, view)).toBe(3)
  expect(topFor({ top: 50, cursor: 55 }, { ...view, count: 56, height: 40 })).toBe(16)
  expect(topFor({ top: 5, cursor: 0 }, { ...view, count: 0 })).toBe(0)
})

test('rows of two lines are seen whole under the cursor, at the end, and where there is hardly room', () => {
  expect(topFor({ top: 0, cursor: 6 }, tall)).toBe(1)
  expect(topFor({ top: 0, cursor: 99 }, tall)).toBe(93)
  expect(topFor({ top: 99, cursor: 99 }, tall)).toBe(93)
  expect(topFor({ top: 0, cursor: 6 }, { ...tall, height: 1 })).toBe(6)
})

test('nothing but the rows near the cursor is looked at', () => {
  const asked = new Set<number>()
  const linesOf = (row: number) => {
    asked.add(row)
    return 1 as const
  }
  const counted: ListView = { ...view, count: 100_000, linesOf }

  topFor({ top: 40_000, cursor: 50_000 }, counted)
  pageRows(50_000, 1, counted)

  expect(asked.size).toBeLessThan(50)
})

test('a page goes as far as whole rows are seen, and by one row at least', () => {
  expect(pageRows(0, 1, tall)).toBe(6)
  expect(pageRows(6, -1, tall)).toBe(6)
  expect(pageRows(98, 1, tall)).toBe(2)
  expect(pageRows(4, 1, { ...tall, height: 1 })).toBe(1)
})
