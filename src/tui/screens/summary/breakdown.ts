import { cleanText } from '../../../base/clean-text.ts'
import { formatCount, formatTokens, formatUsd, modelFamily } from '../../../base/format.ts'
import { type ComponentRow, componentLabels } from '../../../features/usage/by-component.ts'
import type { GroupRow } from '../../../features/usage/by-group.ts'
import type { UsageSummary } from '../../../features/usage/summary.ts'
import type { BarRow } from '../../parts/bar-rows.ts'
import { amountOf, longValue } from './series.ts'
import type { Amount } from './state.ts'

/** A bar below the chart, and what leads from it to its sessions. */
export interface BreakdownBar extends BarRow {
  /** Project key, model id, session type or machine id; null where it is not known, and of what a message pays for. */
  readonly key: string | null
}

/** The bars of a report, the longest first. Those of nothing are left out. */
export function breakdownBars(summary: UsageSummary, amount: Amount): BreakdownBar[] {
  switch (summary.kind) {
    case 'component':
      return longestFirst(summary.rows.flatMap(row => componentBar(row, amount)))
    case 'group': {
      const names = summary.rows.map(row => nameOf(row, summary.by))
      return longestFirst(
        summary.rows.map((row, at) => {
          const name = names[at] ?? ''
          // Two projects can have one name, as can two models of one family: then the key tells them apart.
          const isTwice = names.indexOf(name) !== names.lastIndexOf(name)
          const label = isTwice && row.key !== null ? `${name} (${cleanText(row.key)})` : name
          return { label, key: row.key, value: longValue(row, amount), amount: amountOf(row, amount) }
        }),
      )
    }
    // Time is what the chart is for.
    case 'period':
      return []
    default:
      return summary satisfies never
  }
}

function nameOf({ label, key }: GroupRow, by: string): string {
  const name = label ?? key
  if (name === null) return '(unknown)'
  return by === 'model' ? modelFamily(name) : cleanText(name)
}

function componentBar(
  { component, quantity, unpricedQuantity, costPico }: ComponentRow,
  amount: Amount,
): BreakdownBar[] {
  if (quantity === 0 && costPico === 0n) return []
  const label = componentLabels[component]
  const isSearch = component === 'web-search'
  if (amount === 'cost') {
    const value = formatUsd(costPico, { atLeast: unpricedQuantity > 0 })
    return [{ label, key: null, value, amount: costPico ?? 0n }]
  }
  // Searches are no tokens: they have a number and no length beside those.
  const value = isSearch ? `${formatCount(quantity)} searches` : formatTokens(quantity)
  return [{ label, key: null, value, amount: isSearch ? 0n : BigInt(quantity) }]
}

function longestFirst(bars: readonly BreakdownBar[]): BreakdownBar[] {
  return bars.toSorted((a, b) => (a.amount === b.amount ? 0 : a.amount < b.amount ? 1 : -1))
}
