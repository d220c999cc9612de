import { expect, test } from 'vitest'
import { textWidth } from '../../../../src/base/text-width.ts'
import { zoneClock } from '../../../../src/base/time.ts'
import { columnsFor, headLine, rowLine } from '../../../../src/tui/screens/sessions/columns.ts'
import { hostile } from '../../../support/rich-home.ts'
import { aSession } from '../../../support/tui-sessions.ts'

const context = {
  clock: zoneClock('UTC'),
  nowMs: Date.parse('2026-11-20T14:00:00Z'),
  isGone: false,
  isSelected: false,
}

test.each([
  [20, 'Title'],
  [50, 'When Title Cost'],
  [80, 'When Project Title Tokens Cost'],
  [200, 'When Project Title Type Models Tokens Cost Lasted Machine'],
])('%i columns show what there is room for', (width, titles) => {
  expect(headLine(columnsFor(width)).trim().split(/\s+/).join(' ')).toBe(titles)
})

test.each([hostile, '漢字のタイトル'.repeat(9), '👩‍👩‍👧‍👦🍎 family é', 'a\tb\nc', ''])(
  'a row is as wide as the screen whatever its title: %j',
  title => {
    const session = aSession(1, { title, project: title, machine: title, type: title, tags: ['x'] })

    for (const width of [20, 37, 80, 131, 200]) {
      const line = rowLine(session, columnsFor(width), context)
      // The cursor takes the first column.
      expect(textWidth(line)).toBe(width - 1)
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/)
    }
  },
)

test('a row tells what is marked, gone and only partly priced', () => {
  const session = aSession(1, { isStarred: true, tags: ['oak'], unpricedCount: 1 })

  const line = rowLine(session, columnsFor(82), { ...context, isGone: true, isSelected: true })

  expect(line).toMatch(/^✓★ 11:00 +orchard-api +⚠ transcript gone · Session 1 #oak +1\.2M +≥ \$3\.40$/)
})
