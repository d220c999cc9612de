import { expect, test } from 'vitest'
import { textWidth } from '../../../../src/base/text-width.ts'
import { bottomLines } from '../../../../src/tui/screens/sessions/bottom.tsx'
import type { Prompt } from '../../../../src/tui/screens/sessions/state.ts'

const file = `/home/dev/.claude/projects/${'-home-dev-漢字'.repeat(9)}/s1.jsonl`
const erase: Prompt = {
  kind: 'erase',
  ids: ['s1'],
  text: '',
  doomed: [{ sessionId: 's1', mains: [file], files: [{ path: file, bytes: 1200, transcript: undefined }] }],
}
const selected: ReadonlySet<string> = new Set()
const prompts: readonly Prompt[] = [{ kind: 'delete', ids: ['s1', 's2'], text: '' }, erase]

test.each([
  [200, 60],
  [80, 24],
  [40, 8],
  [20, 5],
  [10, 3],
])(
  'what is asked fits into %d × %d, the search line and a row besides, and says what can be answered',
  (columns, rows) => {
    for (const prompt of prompts) {
      const lines = bottomLines({ prompt, notice: undefined, selected }, { columns, rows }) ?? []

      expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 2))
      expect(lines.every(line => textWidth(line) <= columns)).toBe(true)
      expect(lines.join(' ')).toMatch(/\by\b/)
    }
  },
)

test('a file that is to be deleted for good is named in full where there is room', () => {
  const text = bottomLines({ prompt: erase, notice: undefined, selected }, { columns: 80, rows: 24 })?.join(
    '',
  )

  expect(text?.replaceAll(' ', '')).toContain(file)
  expect(text).toContain('1.2 kB')
})

test('what was told is shown whole, as far as there is room; else there are the keys, or a field', () => {
  const notice = `its folder is gone ${'(once it is there again) '.repeat(20)}\x1b[31m`

  expect(bottomLines({ prompt: undefined, notice: 'done', selected }, { columns: 80, rows: 24 })).toEqual([
    'done',
  ])
  expect(bottomLines({ prompt: undefined, notice, selected }, { columns: 80, rows: 24 })).toHaveLength(7)
  expect(bottomLines({ prompt: undefined, notice, selected }, { columns: 20, rows: 5 })?.at(-1)).toMatch(/…$/)
  expect(bottomLines({ prompt: undefined, notice: undefined, selected }, { columns: 80, rows: 24 })).toBe(
    undefined,
  )
  const name: Prompt = { kind: 'name', ids: ['s1'], text: 'x' }
  expect(bottomLines({ prompt: name, notice, selected }, { columns: 80, rows: 24 })).toBe(undefined)
})

test('of one that is selected it is said, as the cursor may be on another', () => {
  const prompt: Prompt = { kind: 'delete', ids: ['s1'], text: '' }
  const textOf = (ids: string[]) =>
    bottomLines({ prompt, notice: undefined, selected: new Set(ids) }, { columns: 80, rows: 24 })?.[0]

  expect(textOf([])).toContain('Take this session out')
  expect(textOf(['s2'])).toContain('Take this session out')
  expect(textOf(['s1'])).toContain('Take the selected session out')
})
