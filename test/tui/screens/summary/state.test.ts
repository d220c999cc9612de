import { describe, expect, test } from 'vitest'
import { zoneClock } from '../../../../src/base/time.ts'
import {
  breakdowns,
  chosenBar,
  firstSummary,
  nextSummary,
  type SummaryEvent,
  type SummaryState,
} from '../../../../src/tui/screens/summary/state.ts'

const clock = zoneClock('Europe/Berlin')
const today = { clock, nowMs: Date.parse('2026-11-20T14:00:00Z') }

function led(...events: SummaryEvent[]): SummaryState {
  return events.reduce((state, event) => nextSummary(state, event, today), firstSummary(today))
}

const startOf = ({ span }: SummaryState) => clock.label(span.unit === 'hour' ? 'hour' : 'day', span.startMs)

describe('the summary', () => {
  test('begins with this month by day', () => {
    const state = led()

    expect(startOf(state)).toBe('2026-11-01')
    expect(state.span.starts).toHaveLength(30)
    expect(state).toMatchObject({ amount: 'tokens', by: 'project', cursor: 0 })
  })

  test('goes to the spans before and after, and back to now', () => {
    const before: SummaryEvent = { type: 'neighbour', side: 'before' }
    const next: SummaryEvent = { type: 'neighbour', side: 'after' }

    expect(startOf(led(before))).toBe('2026-10-01')
    expect(startOf(led(before, before, next))).toBe('2026-10-01')
    expect(startOf(led({ type: 'span', kind: 'year' }, before))).toBe('2025-01-01')
    expect(startOf(led(before, before, { type: 'now' }))).toBe('2026-11-01')
  })

  test('comes from a span that holds the present one to the present day, else to the first', () => {
    const day: SummaryEvent = { type: 'span', kind: 'day' }

    expect(startOf(led(day))).toBe('2026-11-20 00:00')
    expect(startOf(led({ type: 'neighbour', side: 'before' }, day))).toBe('2026-10-01 00:00')
    expect(startOf(led({ type: 'neighbour', side: 'before' }, day, { type: 'span', kind: 'month' }))).toBe(
      '2026-10-01',
    )
  })

  test('goes round through what the bars stand for, both ways', () => {
    const step: SummaryEvent = { type: 'breakdown', step: 1 }

    expect(led(step).by).toBe('model')
    expect(led({ type: 'breakdown', step: -1 }).by).toBe('machine')
    expect(led(...breakdowns.map(() => step)).by).toBe('project')
  })

  test('keeps to the bars that are there', () => {
    const down: SummaryEvent = { type: 'move', step: 1, bars: 2 }

    expect(led(down, down, down).cursor).toBe(1)
    expect(led({ type: 'move', step: -5, bars: 2 }).cursor).toBe(0)
    expect(led({ type: 'move', step: 1, bars: 0 }).cursor).toBe(0)
    expect(chosenBar(led({ type: 'move', step: 9, bars: 20 }), 3)).toBe(2)
  })

  test('shows tokens or cost', () => {
    expect(led({ type: 'amount' }).amount).toBe('cost')
    expect(led({ type: 'amount' }, { type: 'amount' }).amount).toBe('tokens')
  })
})
