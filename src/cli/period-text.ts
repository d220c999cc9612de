import { cleanText } from '../base/clean-text.ts'
import { timeText } from '../base/format.ts'
import type { ZoneClock } from '../base/time.ts'
import type { Filter } from './filters.ts'

/** The span of time a report covers: `2026-10-01 to 2026-10-31`, `since 2026-10-01`, `all time`. */
export function periodText({ sinceMs, untilMs }: Filter, clock: ZoneClock): string {
  const from = sinceMs === undefined ? undefined : momentText(sinceMs, clock)
  // People name the last day that belongs to a period, not the one after it.
  const to =
    untilMs === undefined
      ? undefined
      : isMidnight(untilMs, clock)
        ? clock.label('day', untilMs - 1)
        : momentText(untilMs, clock)
  if (from === undefined) return to === undefined ? 'all time' : `until ${to}`
  if (to === undefined) return `since ${from}`
  return from === to ? from : `${from} to ${to}`
}

/** `2026-10-01` at the start of a day, else `2026-10-01 14:05`. */
function momentText(ms: number, clock: ZoneClock): string {
  return isMidnight(ms, clock) ? clock.label('day', ms) : timeText(ms, clock)
}

function isMidnight(ms: number, clock: ZoneClock): boolean {
  return clock.startOf('day', ms) === ms
}

/** The narrowing options as they were given: ` · project orchard · model opus`. */
export function filterText(
  filter: {
    readonly [Name in (typeof filterNames)[number]]?: string | undefined
  },
): string {
  return filterNames
    .filter(name => filter[name] !== undefined)
    .map(name => ` · ${name} ${cleanText(filter[name] ?? '')}`)
    .join('')
}

const filterNames = [
  'project',
  'model',
  'type',
  'machine',
  'category',
  'status',
  'by',
  'tag',
  'search',
] as const

/** An end of a period for programs; null where it is open. */
export function isoText(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
