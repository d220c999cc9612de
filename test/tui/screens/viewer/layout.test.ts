import { appendFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { zoneClock } from '../../../../src/base/time.ts'
import { allFolded } from '../../../../src/tui/screens/viewer/folds.ts'
import { createLayout, type Layout } from '../../../../src/tui/screens/viewer/layout.ts'
import { markdownRows } from '../../../../src/tui/screens/viewer/markdown-rows.ts'
import { movedBy, partAfter, start } from '../../../../src/tui/screens/viewer/position.ts'
import { rowText } from '../../../../src/tui/screens/viewer/runs.ts'
import { aConversation, call, prompt, reply, results, text } from '../../../support/conversations.ts'
import { messageId } from '../../../support/lines.ts'

const [a, b] = [messageId(801), messageId(802)]
const isOpen = { ...allFolded, showsResults: true, showsAsides: true }

function layoutOf(lines: readonly object[]) {
  const conversation = aConversation(lines)
  while (conversation.readOn(1 << 20)) {
    // All of it.
  }
  const layout = createLayout(conversation, {
    columns: 60,
    clock: () => zoneClock('UTC'),
    markdown: markdownRows,
  })
  const page = {
    ...layout,
    height: 20,
    turns: conversation.state().turns,
    endTurns: 0,
    rowCount: (turn: number, part: number) => layout.rows(turn, part, isOpen).length,
  }
  return { conversation, layout, page }
}

/** All rows of a turn. */
function rowsOf(layout: Layout, turn: number, folds = isOpen): string[] {
  const parts = Array.from({ length: layout.partCount(turn, folds) }, (_, part) =>
    layout.rows(turn, part, folds),
  )
  return parts.flat().map(rowText)
}

test('of ten megabytes only what is gone through is laid out, and all of it is there', () => {
  const lines = Array.from({ length: 200_000 }, (_, n) => `row ${n} ${'of a long result '.repeat(2)}`)
  const { layout, page } = layoutOf([
    reply(a, call('t1', 'Bash', { command: 'all' })),
    results([{ id: 't1', content: lines.join('\n') }]),
  ])
  const asked: number[] = []
  const counting = {
    ...page,
    rowCount(turn: number, part: number) {
      asked.push(part)
      return page.rowCount(turn, part)
    },
  }

  const moved = movedBy(start, 500, counting, isOpen)
  const gone = new Set(asked).size
  const all = rowsOf(layout, 0)

  expect(moved).toMatchObject({ turn: 0 })
  // Of more than a thousand: those at the top, and the last ones, where the end would be.
  expect(page.partCount(0, isOpen)).toBeGreaterThan(1000)
  expect(gone).toBeLessThan(20)
  const shown = all.filter(row => row.startsWith('    row '))
  expect(shown).toHaveLength(lines.length)
  expect(shown.at(-1)).toContain('row 199999')
})

test('turns of subagents inside the file are a line that says how much they are, and follow it when it is open', () => {
  const side = { isSidechain: true }
  const { layout, page } = layoutOf([
    prompt('Count'),
    prompt('Count the trees', side),
    reply(a, text('31'), side),
    reply(b, text('There are 31.')),
  ])

  expect(rowsOf(layout, 1, allFolded)).toEqual([expect.stringMatching(/^▸ subagent · 2 turns, \d+ B$/), ''])
  expect(partAfter({ turn: 1, part: 0 }, page, allFolded)).toEqual({ turn: 3, part: 0 })
  expect(rowsOf(layout, 1)).toEqual([
    expect.stringMatching(/^▾ subagent · 2 turns/),
    '',
    '┊ ● User · subagent',
    '┊   Count the trees',
    '',
  ])
})

test('a turn that grew is laid out anew', () => {
  const { conversation, layout } = layoutOf([reply(a, call('t1', 'Bash', { command: 'slow' }))])
  const before = rowsOf(layout, 0)

  appendFileSync(conversation.file, `${JSON.stringify(results([{ id: 't1', content: 'done' }]))}\n`)
  conversation.refresh()
  conversation.readOn(1 << 20)

  expect(before).toContain('    no result')
  expect(rowsOf(layout, 0)).toContain('    done')
})
