import { render } from 'ink-testing-library'
import { describe, expect, test } from 'vitest'
import { textWidth } from '../../../../src/base/text-width.ts'
import type { UsageOverview } from '../../../../src/features/usage/overview.ts'
import type { TuiData } from '../../../../src/tui/data.ts'
import type { Destination, Size } from '../../../../src/tui/screen.ts'
import { summaryKeys } from '../../../../src/tui/screens/summary/keys.ts'
import { SummaryScreen } from '../../../../src/tui/screens/summary/screen.tsx'
import { anOverview, aSeriesRow } from '../../../support/overviews.ts'
import { settled } from '../../../support/settled.ts'
import { someData } from '../../../support/tui-data.ts'

const everyDay = (month: string, days: number): UsageOverview =>
  anOverview(
    Array.from({ length: days }, (_, day) =>
      aSeriesRow(`${month}-${String(day + 1).padStart(2, '0')}T00:00:00Z`, {
        totalTokens: 1_200_000 + day,
        model: day % 2 === 0 ? 'claude-opus-4-8' : 'claude-haiku-4-5',
        unfinalizedCount: 1,
      }),
    ),
    [{ key: 'github.com/me/söhne' }, { key: '日本語\u001b[2J', sums: { totalTokens: 2_000_000 } }],
  )

/** The screen as it is drawn, and what was asked and wished. */
async function open(given: Partial<TuiData>, size: Size = { columns: 80, rows: 24 }) {
  const opened: Destination[] = []
  let backs = 0
  const data = someData(given)
  const element = (isOf: Size) => (
    <SummaryScreen
      data={data}
      size={isOf}
      isActive={true}
      onBack={() => {
        backs++
      }}
      onOpen={place => opened.push(place)}
      onWish={() => undefined}
    />
  )
  const { stdin, lastFrame, rerender } = render(element(size))
  await settled(lastFrame)
  return {
    opened,
    backs: () => backs,
    settled: () => settled(lastFrame),
    lines: () => (lastFrame() ?? '').split('\n'),
    async type(...keys: string[]) {
      for (const key of keys) {
        stdin.write(key)
        await settled(lastFrame)
      }
    },
    async resize(to: Size) {
      rerender(element(to))
      await settled(lastFrame)
    },
  }
}

describe('the summary on a screen', () => {
  test('shows a value on each of 31 bars, what they add up to, and what is not final', async () => {
    const { lines } = await open({
      now: () => Date.parse('2026-10-20T14:00:00Z'),
      readUsage: async () => everyDay('2026-10', 31),
    })

    const frame = lines()
    expect(frame).toHaveLength(24)
    expect(frame[0]).toContain('Summary · 2026-10 by day · UTC · tokens')
    expect(frame[1]).toContain('37.2M tokens · $31.00')
    const value = Array.from({ length: 31 }, () => '1').join(' ')
    const top = frame.findIndex(line => line.startsWith('1 1 1'))
    expect(frame.slice(top, top + 4).map(line => line.trimEnd())).toEqual(
      ['1', '.', '2', 'M'].map(letter => value.replaceAll('1', letter)),
    )
    expect(frame.join('\n')).toContain('█ Opus 4.8 19.2M   ▓ Haiku 4.5 18.0M')
    expect(frame.join('\n')).toContain('unfinalized: 31 messages')
    expect(frame.at(-1)).toContain('q back')
  })

  test('asks for other times and breakdowns by its keys, each of them once', async () => {
    const asked: string[] = []
    const screen = await open({
      readUsage: async ({ span, by }) => {
        asked.push(`${span.kind} ${new Date(span.startMs).toISOString().slice(0, 10)} ${by}`)
        return everyDay('2026-11', 3)
      },
    })

    await screen.type('\x1b[D', 'h', 'm', '\x1b[C', 'b', 't')

    expect(asked).toEqual([
      'month 2026-11-01 project',
      'month 2026-10-01 project',
      'day 2026-10-01 project',
      'year 2026-01-01 project',
      'year 2027-01-01 project',
      'year 2027-01-01 model',
    ])
    expect(screen.lines()[0]).toContain('2027 by month · UTC · cost')
  })

  test('Enter leads to the sessions of the chosen bar and its time', async () => {
    const screen = await open({ readUsage: async () => everyDay('2026-11', 3) })

    await screen.type('\r', '\x1b[B', '\r')

    expect(screen.opened).toEqual([
      { screen: 'sessions', query: 'project:日本語 date:2026-11' },
      { screen: 'sessions', query: 'project:github.com/me/söhne date:2026-11' },
    ])
  })

  test('q and Esc lead back, ? to all keys', async () => {
    const screen = await open({})

    await screen.type('?', '\x1b', 'q')

    expect(screen.opened).toEqual([
      { screen: 'help', sections: [{ title: 'Keys of the summary', table: summaryKeys }] },
    ])
    expect(screen.backs()).toBe(2)
  })

  test.each([
    { columns: 80, rows: 24 },
    { columns: 100, rows: 60 },
    { columns: 40, rows: 12 },
    { columns: 20, rows: 5 },
    { columns: 3, rows: 1 },
  ])('fits %o after a resize, whatever it is called', async size => {
    const screen = await open({ readUsage: async () => everyDay('2026-11', 30) })

    await screen.resize(size)

    const frame = screen.lines()
    expect(frame.length).toBeLessThanOrEqual(size.rows)
    for (const line of frame) expect(textWidth(line)).toBeLessThanOrEqual(size.columns)
    expect(frame.join('')).not.toContain('\u001b')
  })

  test('says that nothing was used, and what is wrong when it cannot ask', async () => {
    const empty = await open({})
    const broken = await open({
      readUsage: async () => {
        throw new Error('sessions.duckdb is in use\u001b[2J')
      },
    })

    expect(empty.lines().join('\n')).toContain('Nothing was used in this time.')
    expect(broken.lines().join('\n')).toContain('sessions.duckdb is in use')
  })

  test('goes on showing what it knew when a later answer fails', async () => {
    let tell: () => void = () => undefined
    let isBroken = false
    const screen = await open({
      readUsage: async () => {
        if (isBroken) throw new Error('busy')
        return everyDay('2026-11', 3)
      },
      onChange: listener => {
        tell = listener
        return () => undefined
      },
    })

    isBroken = true
    tell()
    await screen.settled()

    expect(screen.lines()[1]).toContain('3.6M tokens')
    expect(screen.lines().join('\n')).toContain('busy')
  })
})
