import { expect, test } from 'vitest'
import { spokenText } from '../../../src/tui/parts/spoken-text.ts'

test('what is only drawn is not read out, and signs are words', () => {
  expect(spokenText('❯ ✓★  11-18  shop      Refunds   $0.02')).toBe('marked starred 11-18 shop Refunds $0.02')
  expect(spokenText('  ▸ result · 2 lines, 12 B')).toBe('folded: result · 2 lines, 12 B')
  expect(spokenText('┊ ● User · subagent')).toBe('subagent: User · subagent')
  expect(spokenText('│ let x = 1 ████▎ ────')).toBe('let x = 1')
  expect(spokenText('Größe 漢字')).toBe('Größe 漢字')
})
