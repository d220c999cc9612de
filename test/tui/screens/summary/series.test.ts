import { describe, expect, test } from 'vitest'
import { zoneClock } from '../../../../src/base/time.ts'
import { calendarSpan } from '../../../../src/features/usage/calendar-span.ts'
import { fills } from '../../../../src/tui/parts/bar-cells.ts'
import { stackedSeries } from '../../../../src/tui/screens/summary/series.ts'
import { anOverview, aSeriesRow } from '../../../support/overviews.ts'

const clock = zoneClock('Europe/Berlin')
const november = calendarSpan('month', Date.parse('2026-11-20T00:00:00Z'), clock)
const usd = 10n ** 12n

describe('the bars of a span', () => {
  test('stack families of models, the largest lowest, and keep that order when cost is shown', () => {
    const overview = anOverview([
      aSeriesRow('2026-11-02T23:00:00Z', {
        model: 'claude-haiku-4-5-20251001',
        totalTokens: 3000,
        costPico: 9n,
      }),
      aSeriesRow('2026-11-02T23:00:00Z', { model: 'claude-opus-4-8', totalTokens: 100, costPico: 5n * usd }),
      aSeriesRow('2026-11-03T23:00:00Z', { model: 'claude-haiku-4-5', totalTokens: 7, costPico: usd }),
    ])

    const tokens = stackedSeries(overview.series, { span: november, amount: 'tokens', clock })
    const cost = stackedSeries(overview.series, { span: november, amount: 'cost', clock })

    expect(tokens.legend).toEqual([
      { name: 'Haiku 4.5', value: '3.0K' },
      { name: 'Opus 4.8', value: '100' },
    ])
    expect(tokens.bars).toHaveLength(30)
    expect(tokens.bars.slice(1, 4)).toEqual([
      { label: '2', value: '', parts: [0n, 0n] },
      { label: '3', value: '3.1K', parts: [3000n, 100n] },
      { label: '4', value: '7', parts: [7n, 0n] },
    ])
    expect(cost.legend.map(item => item.value)).toEqual(['$1.00', '$5.00'])
    expect(cost.bars[2]).toEqual({ label: '3', value: '5.00', parts: [9n, 5n * usd] })
  })

  test('say at least where something has no price, and ? where nothing has', () => {
    const unpriced = { model: 'nobody-knows-1', costPico: null, unpricedCount: 1 }
    const overview = anOverview([
      aSeriesRow('2026-11-02T23:00:00Z'),
      aSeriesRow('2026-11-02T23:00:00Z', unpriced),
      aSeriesRow('2026-11-03T23:00:00Z', unpriced),
    ])

    const { bars, legend } = stackedSeries(overview.series, { span: november, amount: 'cost', clock })

    expect(bars.slice(2, 5).map(bar => bar.value)).toEqual(['≥1.00', '?', ''])
    expect(legend).toContainEqual({ name: 'nobody-knows-1', value: 'unpriced' })
  })

  test('have as many series as there are fills, the smallest families being one', () => {
    const overview = anOverview(
      Array.from({ length: 12 }, (_, n) =>
        aSeriesRow('2026-11-02T23:00:00Z', { model: `claude-opus-${n + 1}`, totalTokens: 100 - n }),
      ),
    )

    const { bars, legend } = stackedSeries(overview.series, { span: november, amount: 'tokens', clock })

    expect(legend).toHaveLength(fills.length)
    expect(legend.at(-1)).toEqual({ name: '5 others', value: '455' })
    expect(bars[2]?.parts.reduce((sum, part) => sum + part, 0n)).toBe(BigInt(overview.totals.totalTokens))
  })

  test('are labelled by hour, day and month of the zone, the hour that comes twice twice', () => {
    const labels = (kind: 'day' | 'year', at: string) => {
      const span = calendarSpan(kind, Date.parse(at), clock)
      return stackedSeries(anOverview([]).series, { span, amount: 'tokens', clock }).bars.map(
        bar => bar.label,
      )
    }

    expect(labels('day', '2026-10-25T12:00:00Z').slice(0, 5)).toEqual(['00', '01', '02', '02', '03'])
    expect(labels('day', '2026-03-29T12:00:00Z').slice(0, 4)).toEqual(['00', '01', '03', '04'])
    expect(labels('year', '2026-12-31T12:00:00Z').at(-1)).toBe('Dec')
  })
})
