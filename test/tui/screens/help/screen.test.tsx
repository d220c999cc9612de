import { render } from 'ink-testing-library'
import { expect, test, vi } from 'vitest'
import { HelpScreen } from '../../../../src/tui/screens/help/screen.tsx'
import { viewerKeys } from '../../../../src/tui/screens/viewer/keys.ts'

test('keys that do not fit are on further pages; what turns no page leads back', async () => {
  const onBack = vi.fn()
  const { stdin, lastFrame } = render(
    <HelpScreen
      sections={[{ title: 'Keys', table: viewerKeys }]}
      size={{ columns: 50, rows: 10 }}
      isActive
      onBack={onBack}
      onOpen={() => undefined}
    />,
  )
  const shows = (text: RegExp) => vi.waitFor(() => expect(lastFrame()).toMatch(text))

  await shows(/Keys[\s\S]*1\/4 · ↓ ↑ turn the page/)
  stdin.write('??????')
  await shows(/save as JSON[\s\S]*4\/4/)
  stdin.write('kkk')
  await shows(/back[\s\S]*1\/4/)
  expect(onBack).not.toHaveBeenCalled()
  stdin.write('q')
  await vi.waitFor(() => expect(onBack).toHaveBeenCalledOnce())
})
