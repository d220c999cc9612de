import { cleanText } from '../base/clean-text.ts'
import { parseDate } from '../base/dates.ts'
import { UsageError } from '../base/errors.ts'
import { isTimeZone, localTimeZone, type ZoneClock, zoneClock } from '../base/time.ts'

/** The options that narrow reports, as they stand on the command line. */
export interface FilterOptions {
  readonly since?: string
  readonly until?: string
  readonly timezone?: string
  readonly project?: string
  readonly model?: string
  readonly type?: string
  readonly machine?: string
}

/** The same as reports take them. Instants in milliseconds since 1970 UTC; `untilMs` is exclusive. */
export interface Filter {
  readonly sinceMs?: number | undefined
  readonly untilMs?: number | undefined
  readonly project?: string | undefined
  readonly model?: string | undefined
  readonly type?: string | undefined
  readonly machine?: string | undefined
}

/** Reads the options. Throws a UsageError for zones and dates that do not exist. */
export function readFilter(
  options: FilterOptions,
  nowMs: number,
): { readonly clock: ZoneClock; readonly filter: Filter } {
  const { since, until, timezone, project, model, type, machine } = options
  const zone = timezone ?? localTimeZone()
  if (!isTimeZone(zone)) {
    throw new UsageError(`no such time zone: ${cleanText(zone)}`, 'name one like Europe/Berlin or UTC')
  }
  const sinceMs = since === undefined ? undefined : parseDate(since, { nowMs, zone, edge: 'since' })
  const untilMs = until === undefined ? undefined : parseDate(until, { nowMs, zone, edge: 'until' })
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs) {
    throw new UsageError('--since is not before --until', 'both ends belong to the period')
  }
  return { clock: zoneClock(zone), filter: { sinceMs, untilMs, project, model, type, machine } }
}

/** A whole number of rows; 0 means all. Throws a UsageError for anything else. */
export function readLimit(text: string): number | undefined {
  if (!/^\d{1,9}$/.test(text)) {
    throw new UsageError(`--limit needs a number, not ${cleanText(text)}`, '0 means all')
  }
  return Number(text) || undefined
}

/** Exactly one way to print: a table for people, else JSON or CSV. Throws a UsageError for both. */
export function readFormat(options: { json?: boolean; csv?: boolean }): 'table' | 'json' | 'csv' {
  if (options.json && options.csv) throw new UsageError('--json and --csv exclude each other')
  return options.json ? 'json' : options.csv ? 'csv' : 'table'
}
