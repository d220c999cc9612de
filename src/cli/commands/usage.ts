import { cleanText } from '../../base/clean-text.ts'
import { UsageError } from '../../base/errors.ts'
import { readMarks } from '../../features/sessions/marks.ts'
import { type UsageKind, type UsageSummary, usageKinds, usageSummary } from '../../features/usage/summary.ts'
import { StoreMissingError } from '../../store/open.ts'
import type { Db } from '../../store/query.ts'
import type { Context } from '../context.ts'
import { type Filter, type FilterOptions, readFilter, readFormat, readLimit } from '../filters.ts'
import { withUpToDateStore } from '../up-to-date.ts'
import { defaultPeriod } from '../usage/default-period.ts'

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
  // Loaded while the database is opened and searched on other threads.
  const printing = import('../usage/report-text.ts')
  const summary = await readSummary(context, { by: kind, filter, clock, limit })

  const { usageText } = await printing
  process.stdout.write(usageText({ by: kind, summary, filter, period, clock, limit }, format))
}

/** Undefined where nothing has ever been recorded. */
async function readSummary(
  context: Context,
  options: Parameters<typeof usageSummary>[1],
): Promise<UsageSummary | undefined> {
  try {
    return await withUpToDateStore(context, async db => withNames(db, await usageSummary(db, options)))
  } catch (error) {
    if (error instanceof StoreMissingError) return undefined
    throw error
  }
}

/** Sessions by the names that their person gave them. */
async function withNames(db: Db, summary: UsageSummary): Promise<UsageSummary> {
  if (summary.kind !== 'group' || summary.by !== 'session') return summary
  const marks = await readMarks(db)
  const rows = summary.rows.map(row => ({ ...row, label: marks.get(row.key ?? '')?.name ?? row.label }))
  return { ...summary, rows }
}

function readKind(by: string): UsageKind {
  const kind = usageKinds.find(known => known === by)
  if (!kind) throw new UsageError(`usage knows no "${cleanText(by)}"`, `try one of: ${usageKinds.join(' ')}`)
  return kind
}

function defaultLimit(by: UsageKind): number | undefined {
  return by === 'session' ? mostSessions : undefined
}
