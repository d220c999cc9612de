import { describe, expect, test } from 'vitest'
import { zoneClock } from '../../../src/base/time.ts'
import { projectSessions } from '../../../src/features/sessions/project-sessions.ts'
import { usageByComponent } from '../../../src/features/usage/by-component.ts'
import type { UsageFilter } from '../../../src/features/usage/filter.ts'
import { recordUsage } from '../../../src/features/usage/ledger.ts'
import { type UsageKind, usageKinds, usageSummary } from '../../../src/features/usage/summary.ts'
import { usageTotals } from '../../../src/features/usage/sums.ts'
import type { Ledger } from '../../../src/ingest/open-ledger.ts'
import type { Db } from '../../../src/store/query.ts'
import type { UsageRecord } from '../../../src/transcripts/transcript.ts'
import { withNewLedger } from '../../support/ledger.ts'
import { messageId } from '../../support/lines.ts'
import { aRecord } from '../../support/usage-records.ts'

// Opus 4.8: 5 and 25 dollars a million tokens, 6.25 and 10 to write, 0.50 to read. Haiku 4.5: 1 and 5.
const utc = zoneClock('UTC')
let serial = 0

/** A message of its own at a moment. */
function message(at: string, changes: Partial<UsageRecord> = {}): UsageRecord {
  const ms = Date.parse(at)
  return aRecord({ messageKey: messageId(++serial), occurredAtMs: ms, lineAtMs: ms, bornAtMs: 0, ...changes })
}

/** The ledger with these messages, and what reports say of a session besides. */
async function withMessages(
  records: readonly UsageRecord[],
  work: (db: Db, ledger: Ledger) => Promise<void>,
): Promise<void> {
  await withNewLedger(async ledger => {
    const { db, writer, pricer, settings } = ledger
    const touched = await recordUsage(db, { writer, records, pricer })
    await projectSessions(db, { sessionIds: touched, rules: settings.rules, nowMs: 0 })
    await work(db, ledger)
  })
}

function describeSession(db: Db, sessionId: string, about: Record<string, string | null>): Promise<number> {
  const columns = Object.keys(about).map(column => `${column} = $${column}`)
  return db.run(`UPDATE sessions SET ${columns.join(', ')} WHERE session_id = $sessionId`, {
    ...about,
    sessionId,
  })
}

/** Rows of a report by what they are called, as far as a test looks at them. */
async function rowsBy(
  db: Db,
  by: UsageKind,
  filter: UsageFilter = {},
  zone = 'UTC',
): Promise<Record<string, unknown>[]> {
  const clock = zoneClock(zone)
  const summary = await usageSummary(db, { by, filter, clock })
  if (summary.kind === 'component') return summary.rows.map(row => ({ ...row }))
  return summary.rows.map(row => ({
    ...row,
    name: 'startMs' in row ? row.startMs && clock.label(by as 'day', row.startMs) : (row.label ?? row.key),
  }))
}

describe('usage by time', () => {
  test('adds up the messages of each day, and each session once in the total', async () => {
    const records = [
      message('2026-10-01T09:00:00Z', { input: 100, output: 10, cacheRead: 1000 }),
      message('2026-10-01T23:59:59Z', { input: 1, output: 2, cacheWrite5m: 3, cacheWrite1h: 4 }),
      message('2026-10-02T00:00:00Z', { input: 7, output: 0 }),
      message('2026-10-04T12:00:00Z', { sessionId: 'session-2', output: 5, isFinal: false }),
    ]

    await withMessages(records, async db => {
      const summary = await usageSummary(db, { by: 'day', filter: {}, clock: utc })

      expect(summary.rows).toEqual([
        {
          startMs: Date.parse('2026-10-01'),
          sessions: 1,
          messages: 2,
          input: 101,
          output: 12,
          cacheWrite5m: 3,
          cacheWrite1h: 4,
          cacheRead: 1000,
          totalTokens: 1120,
          // 101 × 5 + 12 × 25 + 3 × 6.25 + 4 × 10 + 1000 × 0.5, in millionths of a dollar.
          costPico: 1_363_750_000n,
          unpricedCount: 0,
          unpricedModels: [],
          unfinalizedCount: 0,
        },
        expect.objectContaining({
          startMs: Date.parse('2026-10-02'),
          sessions: 1,
          input: 7,
          costPico: 35_000_000n,
        }),
        expect.objectContaining({ startMs: Date.parse('2026-10-04'), sessions: 1, unfinalizedCount: 1 }),
      ])
      expect(summary.totals).toMatchObject({
        sessions: 2,
        messages: 4,
        input: 118,
        output: 17,
        totalTokens: 1142,
        costPico: 1_363_750_000n + 35_000_000n + 175_000_000n,
        unfinalizedCount: 1,
      })
    })
  })

  test('a day in Berlin has 25 hours when summer time ends and 23 when it begins', async () => {
    const records = [
      // The last and first moments of the two days, an hour or two before midnight UTC.
      message('2026-10-24T21:59:59Z', { input: 1 }),
      message('2026-10-24T22:00:00Z', { input: 10 }),
      message('2026-10-25T22:59:59Z', { input: 100 }),
      message('2026-10-25T23:00:00Z', { input: 1000 }),
      message('2027-03-27T22:59:59Z', { input: 2 }),
      message('2027-03-27T23:00:00Z', { input: 20 }),
      message('2027-03-28T21:59:59Z', { input: 200 }),
      message('2027-03-28T22:00:00Z', { input: 2000 }),
    ]

    await withMessages(records, async db => {
      const rows = await rowsBy(db, 'day', {}, 'Europe/Berlin')

      expect(rows.map(row => [row.name, row.input])).toEqual([
        ['2026-10-24', 1],
        ['2026-10-25', 110],
        ['2026-10-26', 1000],
        ['2027-03-27', 2],
        ['2027-03-28', 220],
        ['2027-03-29', 2000],
      ])
    })
  })

  test('an hour that comes twice is two, told apart by its offset', async () => {
    const records = ['00:30', '01:30', '02:30'].map((at, i) =>
      message(`2026-10-25T${at}:00Z`, { input: 10 ** i }),
    )

    await withMessages(records, async db => {
      const rows = await rowsBy(db, 'hour', {}, 'Europe/Berlin')

      expect(rows.map(row => [row.name, row.input])).toEqual([
        ['2026-10-25 02:00+02:00', 1],
        ['2026-10-25 02:00+01:00', 10],
        ['2026-10-25 03:00', 100],
      ])
    })
  })

  test.each([
    ['Asia/Kathmandu', '2026-10-01T18:14:59Z', '2026-10-01T18:15:00Z'],
    ['America/St_Johns', '2026-10-02T02:29:59Z', '2026-10-02T02:30:00Z'],
    ['Pacific/Kiritimati', '2026-10-01T09:59:59Z', '2026-10-01T10:00:00Z'],
  ])('a day ends at midnight in %s', async (zone, before, after) => {
    await withMessages([message(before), message(after)], async db => {
      const rows = await rowsBy(db, 'day', {}, zone)

      expect(rows.map(row => row.name)).toEqual(['2026-10-01', '2026-10-02'])
    })
  })

  test('weeks begin on Monday and months on the first, of the zone', async () => {
    const records = [
      message('2026-10-25T22:30:00Z', { input: 1 }),
      message('2026-10-25T23:30:00Z', { input: 10 }),
      message('2026-10-31T22:30:00Z', { input: 100 }),
      message('2026-10-31T23:30:00Z', { input: 1000 }),
    ]

    await withMessages(records, async db => {
      const weeks = await rowsBy(db, 'week', {}, 'Europe/Berlin')
      const months = await rowsBy(db, 'month', {}, 'Europe/Berlin')

      expect(weeks.map(row => [row.name, row.input])).toEqual([
        ['2026-W43', 1],
        ['2026-W44', 1110],
      ])
      expect(months.map(row => [row.name, row.input])).toEqual([
        ['2026-10', 111],
        ['2026-11', 1000],
      ])
    })
  })

  test('a message without a time has a row of its own at the end, and is in no span of time', async () => {
    const records = [
      message('2026-10-01T09:00:00Z'),
      message('never', { occurredAtMs: null, lineAtMs: null }),
    ]

    await withMessages(records, async db => {
      const all = await usageSummary(db, { by: 'day', filter: {}, clock: utc })
      const since = await usageSummary(db, { by: 'day', filter: { sinceMs: 0 }, clock: utc })

      expect(all.rows.map(row => 'startMs' in row && row.startMs)).toEqual([Date.parse('2026-10-01'), null])
      expect(all.totals.messages).toBe(2)
      expect(since.totals.messages).toBe(1)
    })
  })
})

describe('usage by group', () => {
  const records = [
    message('2026-10-01T09:00:00Z', { sessionId: 'a', input: 1000 }),
    message('2026-10-01T10:00:00Z', { sessionId: 'a', input: 2000, model: 'claude-haiku-4-5' }),
    message('2026-10-02T09:00:00Z', { sessionId: 'b', input: 4000 }),
    message('2026-10-03T09:00:00Z', { sessionId: '0c', input: 8000 }),
  ]

  async function withProjects(work: (db: Db) => Promise<void>): Promise<void> {
    await withMessages(records, async db => {
      await describeSession(db, 'a', { project: 'shop', project_key: 'host/me/shop', session_type: 'dbt' })
      await describeSession(db, 'b', {
        project: 'shop',
        project_key: 'host/you/shop',
        machine_label: 'Laptop',
      })
      await describeSession(db, '0c', { project: 'store', project_key: 'host/me/shop' })
      await work(db)
    })
  }

  test('a project is its key and has the name of its newest session', async () => {
    await withProjects(async db => {
      const rows = await rowsBy(db, 'project')

      expect(rows.map(row => [row.key, row.name, row.sessions, row.input])).toEqual([
        ['host/me/shop', 'store', 2, 11000],
        ['host/you/shop', 'shop', 1, 4000],
      ])
    })
  })

  test('one session in two models counts once in the total', async () => {
    await withProjects(async db => {
      const summary = await usageSummary(db, { by: 'model', filter: {}, clock: utc })

      expect(summary.rows.map(row => 'key' in row && [row.key, row.sessions])).toEqual([
        ['claude-opus-4-8', 3],
        ['claude-haiku-4-5', 1],
      ])
      expect(summary.totals.sessions).toBe(3)
    })
  })

  test('sessions come with the dearest first, and a limit leaves the total whole', async () => {
    await withProjects(async db => {
      const summary = await usageSummary(db, { by: 'session', filter: {}, clock: utc, limit: 2 })

      expect(summary.rows.map(row => 'key' in row && [row.key, row.project])).toEqual([
        ['0c', 'store'],
        ['b', 'shop'],
      ])
      expect(summary.totals).toMatchObject({ sessions: 3, messages: 4, input: 15000 })
    })
  })

  test('types and machines come from the session', async () => {
    await withProjects(async db => {
      const types = await rowsBy(db, 'type')
      const machines = await rowsBy(db, 'machine', { machine: 'laptop' })

      expect(types.map(row => [row.name, row.sessions])).toEqual([
        ['general', 2],
        ['dbt', 1],
      ])
      expect(machines.map(row => [row.key, row.name, row.input])).toEqual([['machine-1', 'Laptop', 4000]])
    })
  })

  test('what is not known of a session is a group of its own', async () => {
    await withMessages(records, async db => {
      await db.run(`DELETE FROM sessions WHERE session_id = 'a'`)

      const rows = await rowsBy(db, 'type')

      expect(rows.map(row => [row.key, row.sessions])).toEqual([
        ['general', 2],
        [null, 1],
      ])
    })
  })

  test('a message belongs to its owner, however many sessions show it', async () => {
    const copied = message('2026-10-01T09:00:00Z', { sessionId: 'first', input: 500 })
    const copy = { ...copied, sessionId: 'fork', claimedSessionId: 'first' }

    await withMessages([copied, copy], async db => {
      const rows = await rowsBy(db, 'session')

      expect(rows.map(row => [row.key, row.messages, row.input])).toEqual([['first', 1, 500]])
    })
  })
})

describe('filters', () => {
  const records = [
    message('2026-10-01T09:00:00Z', { sessionId: 'a', input: 1 }),
    message('2026-10-02T09:00:00Z', { sessionId: 'a', input: 10, model: 'claude-haiku-4-5' }),
    message('2026-10-03T09:00:00Z', { sessionId: 'b', input: 100 }),
  ]

  test.each<[string, UsageFilter, number]>([
    ['nothing', {}, 111],
    ['since, inclusive', { sinceMs: Date.parse('2026-10-02T09:00:00Z') }, 110],
    ['until, exclusive', { untilMs: Date.parse('2026-10-02T09:00:00Z') }, 1],
    ['part of a model', { model: 'HAIKU' }, 10],
    ['part of a project name', { project: 'ORCH' }, 11],
    ['part of a project key', { project: 'acme/' }, 11],
    ['a percent sign, which is no wildcard', { project: '%' }, 0],
    ['a type', { type: 'DBT' }, 100],
    ['part of a type, which does not do', { type: 'db' }, 0],
    ['a machine id', { machine: 'machine-1' }, 111],
    ['one session', { sessionId: 'b' }, 100],
    ['several at once', { project: 'orchard', model: 'opus' }, 1],
  ])('let through %s', async (_, filter, input) => {
    await withMessages(records, async db => {
      await describeSession(db, 'a', { project: 'Orchard', project_key: 'github.com/acme/orchard' })
      await describeSession(db, 'b', { session_type: 'dbt' })

      const sums: number[] = []
      for (const by of usageKinds) {
        const { totals } = await usageSummary(db, { by, filter, clock: utc })
        sums.push(totals.input)
      }

      expect(sums).toEqual(usageKinds.map(() => input))
    })
  })
})

describe('what has no price', () => {
  const records = [
    message('2026-10-01T09:00:00Z', { input: 1000 }),
    message('2026-10-01T10:00:00Z', { input: 10, model: 'nobody-knows-2', sessionId: 'b' }),
    message('2026-10-02T09:00:00Z', { input: 20, model: 'nobody-knows-1', sessionId: 'b' }),
    message('2026-10-02T10:00:00Z', { input: 20, model: 'nobody-knows-1', sessionId: 'b' }),
  ]

  test('is counted and named, and leaves the sum of the rest', async () => {
    await withMessages(records, async db => {
      const { rows, totals } = await usageSummary(db, { by: 'day', filter: {}, clock: utc })

      expect(rows[0]).toMatchObject({
        costPico: 5_500_000_000n,
        unpricedCount: 1,
        unpricedModels: ['nobody-knows-2'],
      })
      expect(rows[1]).toMatchObject({ costPico: null, unpricedCount: 2, unpricedModels: ['nobody-knows-1'] })
      expect(totals).toMatchObject({
        costPico: 5_500_000_000n,
        unpricedCount: 3,
        unpricedModels: ['nobody-knows-1', 'nobody-knows-2'],
      })
    })
  })

  test.each(['session', 'project', 'model', 'type', 'machine'] as const)('is named by %s', async by => {
    await withMessages(records, async db => {
      await describeSession(db, 'b', { project_key: 'b', session_type: 'b', machine_id: 'b' })

      const rows = await rowsBy(db, by)

      const named = rows.flatMap(row => row.unpricedModels)
      expect(named.sort()).toEqual(['nobody-knows-1', 'nobody-knows-2'])
      expect(rows.reduce((sum, row) => sum + Number(row.unpricedCount), 0)).toBe(3)
    })
  })

  test('nothing used costs nothing, and nothing priced costs null', async () => {
    await withMessages([], async db => {
      const { totals, rows } = await usageSummary(db, { by: 'model', filter: {}, clock: utc })

      expect(rows).toEqual([])
      expect(totals).toMatchObject({ sessions: 0, costPico: 0n, unpricedModels: [] })
    })
  })
})

describe('usage by component', () => {
  const records = [
    message('2026-10-01T09:00:00Z', {
      input: 3,
      output: 7,
      cacheWrite5m: 11,
      cacheWrite1h: 13,
      cacheRead: 17,
      webSearches: 2,
    }),
    message('2026-10-01T09:01:00Z', { input: 1, output: 1, model: 'claude-haiku-4-5', speed: 'fast' }),
    message('2026-10-01T09:02:00Z', { input: 5, output: 5, serviceTier: 'batch', inferenceGeo: 'us' }),
    message('2026-10-01T09:03:00Z', { input: 1000, output: 0, model: 'nobody-knows-1' }),
  ]

  test('is the tokens times the rates their messages paid', async () => {
    await withMessages(records.slice(0, 1), async db => {
      const rows = await rowsBy(db, 'component')

      expect(rows).toEqual([
        { component: 'input', quantity: 3, unpricedQuantity: 0, costPico: 15_000_000n },
        { component: 'output', quantity: 7, unpricedQuantity: 0, costPico: 175_000_000n },
        { component: 'cache-write-5m', quantity: 11, unpricedQuantity: 0, costPico: 68_750_000n },
        { component: 'cache-write-1h', quantity: 13, unpricedQuantity: 0, costPico: 130_000_000n },
        { component: 'cache-read', quantity: 17, unpricedQuantity: 0, costPico: 8_500_000n },
        { component: 'web-search', quantity: 2, unpricedQuantity: 0, costPico: 20_000_000_000n },
      ])
    })
  })

  test('adds up to the total exactly, with adopted totals apart', async () => {
    await withMessages(records, async db => {
      await adopt(db, { input: 100, output: 50, costPico: 123_456_789_012_345_678n })
      await adopt(db, { input: 1, output: 1, costPico: null })

      const parts = await usageByComponent(db, {})
      const totals = await usageTotals(db, {})

      const cost = parts.reduce((sum, row) => sum + (row.costPico ?? 0n), 0n)
      const tokens = parts
        .filter(row => row.component !== 'web-search')
        .reduce((sum, row) => sum + row.quantity, 0)
      expect(cost).toBe(totals.costPico)
      expect(tokens).toBe(totals.totalTokens)
      expect(parts.at(-1)).toEqual({
        component: 'adopted-totals',
        quantity: 152,
        unpricedQuantity: 2,
        costPico: 123_456_789_012_345_678n,
      })
      expect(parts[0]).toMatchObject({ component: 'input', quantity: 1009, unpricedQuantity: 1000 })
      expect(totals).toMatchObject({ messages: 4, unpricedCount: 2 })
    })
  })

  test('has no cost where nothing has a price', async () => {
    await withMessages(records.slice(3), async db => {
      const rows = await rowsBy(db, 'component')

      expect(rows[0]).toEqual({ component: 'input', quantity: 1000, unpricedQuantity: 1000, costPico: null })
      expect(rows[1]).toEqual({ component: 'output', quantity: 0, unpricedQuantity: 0, costPico: 0n })
    })
  })

  async function adopt(
    db: Db,
    { input, output, costPico }: { input: number; output: number; costPico: bigint | null },
  ): Promise<void> {
    await db.run(
      `INSERT INTO usage_records
       SELECT * REPLACE ($key AS message_key, TRUE AS legacy, $input AS input_tokens, $output AS output_tokens,
         0 AS cache_write_5m_tokens, 0 AS cache_write_1h_tokens, 0 AS cache_read_tokens, 0 AS web_searches,
         NULL AS card_id, $cost::BIGINT AS cost_pico)
       FROM usage_records LIMIT 1`,
      { key: `legacy:${++serial}`, input, output, cost: costPico === null ? null : costPico.toString() },
    )
  }
})
