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
      const lines = bottomLines({ prompt, notice: undefined }, { columns, rows }) ?? []

      expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 2))
      expect(lines.every(line => textWidth(line) <= columns)).toBe(true)
      expect(lines.join(' ')).toMatch(/\by\b/)
    }
  },
)

test('a file that is to be deleted for good is named in full where there is room', () => {
  const text = bottomLines({ prompt: erase, notice: undefined }, { columns: 80, rows: 24 })?.join('')

  expect(text?.replaceAll(' ', '')).toContain(file)
  expect(text).toContain('1.2 kB')
})

test('what was told is shown whole, as far as there is room; else there are the keys, or a field', () => {
  const notice = `its folder is gone ${'(once it is there again) '.repeat(20)}\x1b[31m`

  expect(bottomLines({ prompt: undefined, notice: 'done' }, { columns: 80, rows: 24 })).toEqual(['done'])
  expect(bottomLines({ prompt: undefined, notice }, { columns: 80, rows: 24 })).toHaveLength(7)
  expect(bottomLines({ prompt: undefined, notice }, { columns: 20, rows: 5 })?.at(-1)).toMatch(/…$/)
  expect(bottomLines({ prompt: undefined, notice: undefined }, { columns: 80, rows: 24 })).toBe(undefined)
  const name: Prompt = { kind: 'name', ids: ['s1'], text: 'x' }
  expect(bottomLines({ prompt: name, notice }, { columns: 80, rows: 24 })).toBe(undefined)
})
