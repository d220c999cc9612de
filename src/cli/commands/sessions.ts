import { type FoundSession, findSessions, type SessionFilter } from '../../features/sessions/find.ts'
import { StoreMissingError } from '../../store/open.ts'
import type { Context } from '../context.ts'
import { type FilterOptions, readFilter, readFormat, readLimit } from '../filters.ts'
import { toJson } from '../json.ts'
import { listWidth } from '../layout.ts'
import { toCsv } from '../output.ts'
import { filterText, isoText, periodText } from '../period-text.ts'
import { sessionAsFields, sessionFieldNames } from '../sessions/fields.ts'
import { sessionsTable } from '../sessions/table.ts'
import { withUpToDateStore } from '../up-to-date.ts'

interface SessionsOptions extends FilterOptions {
  readonly search?: string
  readonly limit: string
  readonly json?: boolean
  readonly csv?: boolean
}

/** The sessions, those that ended last first. */
export async function sessionsCommand(context: Context, options: SessionsOptions): Promise<void> {
  const format = readFormat(options)
  const limit = readLimit(options.limit)
  const { clock, filter: given } = readFilter(options, context.now())
  const filter: SessionFilter = { ...given, search: options.search }

  const sessions = await readSessions(context, filter, limit)

  switch (format) {
    case 'json': {
      const since = isoText(filter.sinceMs)
      const until = isoText(filter.untilMs)
      const rows = (sessions ?? []).map(sessionAsFields)
      process.stdout.write(`${toJson({ since, until, limit: limit ?? null, rows })}\n`)
      return
    }
    case 'csv': {
      const rows = (sessions ?? []).map(sessionAsFields)
      const cell = (value: unknown) => (Array.isArray(value) ? value.join(',') : value)
      const cells = rows.map(row => sessionFieldNames.map(name => cell(row[name])))
      process.stdout.write(toCsv(sessionFieldNames, cells))
      return
    }
    default: {
      if (!sessions) {
        process.stdout.write('Nothing is recorded yet. Start with: csl backfill\n')
        return
      }
      const words = filter.search === undefined ? '' : filterText({ search: filter.search })
      const title = `Sessions · ${periodText(filter, clock)} · ${clock.zone}${filterText(given)}${words}`
      if (sessions.length === 0) {
        process.stdout.write(`${title}\n\nNo session fits.\n`)
        return
      }
      const lines = [title, '', sessionsTable(sessions, clock, listWidth())]
      if (sessions.length === limit) lines.push('', `The newest ${limit} are shown; --limit 0 shows all.`)
      process.stdout.write(`${lines.join('\n')}\n`)
    }
  }
}

/** Undefined where nothing has ever been recorded. */
async function readSessions(
  context: Context,
  filter: SessionFilter,
  limit: number | undefined,
): Promise<FoundSession[] | undefined> {
  try {
    return await withUpToDateStore(context, db => findSessions(db, { filter, limit }))
  } catch (error) {
    if (error instanceof StoreMissingError) return undefined
    throw error
  }
}
