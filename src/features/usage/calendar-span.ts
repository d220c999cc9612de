import type { PeriodUnit, ZoneClock } from '../../base/time.ts'

/** A stretch of the calendar that is looked at as a whole. */
export type SpanKind = 'day' | 'month' | 'year'

export interface CalendarSpan {
  readonly kind: SpanKind
  /** What it is divided into: hours of a day, days of a month, months of a year. */
  readonly unit: Exclude<PeriodUnit, 'week'>
  readonly startMs: number
  /** Exclusive; the span after this one begins here. */
  readonly endMs: number
  /** When each of its hours, days or months begins; a day can have 23 or 25 hours. */
  readonly starts: readonly number[]
}

const units: Readonly<Record<SpanKind, CalendarSpan['unit']>> = { day: 'hour', month: 'day', year: 'month' }

/** The day, month or year of a time zone that holds a moment. */
export function calendarSpan(kind: SpanKind, ms: number, clock: ZoneClock): CalendarSpan {
  const startMs = kind === 'year' ? yearStart(ms, 0, clock) : clock.startOf(kind, ms)
  const endMs = kind === 'year' ? yearStart(ms, 1, clock) : clock.add(kind, startMs, 1)
  const unit = units[kind]
  const starts: number[] = []
  for (let start = startMs; start < endMs; start = clock.add(unit, start, 1)) starts.push(start)
  return { kind, unit, startMs, endMs, starts }
}

/** The span before or after. Asked by a moment in it: counting back from a day that a zone left out would stand still. */
export function neighbourSpan(span: CalendarSpan, side: 'before' | 'after', clock: ZoneClock): CalendarSpan {
  return calendarSpan(span.kind, side === 'before' ? span.startMs - 1 : span.endMs, clock)
}

/** The place in `starts` of the hour, day or month that holds a moment of the span. */
export function placeInSpan({ starts }: CalendarSpan, ms: number): number {
  const next = starts.findIndex(start => start > ms)
  return next === -1 ? starts.length - 1 : Math.max(0, next - 1)
}

function yearStart(ms: number, years: number, clock: ZoneClock): number {
  return clock.instant({ year: clock.parts(ms).year + years })
}
