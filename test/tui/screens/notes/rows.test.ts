import { describe, expect, test } from 'vitest'
import { textWidth } from '../../../../src/base/text-width.ts'
import { zoneClock } from '../../../../src/base/time.ts'
import { entryLines, inboxLines } from '../../../../src/tui/screens/notes/rows.ts'
import { aChange, anEntryRow, noon } from '../../../support/changes.ts'

const look = (columns: number) => ({ columns, clock: zoneClock('UTC'), nowMs: noon })
const entries = [
  anEntryRow({ tags: ['money'], noteCount: 2 }),
  anEntryRow({ title: '日本語のとても長い題名がここにあります、それは終わりません', status: 'in_progress' }),
  anEntryRow({ title: '\x1b]0;owned\x07Evil\nline\u202e', project: null, updatedBy: 'Ana\x1b[2J' }),
]

describe('entries on a line each', () => {
  test('say when, what, which status, where and who, in columns', () => {
    expect(entryLines(entries, look(118))).toEqual([
      `12:00 issue open        ${'Staging double-counts refunds #money (+2)'.padEnd(78)} orchard-api Bea`,
      expect.stringContaining('日本語'),
      expect.stringMatching(/Evil line {2,}Ana$/),
    ])
  })

  test.each([118, 98, 70, 50, 34, 18, 4])('fit %d columns', columns => {
    for (const line of entryLines(entries, look(columns)))
      expect(textWidth(line)).toBeLessThanOrEqual(columns)
  })
})

test('the inbox tells by entry who did what, the newest first, without commands for a terminal', () => {
  const entry = (id: string, isNew: boolean, ...news: ReturnType<typeof aChange>[]) => ({
    id,
    title: 'Refunds\x1b[2J',
    category: 'issue',
    status: 'open',
    project: 'shop',
    isNew,
    isDeleted: false,
    news,
  })

  const lines = inboxLines(
    [
      entry('old', false, aChange(1, 'status', 'blocked')),
      entry('new', true, aChange(2, 'create', '{}'), aChange(3, 'note', 'look\nhere')),
    ],
    look(60),
  )

  expect(lines).toEqual([
    { id: 'new', isHead: true, text: 'new issue (open) Refunds · shop' },
    { id: 'new', isHead: false, text: '  2026-11-01 12:00  Bea logged it' },
    { id: 'new', isHead: false, text: '  2026-11-01 12:00  Bea noted: look here' },
    { id: 'old', isHead: true, text: 'issue (open) Refunds · shop' },
    { id: 'old', isHead: false, text: '  2026-11-01 12:00  Bea set status: blocked' },
  ])
})
