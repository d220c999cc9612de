import { cleanText } from '../../base/clean-text.ts'
import { wrapLine } from '../../base/text-width.ts'
import type { ZoneClock } from '../../base/time.ts'
import type { UsageKind, UsageSummary } from '../../features/usage/summary.ts'
import type { UsageSums } from '../../features/usage/sums.ts'
import { formatCounted } from '../counted.ts'
import type { Filter } from '../filters.ts'
import { toJson } from '../json.ts'
import { listWidth } from '../layout.ts'
import { toCsv } from '../output.ts'
import { filterText, isoText, periodText } from '../period-text.ts'
import type { DefaultPeriod } from './default-period.ts'
import { fieldNames, rowsAsFields, sumsAsFields } from './fields.ts'
import { usageTable } from './table.ts'

/** All that `csl usage` shows. */
interface UsageReport {
  readonly by: UsageKind
  /** Undefined where nothing has ever been recorded. */
  readonly summary: UsageSummary | undefined
  readonly filter: Filter
  /** The period that holds as nobody named one. */
  readonly period: DefaultPeriod | undefined
  readonly clock: ZoneClock
  readonly limit: number | undefined
}

/** The report in one of its formats, with its last line end. */
export function usageText(report: UsageReport, format: 'table' | 'json' | 'csv'): string {
  switch (format) {
    case 'json':
      return jsonText(report)
    case 'csv':
      return csvText(report)
    case 'table':
      return tableText(report)
    default:
      return format satisfies never
  }
}

function jsonText({ by, summary, filter, clock, limit }: UsageReport): string {
  const report = {
    by,
    timeZone: clock.zone,
    since: isoText(filter.sinceMs),
    until: isoText(filter.untilMs),
    limit: limit ?? null,
    rows: summary ? rowsAsFields(summary, clock) : [],
    totals: sumsAsFields(summary?.totals ?? nothingUsed),
  }
  return `${toJson(report)}\n`
}

function csvText({ by, summary, clock }: UsageReport): string {
  const names = fieldNames(by === 'component' ? 'component' : 'group')
  const rows = summary ? rowsAsFields(summary, clock) : []
  const cell = (value: unknown) => (Array.isArray(value) ? value.join(',') : value)
  return toCsv(
    names,
    rows.map(row => names.map(name => cell(row[name]))),
  )
}

function tableText({ by, summary, filter, period, clock, limit }: UsageReport): string {
  if (!summary) return 'Nothing is recorded yet. Start with: csl backfill\n'
  const span = period ? `${period.name}, ${periodText(filter, clock)}` : periodText(filter, clock)
  const title = `Usage by ${by} · ${span} · ${clock.zone}${filterText(filter)}`
  if (summary.rows.length === 0 || summary.totals.sessions === 0) {
    return `${title}\n\n${nothingText(filter, period)}\n`
  }
  const width = listWidth()
  const below = notes(summary.totals)
  if (summary.kind === 'group' && summary.rows.length === limit) {
    below.unshift(`The ${limit} dearest are shown, the total counts all; --limit 0 shows all.`)
  }
  const lines = [
    title,
    '',
    usageTable(summary, clock, width),
    '',
    ...below.map(line => wrapLine(line, width)),
  ]
  return `${lines.join('\n')}\n`
}

/** Why a report is empty: the filter, the period or both. */
function nothingText(filter: Filter, period: DefaultPeriod | undefined): string {
  const what = filterText(filter) === '' ? 'Nothing was used' : 'Nothing fits the filter'
  const isAllTime = filter.sinceMs === undefined && filter.untilMs === undefined
  const hint = period ? '\nTo look at all that is recorded, add: --all' : ''
  return `${what}${isAllTime ? '' : ' in this period'}.${hint}`
}

function notes(totals: UsageSums): string[] {
  const lines = ["API price: the API's list price; a subscription pays nothing per token."]
  if (totals.unpricedCount > 0) {
    const models = totals.unpricedModels.map(cleanText).join(', ')
    lines.push(
      `no price for: ${models} (${formatCounted(totals.unpricedCount, 'message')}); ≥ means at least. See: csl prices`,
    )
  }
  if (totals.unfinalizedCount > 0) {
    lines.push(
      `unfinalized: ${formatCounted(totals.unfinalizedCount, 'message')}, whose output tokens may be a lower bound.`,
    )
  }
  return lines
}

const nothingUsed: UsageSums = {
  sessions: 0,
  messages: 0,
  input: 0,
  output: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  cacheRead: 0,
  totalTokens: 0,
  costPico: 0n,
  unpricedCount: 0,
  unpricedModels: [],
  unfinalizedCount: 0,
}
