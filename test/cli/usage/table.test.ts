import { describe, expect, test } from 'vitest'
import { textWidth } from '../../../src/base/text-width.ts'
import { zoneClock } from '../../../src/base/time.ts'
import { usageTable } from '../../../src/cli/usage/table.ts'
import type { UsageSummary } from '../../../src/features/usage/summary.ts'
import type { UsageSums } from '../../../src/features/usage/sums.ts'

const clock = zoneClock('UTC')

function sums(changes: Partial<UsageSums> = {}): UsageSums {
  return {
    sessions: 12,
    messages: 3456,
    input: 123_456,
    output: 987_654,
    cacheWrite5m: 1_500_000,
    cacheWrite1h: 2_500_000,
    cacheRead: 98_700_000,
    totalTokens: 103_811_110,
    costPico: 1_234_500_000_000_000n,
    unpricedCount: 0,
    unpricedModels: [],
    unfinalizedCount: 0,
    ...changes,
  }
}

const byDay: UsageSummary = {
  kind: 'period',
  unit: 'day',
  rows: [{ startMs: Date.parse('2026-11-01'), ...sums() }],
  totals: sums({ unpricedCount: 1 }),
}

const bySession: UsageSummary = {
  kind: 'group',
  by: 'session',
  rows: [
    {
      key: '052c6b4d-0000-4000-8000-000000000001',
      label: 'Mend the gate before the sheep find it',
      project: 'orchard-api',
      ...sums(),
    },
  ],
  totals: sums(),
}

describe('the table of usage', () => {
  test.each([160, 100, 80, 60, 40])('by day fits %i columns', width => {
    const table = usageTable(byDay, clock, width)

    expect(table.split('\n').every(line => textWidth(line) <= width)).toBe(true)
    expect(table).toContain('2026-11-01')
    expect(table).toContain('≥ $1,234.50')
  })

  test.each([160, 100, 80, 60, 45])('by session fits %i columns', width => {
    const table = usageTable(bySession, clock, width)

    expect(table.split('\n').every(line => textWidth(line) <= width)).toBe(true)
    expect(table).toMatch(/052c6b4d {2}Mend the/)
  })

  test('shows more the wider it is', () => {
    const titles = (width: number) => usageTable(byDay, clock, width).split('\n')[0]?.split(/ {2,}/)

    expect(titles(160)).toContain('Write 1h')
    expect(titles(80)).toEqual([
      'Day',
      'Sessions',
      'Input',
      'Output',
      'Cache write',
      'Cache read',
      'Total',
      'API price',
    ])
    expect(titles(40)).toEqual(['Day', 'Total', 'API price'])
  })

  test('tells projects of one name apart by their key', () => {
    const row = (key: string, label: string) => ({ key, label, project: null, ...sums() })
    const rows = [row('host/me/shop', 'shop'), row('host/you/shop', 'shop'), row('host/me/barn', 'barn')]

    const table = usageTable({ kind: 'group', by: 'project', rows, totals: sums() }, clock, undefined)

    expect(
      table
        .split('\n')
        .slice(2, 5)
        .map(line => line.split(/ {2,}/)[0]),
    ).toEqual(['shop (host/me/shop)', 'shop (host/you/shop)', 'barn'])
  })

  test('marks only those components as lower bounds that have something without a price', () => {
    const rows = [
      { component: 'input', quantity: 10, unpricedQuantity: 1, costPico: 10n ** 12n },
      { component: 'output', quantity: 10, unpricedQuantity: 0, costPico: 10n ** 12n },
      { component: 'web-search', quantity: 1, unpricedQuantity: 1, costPico: null },
    ] as const

    const table = usageTable({ kind: 'component', rows, totals: sums({ unpricedCount: 1 }) }, clock, 80)

    const prices = table
      .split('\n')
      .slice(2)
      .map(line => line.split(/ {2,}/).at(-1))
    expect(prices).toEqual(['≥ $1.00', '$1.00', 'unpriced', expect.stringMatching(/^─+$/), '≥ $1,234.50'])
  })
})
