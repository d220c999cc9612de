import type { PeriodModelRow } from '../../src/features/usage/by-period.ts'
import type { UsageOverview } from '../../src/features/usage/overview.ts'
import { addSums, type UsageSums } from '../../src/features/usage/sums.ts'

/** Sums of one message of a session: a million tokens of a dollar, unless told. */
export function someSums(overrides: Partial<UsageSums> = {}): UsageSums {
  const totalTokens = overrides.totalTokens ?? 1_000_000
  return {
    sessions: 1,
    messages: 1,
    input: totalTokens,
    output: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    cacheRead: 0,
    totalTokens,
    costPico: 10n ** 12n,
    unpricedCount: 0,
    unpricedModels: [],
    unfinalizedCount: 0,
    ...overrides,
  }
}

/** What one model was used for in the hour, day or month that begins at a moment. */
export function aSeriesRow(at: string, overrides: Partial<PeriodModelRow> = {}): PeriodModelRow {
  return { startMs: Date.parse(at), model: 'claude-opus-4-8', ...someSums(overrides), ...overrides }
}

/** A span with these rows, the dearest project first. */
export function anOverview(
  series: readonly PeriodModelRow[],
  projects: readonly { readonly key: string | null; readonly sums?: Partial<UsageSums> }[] = [],
): UsageOverview {
  const rows = projects.map(({ key, sums }) => ({ key, label: key, project: null, ...someSums(sums) }))
  const totals = addSums(series, series.length)
  return { series, totals, breakdown: { kind: 'group', by: 'project', rows, totals } }
}
