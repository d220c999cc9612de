import { render } from 'ink-testing-library'
import { expect, test, vi } from 'vitest'
import { UserError } from '../../src/base/errors.ts'
import { App } from '../../src/tui/app.tsx'
import { someData } from '../support/tui-data.ts'
import { aSession, someSessions } from '../support/tui-sessions.ts'

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

  await shows('today 1.2M tokens · ≥ $3.40 · 1 session in all · 2 new in the inbox · synced 12:05 · desk')
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

test('keys that come in one tick reach the screens that they lead to, none is lost and none done twice', async () => {
  const titles = ['Mend the gate', 'Sweep the barn', 'Oil the gate']
  const sessions = someSessions(titles.map((title, n) => aSession(n + 1, { title })))
  const { stdin, lastFrame } = render(<App data={someData({ sessions })} first={undefined} />)
  const shows = (text: string | RegExp) =>
    vi.waitFor(() => expect(lastFrame()).toMatch(text), { timeout: 10_000 })

  await shows(/1 Resume a session/)
  stdin.write('kkkkkjj\rq')
  await shows(/Summary|1 Resume/)
  await shows(/1 Resume a session/)
  stdin.write('1gate')
  await shows(/\/ gate▏\n[\s\S]*Oil the gate/)
  stdin.write('\tj')
  await shows(/❯.*Oil the gate/)
  stdin.write('oq/s barn')
  await shows(/\/ gates barn/)
  stdin.write('\tq2q3q?q1\t?qqj')
  await shows(/❯ 3 Notes & inbox/)
})

test('what is unread is said on the menu and in the list, until it was read; so is why nothing can be', async () => {
  const answers = [
    async () => ['12 transcripts unread: csl backfill'],
    async () => {
      throw new UserError('the disk is full', 'make room')
    },
    async () => [],
  ]
  const listeners: (() => void)[] = []
  const data = someData({
    catchUp: () => (answers.shift() ?? (async () => []))(),
    onChange: listener => {
      listeners.push(listener)
      return () => undefined
    },
    sessions: someSessions([aSession(1)]),
  })
  const { stdin, lastFrame } = render(<App data={data} first={undefined} />)
  const shows = (text: RegExp) => vi.waitFor(() => expect(lastFrame()).toMatch(text), { timeout: 10_000 })
  const changed = () => {
    for (const listener of listeners) listener()
  }

  await shows(/12 transcripts unread: csl backfill[\s\S]*1 Resume a session/)
  stdin.write('1')
  await shows(/Session 1[\s\S]*12 transcripts unread: csl backfill/)
  changed()
  await shows(/the disk is full \(make room\)/)
  changed()
  await vi.waitFor(() => expect(lastFrame()).not.toContain('the disk'), { timeout: 10_000 })
})
