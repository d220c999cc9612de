import { usdFromPico } from '../../base/format.ts'
import type { ZoneClock } from '../../base/time.ts'
import { type ComponentRow, componentLabels } from '../../features/usage/by-component.ts'
import type { UsageSummary } from '../../features/usage/summary.ts'
import type { UsageSums } from '../../features/usage/sums.ts'

// What --json and --csv print. The names are a promise: docs/schema.md says what each of them means.

/** One row of a report by field. Costs are exact decimal text: a JSON number would round them. */
export type UsageFields = Readonly<Record<string, string | number | readonly string[] | null>>

const rowFields = ['key', 'label', 'start', 'project'] as const
const sumFields = [
  'sessions',
  'messages',
  'inputTokens',
  'outputTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'cacheReadTokens',
  'totalTokens',
  'costUsd',
  'unpricedCount',
  'unpricedModels',
  'unfinalizedCount',
] as const
const componentFields = ['key', 'label', 'quantity', 'unit', 'unpricedQuantity', 'costUsd'] as const

/** The fields of the summary's rows, in the order of CSV columns. */
export function fieldNames(kind: UsageSummary['kind']): readonly string[] {
  return kind === 'component' ? componentFields : [...rowFields, ...sumFields]
}

export function rowsAsFields(summary: UsageSummary, clock: ZoneClock): UsageFields[] {
  switch (summary.kind) {
    case 'period':
      return summary.rows.map(row => {
        const key = row.startMs === null ? null : clock.label(summary.unit, row.startMs)
        const start = row.startMs === null ? null : new Date(row.startMs).toISOString()
        return { key, label: key ?? noTime, start, project: null, ...sumsAsFields(row) }
      })
    case 'group':
      return summary.rows.map(row => ({
        key: row.key,
        label: row.label ?? row.key ?? unknown,
        start: null,
        project: row.project,
        ...sumsAsFields(row),
      }))
    case 'component':
      return componentsAsFields(summary.rows)
  }
}

export function componentsAsFields(rows: readonly ComponentRow[]): UsageFields[] {
  return rows.map(({ component, quantity, unpricedQuantity, costPico }) => ({
    key: component,
    label: componentLabels[component],
    quantity,
    unit: component === 'web-search' ? 'searches' : 'tokens',
    unpricedQuantity,
    costUsd: usdFromPico(costPico),
  }))
}

/** How a row is called whose key is null. */
export const unknown = '(unknown)'
export const noTime = '(no time)'

export function sumsAsFields(sums: UsageSums): Record<(typeof sumFields)[number], UsageFields[string]> {
  return {
    sessions: sums.sessions,
    messages: sums.messages,
    inputTokens: sums.input,
    outputTokens: sums.output,
    cacheWrite5mTokens: sums.cacheWrite5m,
    cacheWrite1hTokens: sums.cacheWrite1h,
    cacheReadTokens: sums.cacheRead,
    totalTokens: sums.totalTokens,
    costUsd: usdFromPico(sums.costPico),
    unpricedCount: sums.unpricedCount,
    unpricedModels: sums.unpricedModels,
    unfinalizedCount: sums.unfinalizedCount,
  }
}
