import { formatTokens, formatUsd, formatUsdShort, modelFamily } from '../../../base/format.ts'
import type { ZoneClock } from '../../../base/time.ts'
import { type CalendarSpan, placeInSpan } from '../../../features/usage/calendar-span.ts'
import type { UsageOverview } from '../../../features/usage/overview.ts'
import { addSums, type UsageSums } from '../../../features/usage/sums.ts'
import { fills } from '../../parts/bar-cells.ts'
import type { Bar } from '../../parts/stacked-bars.ts'
import type { Amount } from './state.ts'

/** What the chart shows, and what its colours and fills mean. */
export interface StackedSeries {
  readonly bars: readonly Bar[]
  readonly legend: readonly LegendItem[]
}

export interface LegendItem {
  readonly name: string
  readonly value: string
}

/**
 * The bars of a span, each stacked by family of models. The largest family (by tokens, so that it keeps its colour when
 * cost is shown) is the lowest; where there are more families than fills, the rest is one series.
 */
export function stackedSeries(
  series: UsageOverview['series'],
  { span, amount, clock }: { span: CalendarSpan; amount: Amount; clock: ZoneClock },
): StackedSeries {
  const rows = series.flatMap(row =>
    row.startMs === null
      ? []
      : [{ place: placeInSpan(span, row.startMs), family: modelFamily(row.model), sums: row }],
  )
  const names = largestFirst(rows)
  const kept = names.length > fills.length ? names.slice(0, fills.length - 1) : names
  const rest = names.length - kept.length
  const inGroup = (group: string | null) => (family: string) =>
    group === null ? !kept.includes(family) : family === group
  const groups = rest > 0 ? [...kept, null] : kept
  const bars = span.starts.map((startMs, place) => {
    const here = rows.filter(row => row.place === place)
    const parts = groups.map(group => {
      const isIn = inGroup(group)
      return here.reduce((sum, { family, sums }) => (isIn(family) ? sum + amountOf(sums, amount) : sum), 0n)
    })
    const sums = addSums(
      here.map(row => row.sums),
      0,
    )
    return { label: labelOf(span, startMs, clock), value: shortValue(sums, amount), parts }
  })
  const legend = groups.map(group => {
    const isIn = inGroup(group)
    const sums = addSums(
      rows.filter(row => isIn(row.family)).map(row => row.sums),
      0,
    )
    return { name: group ?? `${rest} others`, value: longValue(sums, amount) }
  })
  return { bars, legend }
}

/** What a sum is worth in a chart, as a whole number: tokens, or picodollars of what has a price. */
export function amountOf({ totalTokens, costPico }: UsageSums, amount: Amount): bigint {
  return amount === 'tokens' ? BigInt(totalTokens) : (costPico ?? 0n)
}

/** `1.2M`, `$3.40`, `≥ $3.40` where something has no price, `unpriced` where nothing has. */
export function longValue(sums: UsageSums, amount: Amount): string {
  if (amount === 'tokens') return formatTokens(sums.totalTokens)
  return formatUsd(sums.costPico, { atLeast: sums.unpricedCount > 0 })
}

/** The same for the top of a bar; `?` is what has no price. Empty where nothing was used. */
function shortValue(sums: UsageSums, amount: Amount): string {
  if (amount === 'tokens') return sums.totalTokens > 0 ? formatTokens(sums.totalTokens) : ''
  const hasUnpriced = sums.unpricedCount > 0
  if (sums.costPico === null || sums.costPico === 0n) return hasUnpriced ? '?' : ''
  return `${hasUnpriced ? '≥' : ''}${formatUsdShort(sums.costPico)}`
}

function largestFirst(rows: readonly { family: string; sums: UsageSums }[]): string[] {
  const totals = new Map<string, number>()
  for (const { family, sums } of rows) totals.set(family, (totals.get(family) ?? 0) + sums.totalTokens)
  return [...totals].sort(([a, of], [b, other]) => other - of || (a < b ? -1 : 1)).map(([family]) => family)
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function labelOf({ unit }: CalendarSpan, ms: number, clock: ZoneClock): string {
  const { hour, day, month } = clock.parts(ms)
  switch (unit) {
    case 'hour':
      return String(hour).padStart(2, '0')
    case 'day':
      return String(day)
    case 'month':
      return months[month - 1] ?? ''
    default:
      return unit satisfies never
  }
}
