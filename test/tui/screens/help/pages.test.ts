import { expect, test } from 'vitest'
import { textWidth } from '../../../../src/base/text-width.ts'
import { helpPages } from '../../../../src/tui/screens/help/pages.ts'
import { listKeys, searchKeys } from '../../../../src/tui/screens/sessions/keys.ts'
import { viewerKeys } from '../../../../src/tui/screens/viewer/keys.ts'

const sections = [
  { title: 'Keys in the list', table: listKeys },
  { title: 'Keys in the search line', table: searchKeys },
]

function textOf(pages: ReturnType<typeof helpPages>): string {
  return pages
    .flat(2)
    .map(({ text }) => text)
    .join('\n')
    .replace(/\s+/g, '')
}

test.each([
  [200, 60],
  [80, 24],
  [60, 10],
  [20, 5],
  [10, 1],
])('at %d × %d every key is on some page, and no page is larger than the screen', (columns, rows) => {
  for (const given of [sections, [{ title: 'Keys', table: viewerKeys }]]) {
    const pages = helpPages(given, { columns, rows })
    const text = textOf(pages)

    for (const { title, table } of given) {
      expect(text).toContain(title.slice(0, columns - 1).replaceAll(' ', ''))
      for (const { does, inFull = does } of table) expect(text).toContain(inFull.replaceAll(' ', ''))
    }
    expect(pages.flatMap(page => page.map(column => column.length)).every(height => height <= rows)).toBe(
      true,
    )
    const widths = pages.map(page => page.reduce((sum, [first]) => sum + textWidth(first?.text ?? ''), 0))
    expect(widths.every(width => width <= columns + 2)).toBe(true)
  }
})

test('where there is room for two columns, a page holds both sections', () => {
  expect(helpPages(sections, { columns: 100, rows: 30 })).toHaveLength(1)
  expect(helpPages(sections, { columns: 40, rows: 60 })).toHaveLength(2)
})
