import { expect, test } from 'vitest'
import { textWidth } from '../../../src/base/text-width.ts'
import { zoneClock } from '../../../src/base/time.ts'
import { entriesTable } from '../../../src/cli/notes/table.ts'
import { anEntryRow } from '../../support/changes.ts'

const clock = zoneClock('UTC')
const rows = [
  anEntryRow({
    id: '7de28265-340c-472b-ac0a-f48f8a007197',
    title: 'Staging double-counts refunds',
    noteCount: 2,
    tags: ['money'],
  }),
  anEntryRow({
    id: '7de28265-aaaa-472b-ac0a-f48f8a007197',
    title: '二重計上 '.repeat(30),
    status: 'in_progress',
  }),
  anEntryRow({
    id: '112826c5-eb73-4264-9a37-441b7a5911aa',
    title: '',
    category: 'decision',
    project: 'a-project-with-a-long-name',
  }),
]

test.each([60, 80, 100, 200])('a list of entries fits %i columns', width => {
  for (const withProject of [false, true]) {
    const lines = entriesTable(rows, clock, width, { withProject }).split('\n')

    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width)
  }
})

test('a row begins with what tells it from the others, and shows tags and notes', () => {
  const text = entriesTable(rows, clock, undefined, { withProject: true })

  expect(text).toContain('7de28265-340c-472b-ac0a-f48f8a007197')
  expect(text).toMatch(/^112826c5 /m)
  expect(text).toContain('Staging double-counts refunds #money (+2)')
  expect(text).toContain('(no title)')
})
