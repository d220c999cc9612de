import type { ZoneClock } from '../../../base/time.ts'
import {
  type CalendarSpan,
  calendarSpan,
  neighbourSpan,
  type SpanKind,
} from '../../../features/usage/calendar-span.ts'

/** What is counted. */
export type Amount = 'tokens' | 'cost'

/** What the bars below the chart stand for, in the order that a key goes through them. */
export const breakdowns = ['project', 'model', 'component', 'type', 'machine'] as const
export type Breakdown = (typeof breakdowns)[number]

export interface SummaryState {
  readonly span: CalendarSpan
  readonly amount: Amount
  readonly by: Breakdown
  /** The chosen bar below the chart. There can be fewer bars than that when new ones arrive: see `chosenBar`. */
  readonly cursor: number
}

export type SummaryEvent =
  | { readonly type: 'span'; readonly kind: SpanKind }
  | { readonly type: 'neighbour'; readonly side: 'before' | 'after' }
  | { readonly type: 'now' }
  | { readonly type: 'amount' }
  | { readonly type: 'breakdown'; readonly step: 1 | -1 }
  | { readonly type: 'move'; readonly step: number; readonly bars: number }

/** What the calendar says; a zone and the present moment. */
export interface Today {
  readonly clock: ZoneClock
  readonly nowMs: number
}

/** This month by day, in tokens, by project. */
export function firstSummary({ clock, nowMs }: Today): SummaryState {
  return {
    span: calendarSpan('month', nowMs, clock),
    amount: 'tokens',
    by: 'project',
    cursor: 0,
  }
}

export function nextSummary(state: SummaryState, event: SummaryEvent, today: Today): SummaryState {
  const { clock, nowMs } = today
  const show = (span: CalendarSpan): SummaryState => ({ ...state, span, cursor: 0 })
  switch (event.type) {
    case 'span':
      return show(calendarSpan(event.kind, momentIn(state.span, nowMs), clock))
    case 'neighbour':
      return show(neighbourSpan(state.span, event.side, clock))
    case 'now':
      return show(calendarSpan(state.span.kind, nowMs, clock))
    case 'amount':
      return { ...state, amount: state.amount === 'tokens' ? 'cost' : 'tokens', cursor: 0 }
    case 'breakdown': {
      const at = breakdowns.indexOf(state.by) + event.step + breakdowns.length
      return { ...state, by: breakdowns[at % breakdowns.length] ?? 'project', cursor: 0 }
    }
    case 'move': {
      const cursor = chosenBar(state, event.bars) + event.step
      return { ...state, cursor: Math.max(0, Math.min(event.bars - 1, cursor)) }
    }
    default:
      return event satisfies never
  }
}

/** Which of so many bars is chosen. */
export function chosenBar({ cursor }: SummaryState, bars: number): number {
  return Math.max(0, Math.min(cursor, bars - 1))
}

/** From a span that holds the present one comes to the present day or month, from any other to its first. */
function momentIn({ startMs, endMs }: CalendarSpan, nowMs: number): number {
  return nowMs >= startMs && nowMs < endMs ? nowMs : startMs
}
