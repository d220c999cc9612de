import { describe, expect, test } from 'vitest'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, messageId, uuidOf } from '../support/lines.ts'
import { keys, openTerminal } from '../support/terminal.ts'

const left = '\x1b[D'

/** A home with usage on each day of a past month, and the terminal's way from now to that month. */
async function homeWithOctober(): Promise<{ home: Home; steps: number }> {
  const home = makeHome()
  const session = uuidOf(0xa1)
  const lines = Array.from({ length: 31 }, (_, day) =>
    assistantLine(session, {
      id: messageId(day),
      at: `2025-10-${String(day + 1).padStart(2, '0')}T10:00:00.000Z`,
      model: day % 2 === 0 ? 'claude-opus-4-8' : 'nobody-knows-1',
      usage: { input_tokens: 1_200_000 + day * 100_000, output_tokens: 0 },
    }),
  )
  await home.writeTranscript('-home-dev-orchard-api', `${session}.jsonl`, lines)
  await home.csl(['backfill'])
  const now = new Date()
  return { home, steps: (now.getUTCFullYear() - 2025) * 12 + now.getUTCMonth() - 9 }
}

describe('the summary on a terminal', () => {
  test('shows each toggle, and a month of 31 values on 80×24, as csl usage --json has them', async () => {
    const { home, steps } = await homeWithOctober()
    const run = openTerminal(home, [], { columns: 80, rows: 24, env: { NO_COLOR: '1' } })
    await run.shows('q Quit')

    run.type('2')
    await run.shows('Nothing was used in this time.')
    run.type(left.repeat(steps))
    const month = await run.shows('2025-10 by day · UTC · tokens')
    run.type('t')
    const cost = await run.shows('UTC · cost')
    run.type('b')
    await run.shows('By model (1 of 2)')
    run.type('m')
    await run.shows('2025 by month')
    run.type('h')
    await run.shows('2025-01-01 by hour')

    const usage = ['usage', 'day', '--since', '2025-10', '--until', '2025-10', '--json']
    const { totals } = JSON.parse((await home.csl(usage)).stdout)
    expect(month).toContain(`${(totals.totalTokens / 1e6).toFixed(1)}M tokens`)
    const value = (day: number) => `${(1.2 + day / 10).toFixed(1)}M`
    const lines = month.split('\n')
    for (let day = 0; day < 31; day++) {
      const column = lines.map(line => line[day * 2] ?? ' ').join('')
      expect(column).toContain(value(day))
    }
    expect(cost).toContain('no price: 15 messages of nobody-knows-1')
    // Neither colours nor anything else that changes how letters look.
    expect(run.written()).not.toMatch(/\x1b\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7])(?:;[\d;]*)?m/)
  })

  test('draws itself anew in every size, in colours where there are some', async () => {
    const { home, steps } = await homeWithOctober()
    const run = openTerminal(home, [], { columns: 200, rows: 60, env: { COLORTERM: 'truecolor' } })
    await run.shows('q Quit')
    run.type('2')
    await run.shows('Nothing was used in this time.')
    run.type(left.repeat(steps))

    const wide = await run.shows('2025-10 by day')
    run.resize(20, 5)
    const small = await run.shows(/orchard-a/)
    run.resize(80, 24)
    await run.shows('? keys · q back')
    run.type(keys.escape)
    await run.shows('1 Resume a session')

    expect(wide).toContain('4.2M')
    expect(wide.split('\n').at(-1)).toContain('q back')
    expect(small.split('\n').length).toBeLessThanOrEqual(5)
    expect(run.written()).toMatch(/\x1b\[36m/)
  })

  test('leads from a bar to its sessions, those included that only passed through the time, and back', async () => {
    const { home, steps } = await homeWithOctober()
    const run = openTerminal(home, [], { columns: 100, rows: 24 })
    await run.shows('q Quit')
    run.type('2')
    await run.shows('Nothing was used in this time.')
    run.type(left.repeat(steps))
    await run.shows('2025-10 by day')
    run.type('h')
    await run.shows('2025-10-01 by hour')

    run.type(keys.enter)
    const sessions = await run.shows('date:2025-10-01')
    await run.shows(/orchard-api.*\b(Opus|opus)/)
    run.type(keys.escape)
    await run.shows('2025-10-01 by hour')

    expect(sessions).toContain('project:')
  })

  test('shows what another process records while it is open', async () => {
    const home = makeHome()
    await home.csl(['init'])
    const run = openTerminal(home, [], { columns: 80, rows: 24 })
    await run.shows('q Quit')
    run.type('2')
    await run.shows('Nothing was used in this time.')

    const session = uuidOf(0xa2)
    const line = assistantLine(session, { at: new Date().toISOString(), usage: { input_tokens: 7_700_000 } })
    await home.writeTranscript('-home-dev-shop', `${session}.jsonl`, [line])
    await home.csl(['backfill'])

    await run.shows('7.7M tokens')
  })
})
