import { cleanText } from '../../base/clean-text.ts'
import { UsageError } from '../../base/errors.ts'
import { wrapLine } from '../../base/text-width.ts'
import type { ZoneClock } from '../../base/time.ts'
import { type UsageKind, type UsageSummary, usageKinds, usageSummary } from '../../features/usage/summary.ts'
import type { UsageSums } from '../../features/usage/sums.ts'
import { StoreMissingError } from '../../store/open.ts'
import type { Context } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { type Filter, type FilterOptions, readFilter, readFormat, readLimit } from '../filters.ts'
import { listWidth } from '../layout.ts'
import { toCsv, toJson } from '../output.ts'
import { filterText, isoText, periodText } from '../period-text.ts'
import { withUpToDateStore } from '../up-to-date.ts'
import { type DefaultPeriod, defaultPeriod } from '../usage/default-period.ts'
import { fieldNames, rowsAsFields, sumsAsFields } from '../usage/fields.ts'
import { usageTable } from '../usage/table.ts'

interface UsageOptions extends FilterOptions {
  readonly all?: boolean
  readonly sync?: boolean
  readonly limit?: string
  readonly json?: boolean
  readonly csv?: boolean
}

/** Of sessions there can be very many: only the dearest, in every format alike. */
const mostSessions = 50

/** What was used: tokens and what they cost by the API's prices, by time, session, project, model or component. */
export async function usageCommand(context: Context, by: string, options: UsageOptions): Promise<void> {
  const format = readFormat(options)
  const kind = readKind(by)
  const { clock, filter: given } = readFilter(options, context.now())
  const isOpen = given.sinceMs === undefined && given.untilMs === undefined && !options.all
  const period = isOpen ? defaultPeriod(kind, clock, context.now()) : undefined
  const filter: Filter = period ? { ...given, sinceMs: period.sinceMs } : given
  const limit = options.limit === undefined ? defaultLimit(kind) : readLimit(options.limit)

  if (options.sync) await (await import('./sync.ts')).syncFirst(context)
  const summary = await readSummary(context, { by: kind, filter, clock, limit })

  switch (format) {
    case 'json': {
      const report = {
        by: kind,
        timeZone: clock.zone,
        since: isoText(filter.sinceMs),
        until: isoText(filter.untilMs),
        limit: limit ?? null,
        rows: summary ? rowsAsFields(summary, clock) : [],
        totals: sumsAsFields(summary?.totals ?? nothingUsed),
      }
      process.stdout.write(`${toJson(report)}\n`)
      return
    }
    case 'csv': {
      const names = fieldNames(kind === 'component' ? 'component' : 'group')
      const rows = summary ? rowsAsFields(summary, clock) : []
      const cell = (value: unknown) => (Array.isArray(value) ? value.join(',') : value)
      process.stdout.write(
        toCsv(
          names,
          rows.map(row => names.map(name => cell(row[name]))),
        ),
      )
      return
    }
    default: {
      if (!summary) process.stdout.write('Nothing is recorded yet. Start with: csl backfill\n')
      else process.stdout.write(reportText({ by: kind, summary, filter, period, clock, limit }))
    }
  }
}

/** Undefined where nothing has ever been recorded. */
async function readSummary(
  context: Context,
  options: Parameters<typeof usageSummary>[1],
): Promise<UsageSummary | undefined> {
  try {
    return await withUpToDateStore(context, db => usageSummary(db, options))
  } catch (error) {
    if (error instanceof StoreMissingError) return undefined
    throw error
  }
}

function readKind(by: string): UsageKind {
  const kind = usageKinds.find(known => known === by)
  if (!kind) throw new UsageError(`usage knows no "${cleanText(by)}"`, `try one of: ${usageKinds.join(' ')}`)
  return kind
}

function defaultLimit(by: UsageKind): number | undefined {
  return by === 'session' ? mostSessions : undefined
}

function reportText(report: {
  by: UsageKind
  summary: UsageSummary
  filter: Filter
  period: DefaultPeriod | undefined
  clock: ZoneClock
  limit: number | undefined
}): string {
  const { by, summary, filter, period, clock, limit } = report
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
