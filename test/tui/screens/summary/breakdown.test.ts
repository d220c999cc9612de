import { describe, expect, test } from 'vitest'
import type { UsageSummary } from '../../../../src/features/usage/summary.ts'
import { breakdownBars } from '../../../../src/tui/screens/summary/breakdown.ts'
import { someSums } from '../../../support/overviews.ts'

const group = (by: 'project' | 'model', rows: [string | null, string | null, object?][]): UsageSummary => ({
  kind: 'group',
  by,
  rows: rows.map(([key, label, sums]) => ({ key, label, project: null, ...someSums(sums) })),
  totals: someSums(),
})

describe('the bars below the chart', () => {
  test('come with the longest first, whichever amount is shown', () => {
    const summary = group('project', [
      ['a', 'dear', { totalTokens: 1000 }],
      ['b', 'large', { totalTokens: 9000, costPico: 1n }],
    ])

    const tokens = breakdownBars(summary, 'tokens')
    const cost = breakdownBars(summary, 'cost')

    expect(tokens.map(bar => `${bar.label} ${bar.value}`)).toEqual(['large 9.0K', 'dear 1.0K'])
    expect(cost.map(bar => `${bar.label} ${bar.value}`)).toEqual(['dear $1.00', 'large <$0.01'])
  })

  test('tell namesakes apart by their keys, and name what is not known', () => {
    const projects = group('project', [
      ['host/me/shop', 'shop'],
      ['host/you/shop', 'shop'],
      [null, null],
    ])
    const models = group('model', [
      ['claude-haiku-4-5', 'claude-haiku-4-5'],
      ['claude-opus-4-8', 'claude-opus-4-8'],
    ])

    expect(breakdownBars(projects, 'tokens').map(bar => bar.label)).toEqual([
      'shop (host/me/shop)',
      'shop (host/you/shop)',
      '(unknown)',
    ])
    expect(breakdownBars(models, 'tokens').map(bar => bar.label)).toEqual(['Haiku 4.5', 'Opus 4.8'])
  })

  test('have names that are safe for a terminal', () => {
    const bars = breakdownBars(group('project', [['k', '\u001b]0;owned\u0007Evil\nname\u202e']]), 'tokens')

    expect(bars[0]?.label).toBe('Evil name')
  })

  test('of what has no price are there without a length', () => {
    const summary = group('model', [['nobody-knows-1', null, { costPico: null, unpricedCount: 2 }]])

    expect(breakdownBars(summary, 'cost')).toEqual([
      { label: 'nobody-knows-1', key: 'nobody-knows-1', value: 'unpriced', amount: 0n },
    ])
  })

  test('of components leave out what was not used, and count searches apart from tokens', () => {
    const row = (component: 'input' | 'web-search' | 'cache-read', quantity: number, costPico: bigint) => ({
      component,
      quantity,
      costPico,
      unpricedQuantity: 0,
    })
    const summary: UsageSummary = {
      kind: 'component',
      rows: [row('input', 1200, 10n ** 12n), row('cache-read', 0, 0n), row('web-search', 3, 3n * 10n ** 10n)],
      totals: someSums(),
    }

    expect(breakdownBars(summary, 'tokens').map(bar => `${bar.label} ${bar.value}`)).toEqual([
      'input 1.2K',
      'web searches 3 searches',
    ])
    expect(breakdownBars(summary, 'cost').map(bar => bar.value)).toEqual(['$1.00', '$0.03'])
  })
})
