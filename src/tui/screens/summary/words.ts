import { cleanText } from '../../../base/clean-text.ts'
import { formatCount } from '../../../base/format.ts'
import type { ZoneClock } from '../../../base/time.ts'
import type { CalendarSpan } from '../../../features/usage/calendar-span.ts'
import type { UsageSums } from '../../../features/usage/sums.ts'
import { longValue } from './series.ts'

/** Which time is shown, and by what: `2026-11 by day · Europe/Berlin`. */
export function spanText({ kind, unit, startMs }: CalendarSpan, clock: ZoneClock): string {
  const name =
    kind === 'year'
      ? String(clock.parts(startMs).year)
      : clock.label(kind === 'day' ? 'day' : 'month', startMs)
  return `${name} by ${unit} · ${clock.zone}`
}

/** What the whole span comes to. */
export function totalsText(totals: UsageSums): string {
  return [
    `${longValue(totals, 'tokens')} tokens`,
    longValue(totals, 'cost'),
    counted(totals.sessions, 'session'),
    counted(totals.messages, 'message'),
  ].join(' · ')
}

/** What the sums leave out or may have too low; nothing where they are whole. */
export function cautions(totals: UsageSums): string[] {
  const lines: string[] = []
  if (totals.unpricedCount > 0) {
    const models = totals.unpricedModels.map(cleanText).join(', ')
    lines.push(`no price: ${counted(totals.unpricedCount, 'message')} of ${models}; ≥ means at least`)
  }
  if (totals.unfinalizedCount > 0) {
    lines.push(
      `unfinalized: ${counted(totals.unfinalizedCount, 'message')}, whose output may be a lower bound`,
    )
  }
  return lines
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
