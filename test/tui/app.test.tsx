import { setTimeout as sleep } from 'node:timers/promises'
import { render } from 'ink-testing-library'
import { expect, test } from 'vitest'
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
  await sleep(50)

  const menu = lastFrame()
  const frames: (string | undefined)[] = []
  for (const key of ['1', '\x1b', '2', 'q', '\x1b[B', '\r']) {
    stdin.write(key)
    await sleep(60)
    frames.push(lastFrame()?.split('\n')[0])
  }

  expect(menu).toContain('today 1.2M tokens · ≥ $3.40 · 1 session · 2 new in the inbox · synced 12:05 · desk')
  expect(frames[1]).toBe('claude-session-logger')
  expect(frames[2]).toContain('Summary')
  expect(frames[3]).toBe('claude-session-logger')
  expect(frames[5]).not.toBe('claude-session-logger')
})
