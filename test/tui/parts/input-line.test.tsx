import { render } from 'ink-testing-library'
import { expect, test } from 'vitest'
import { InputLine } from '../../../src/tui/parts/input-line.tsx'

test.each([
  ['a large paste', `${'word 漢字 '.repeat(2000)}the end`, '漢字 the end'],
  ['what fits', 'short 漢', 'short 漢'],
  ['characters of several parts', '👨‍👩‍👧'.repeat(50), '👨‍👩‍👧'.repeat(6)],
  ['nothing', '', ''],
])('of %s the end is seen', (_, text, end) => {
  const { lastFrame } = render(<InputLine label="/ " text={text} isFocused={false} columns={16} />)

  expect(lastFrame()?.trimEnd().endsWith(end)).toBe(true)
  expect(lastFrame()).toMatch(/^\//)
})
