import { render } from 'ink-testing-library'
import { expect, test, vi } from 'vitest'
import { App } from '../../src/tui/app.tsx'
import { someData } from '../support/tui-data.ts'

test('the menu shows the day at a glance; Esc leads back to it from every screen', async () => {
  const data = someData({
    overview: async () => ({
      todayTokens: 1_234_567,
      todayCostPico: 3_400_000_000_000n,
      todayUnpriced: 1,
      sessions: 1,
      unseen: 2,
      lastSyncAt: '2026-11-20T12:05:00.000Z',
      machine: 'de\x1b[31msk',
    }),
  })
  const { stdin, lastFrame } = render(<App data={data} first={undefined} />)
  const shows = (text: string) => vi.waitFor(() => expect(lastFrame()).toContain(text), { timeout: 10_000 })

  await shows('today 1.2M tokens · ≥ $3.40 · 1 session · 2 new in the inbox · synced 12:05 · desk')
  for (const [key, title] of [
    ['1', 'Sessions · all'],
    ['2', 'Summary'],
    ['3', 'Notes & inbox'],
  ] as const) {
    stdin.write(key)
    await shows(title)
    stdin.write('\x1b')
    await shows('1 Resume a session')
  }
})
