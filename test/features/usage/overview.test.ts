import { describe, expect, test } from 'vitest'
import { zoneClock } from '../../../src/base/time.ts'
import { rowsAsFields, sumsAsFields } from '../../../src/cli/usage/fields.ts'
import {
  calendarSpan,
  neighbourSpan,
  placeInSpan,
  type SpanKind,
} from '../../../src/features/usage/calendar-span.ts'
import { recordUsage } from '../../../src/features/usage/ledger.ts'
import { usageOverview } from '../../../src/features/usage/overview.ts'
import { type UsageKind, usageSummary } from '../../../src/features/usage/summary.ts'
import { addSums } from '../../../src/features/usage/sums.ts'
import { inDatabase } from '../../support/database.ts'
import { makeHome } from '../../support/home.ts'
import { withNewLedger } from '../../support/ledger.ts'
import { assistantLine, messageId, uuidOf } from '../../support/lines.ts'
import { aRecord } from '../../support/usage-records.ts'

const berlin = zoneClock('Europe/Berlin')

/** All of them once: every other span is read by the same code. */
function breakdownsOf(kind: SpanKind): UsageKind[] {
  return kind === 'year' ? ['project', 'model', 'component', 'type', 'machine'] : ['model']
}

describe('a span of the calendar', () => {
  test.each([
    ['2026-10-25T12:00:00Z', 25],
    ['2026-03-29T12:00:00Z', 23],
    ['2026-11-20T12:00:00Z', 24],
  ])('the day in Berlin that holds %s has %d hours', (at, hours) => {
    const span = calendarSpan('day', Date.parse(at), berlin)

    expect(span.starts).toHaveLength(hours)
    expect(span.endMs - span.startMs).toBe(hours * 3_600_000)
  })

  test.each([
    ['month', '2026-02-10T00:00:00Z', 28],
    ['month', '2024-02-10T00:00:00Z', 29],
    ['month', '2026-10-31T22:59:59Z', 31],
    ['month', '2026-10-31T23:00:00Z', 30],
    ['year', '2026-12-31T22:59:59Z', 12],
  ] as const)('a %s that holds %s in Berlin has %d parts', (kind, at, parts) => {
    expect(calendarSpan(kind, Date.parse(at), berlin).starts).toHaveLength(parts)
  })

  test.each(['Europe/Berlin', 'Pacific/Apia', 'America/Sao_Paulo', 'Australia/Lord_Howe'])(
    'its neighbours in %s lead on without a gap, over all changes of the clock',
    zone => {
      const clock = zoneClock(zone)
      for (const kind of ['day', 'month', 'year'] as const) {
        // Samoa left out 30 December 2011.
        let span = calendarSpan(kind, Date.parse('2011-11-20T00:00:00Z'), clock)
        for (let i = 0; i < 60; i++) {
          const next = neighbourSpan(span, 'after', clock)
          expect(next.startMs).toBe(span.endMs)
          expect(neighbourSpan(next, 'before', clock)).toEqual(span)
          expect(next.starts.map(start => placeInSpan(next, start))).toEqual([...next.starts.keys()])
          span = next
        }
      }
    },
  )
})

describe('a span at a glance', () => {
  test('tells the models of each hour apart, also of the one that comes twice', async () => {
    const record = (n: number, at: string, model: string) =>
      aRecord({ messageKey: messageId(n), occurredAtMs: Date.parse(at), model, input: 10 ** n, output: 0 })
    const records = [
      record(0, '2026-10-25T00:30:00Z', 'claude-opus-4-8'),
      record(1, '2026-10-25T01:30:00Z', 'claude-opus-4-8'),
      record(2, '2026-10-25T01:45:00Z', 'nobody-knows-1'),
      record(3, '2026-10-25T23:00:00Z', 'claude-opus-4-8'),
    ]

    await withNewLedger(async ({ db, writer, pricer }) => {
      await recordUsage(db, { writer, records, pricer })
      const span = calendarSpan('day', Date.parse('2026-10-25T12:00:00Z'), berlin)
      const { series, totals } = await usageOverview(db, { span, by: 'model', clock: berlin })

      const rows = series.map(row => [placeInSpan(span, row.startMs ?? 0), row.model, row.input])
      expect(rows).toEqual([
        [2, 'claude-opus-4-8', 1],
        [3, 'claude-opus-4-8', 10],
        [3, 'nobody-knows-1', 100],
      ])
      expect(totals).toMatchObject({ input: 111, unpricedCount: 1, unpricedModels: ['nobody-knows-1'] })
    })
  })

  test('adds up to what csl usage --json says of the same time, by every unit and breakdown', async () => {
    const home = makeHome()
    const sessions = [uuidOf(1), uuidOf(2), uuidOf(3)]
    const models = ['claude-opus-4-8', 'claude-haiku-4-5', 'claude-sonnet-4-5', 'nobody-knows-1']
    for (const [at, session] of sessions.entries()) {
      const lines = Array.from({ length: 90 }, (_, i) =>
        assistantLine(session, {
          id: messageId(at * 1000 + i),
          // 7.3 hours apart: over the end of summer time and of several months.
          at: new Date(Date.parse('2026-10-07T00:10:00Z') + i * 26_280_000).toISOString(),
          model: models[(i + at) % 4] ?? '',
          ...(i % 7 === 0 ? { stopReason: null } : {}),
          usage: { input_tokens: 1 + i, output_tokens: 3 * i, cache_read_input_tokens: 17 * i },
        }),
      )
      await home.writeTranscript(`-home-dev-p${at}`, `${session}.jsonl`, lines)
    }
    await home.csl(['backfill'])

    for (const [kind, since, until] of [
      ['day', '2026-10-25', '2026-10-25'],
      ['month', '2026-10', '2026-10'],
      ['month', '2026-11', '2026-11'],
      ['year', '2026', '2026'],
    ] as const) {
      const span = calendarSpan(kind, Date.parse(`${since.padEnd(10, '-01').slice(0, 10)}T10:00:00Z`), berlin)
      const period = ['--since', since, '--until', until, '--timezone', 'Europe/Berlin', '--json']
      for (const by of breakdownsOf(kind)) {
        const overview = await inDatabase(home, db => usageOverview(db, { span, by, clock: berlin }))
        const said = JSON.parse((await home.csl(['usage', by, ...period])).stdout)

        expect(sumsAsFields(overview.totals)).toEqual(said.totals)
        expect(rowsAsFields(overview.breakdown, berlin)).toEqual(said.rows)
      }
      const { series } = await inDatabase(home, db => usageOverview(db, { span, by: 'model', clock: berlin }))
      const said = JSON.parse((await home.csl(['usage', span.unit, ...period])).stdout)
      const byTime = span.starts.flatMap(startMs => {
        const rows = series.filter(row => row.startMs === startMs)
        const { sessions: _, ...sums } = sumsAsFields(addSums(rows, 0))
        return rows.length > 0 ? [{ start: new Date(startMs).toISOString(), ...sums }] : []
      })
      expect(said.rows).toMatchObject(byTime)
      expect(byTime).toHaveLength(said.rows.length)
    }
  })

  test('reads rows with the same sums as a report by time of all that is there', async () => {
    await withNewLedger(async ({ db, writer, pricer }) => {
      const records = Array.from({ length: 40 }, (_, i) =>
        aRecord({
          messageKey: messageId(i),
          occurredAtMs: Date.parse('2026-12-30T20:00:00Z') + i * 3_000_000,
          sessionId: `session-${i % 3}`,
        }),
      )
      await recordUsage(db, { writer, records, pricer })
      const span = calendarSpan('year', Date.parse('2026-06-01T00:00:00Z'), berlin)
      const next = neighbourSpan(span, 'after', berlin)

      const years = [
        await usageOverview(db, { span, by: 'model', clock: berlin }),
        await usageOverview(db, { span: next, by: 'model', clock: berlin }),
      ]
      const all = await usageSummary(db, { by: 'month', filter: {}, clock: berlin })

      const totals = addSums(
        years.map(year => year.totals),
        all.totals.sessions,
      )
      expect(totals).toEqual(all.totals)
    })
  })
})
