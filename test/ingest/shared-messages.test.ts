import { appendFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectSessions } from '../../src/features/sessions/project-sessions.ts'
import { ledgerColumns } from '../../src/features/usage/ledger-rows.ts'
import { applyReadings, type Reading } from '../../src/ingest/apply.ts'
import { type Ledger, withLedger } from '../../src/ingest/open-ledger.ts'
import { readFile } from '../../src/ingest/read-file.ts'
import type { Cell } from '../../src/store/query.ts'
import { machines, sessionFacts, usageRecords } from '../../src/store/tables.ts'
import { describeFile } from '../../src/transcripts/claude-code/locate.ts'
import { aPlace, sessionSnapshot, usageSnapshot, withNewLedger, writeLines } from '../support/ledger.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from '../support/lines.ts'

// Messages that more than one session or more than one database show: each counts once, and for the right session.

const [origin, fork] = [uuidOf(0xb), uuidOf(0xa)]

function line(
  sessionId: string,
  serial: number,
  changes: { output?: number; extra?: Record<string, unknown> } = {},
) {
  return assistantLine(sessionId, {
    id: messageId(serial),
    uuid: uuidOf(serial),
    at: `2026-10-01T10:${String(serial).padStart(2, '0')}:00.000Z`,
    usage: { input_tokens: 10, output_tokens: changes.output ?? 20 },
    ...(changes.extra ? { extra: changes.extra } : {}),
  })
}

async function read(file: string): Promise<Reading> {
  const found = await describeFile(file)
  if (!found) throw new Error(`${file} is not there`)
  return readFile(found)
}

function transcript(folder: string, sessionId: string, lines: readonly object[]): Promise<Reading> {
  return read(writeLines(path.join(folder, 'projects/-home-dev-orchard-api', `${sessionId}.jsonl`), lines))
}

interface Shares {
  session: string
  own: number
  inherited: number
  costUsd: string
}

/** Output tokens and messages that each session has of its own, and how many messages it repeats. */
function shares({ db }: Ledger): Promise<Shares[]> {
  return db.rows<Shares>(
    `SELECT session_id AS session, api_message_count AS own, inherited_message_count AS inherited,
       cost_usd::DECIMAL(38, 6)::VARCHAR AS cost_usd
     FROM sessions ORDER BY started_at, session_id`,
  )
}

describe('a fork repeats the history of its origin', () => {
  const history = [line(origin, 1), line(origin, 2)]
  const originLines = [bornLine(origin, '2026-10-01T09:00:00.000Z'), ...history, line(origin, 3)]
  // The same messages again, under the fork's id: forks copy neither the stamps of the file nor say where they come from.
  const copy = [line(fork, 1), line(fork, 2)]
  const forkLines = [bornLine(fork, '2026-10-01T11:00:00.000Z'), ...copy, line(fork, 4)]

  test('and owns only what it added, though it was read first and its id is the smaller one', async () => {
    await withNewLedger(async (ledger, folder) => {
      await applyReadings(ledger, [await transcript(folder, fork, forkLines)])
      const before = await shares(ledger)
      await applyReadings(ledger, [await transcript(folder, origin, originLines)])

      // Nobody knows better as long as the origin is unknown.
      expect(before).toMatchObject([{ session: fork, own: 3, inherited: 0 }])
      expect(await shares(ledger)).toMatchObject([
        { session: origin, own: 3, inherited: 0 },
        { session: fork, own: 1, inherited: 2 },
      ])
    })
  })

  test('and begins, as a session of its own, where it went on', async () => {
    await withNewLedger(async (ledger, folder) => {
      await applyReadings(ledger, [
        await transcript(folder, origin, originLines),
        await transcript(folder, fork, forkLines),
      ])

      const rows = await ledger.db.rows(`SELECT started_at FROM sessions WHERE session_id = $fork`, { fork })
      // Born after all that it copied, and before its first message: whichever came first is its start.
      expect(rows).toEqual([{ startedAt: '2026-10-01T10:04:00.000Z' }])
    })
  })

  test('and says where a message comes from: believed before its origin is read, and after', async () => {
    const named = copy.map(each => ({ ...each, forkedFrom: { sessionId: origin, messageUuid: uuidOf(1) } }))
    await withNewLedger(async (ledger, folder) => {
      await applyReadings(ledger, [await transcript(folder, fork, [...named, line(fork, 4)])])
      const before = await shares(ledger)
      await applyReadings(ledger, [await transcript(folder, origin, originLines)])

      expect(before).toMatchObject([
        { session: origin, own: 2, inherited: 0 },
        { session: fork, own: 1, inherited: 2 },
      ])
      expect(await shares(ledger)).toMatchObject([
        { session: origin, own: 3, inherited: 0 },
        { session: fork, own: 1, inherited: 2 },
      ])
    })
  })

  test('and its copy may be the better one: its numbers count, and they are the origin’s', async () => {
    const final = line(fork, 1, { output: 500 })
    await withNewLedger(async (ledger, folder) => {
      await applyReadings(ledger, [
        await transcript(folder, origin, originLines),
        await transcript(folder, fork, [...forkLines, final]),
      ])

      const rows = await ledger.db.rows(`SELECT session_id, output_tokens FROM sessions ORDER BY started_at`)
      expect(rows).toEqual([
        { sessionId: origin, outputTokens: 540 },
        { sessionId: fork, outputTokens: 20 },
      ])
    })
  })

  test('and grows: each copy of a chain leads to the first', async () => {
    const third = uuidOf(0x9)
    const thirdLines = [
      bornLine(third, '2026-10-01T12:00:00.000Z'),
      ...[1, 2, 4, 5].map(serial => line(third, serial)),
    ]
    await withNewLedger(async (ledger, folder) => {
      for (const [id, lines] of [
        [third, thirdLines],
        [fork, forkLines],
        [origin, originLines],
      ] as const) {
        await applyReadings(ledger, [await transcript(folder, id, lines)])
      }

      expect(await shares(ledger)).toMatchObject([
        { session: origin, own: 3, inherited: 0 },
        { session: fork, own: 1, inherited: 2 },
        { session: third, own: 1, inherited: 3 },
      ])
    })
  })
})

test('short ids of a gateway count in their own session, and in its forks only once', async () => {
  const short = (sessionId: string, output: number, extra: Record<string, unknown> = {}) =>
    assistantLine(sessionId, { id: 'chatcmpl-1', usage: { output_tokens: output }, extra })
  await withNewLedger(async (ledger, folder) => {
    await applyReadings(ledger, [
      await transcript(folder, origin, [short(origin, 5)]),
      await transcript(folder, uuidOf(0xc), [short(uuidOf(0xc), 7)]),
      await transcript(folder, fork, [short(fork, 5, { forkedFrom: { sessionId: origin } })]),
    ])

    const rows = await ledger.db.rows(
      `SELECT session_id, output_tokens FROM sessions WHERE output_tokens > 0 ORDER BY output_tokens`,
    )
    expect(rows).toEqual([
      { sessionId: origin, outputTokens: 5 },
      { sessionId: uuidOf(0xc), outputTokens: 7 },
    ])
  })
})

test('what an advisor costs stands under its own model, and its message counts once', async () => {
  const usage = {
    input_tokens: 1000,
    output_tokens: 100,
    iterations: [
      { type: 'message', input_tokens: 1000, output_tokens: 100 },
      { type: 'advisor_message', model: 'claude-haiku-4-5', input_tokens: 2000, output_tokens: 10 },
      { type: 'advisor_message', model: 'claude-haiku-4-5', input_tokens: 4000, output_tokens: 20 },
    ],
  }
  await withNewLedger(async (ledger, folder) => {
    await applyReadings(ledger, [await transcript(folder, origin, [assistantLine(origin, { usage })])])

    const models = await ledger.db.rows(
      `SELECT model, input_tokens, output_tokens, api_message_count, cost_usd::DECIMAL(38, 6)::VARCHAR AS cost
       FROM session_models ORDER BY model`,
    )
    // Per million tokens: Haiku 4.5 costs 1 and 5 USD, Opus 4.8 costs 5 and 25.
    expect(models).toEqual([
      {
        model: 'claude-haiku-4-5',
        inputTokens: 6000,
        outputTokens: 30,
        apiMessageCount: 0,
        cost: '0.006150',
      },
      {
        model: 'claude-opus-4-8',
        inputTokens: 1000,
        outputTokens: 100,
        apiMessageCount: 1,
        cost: '0.007500',
      },
    ])
    expect(await shares(ledger)).toMatchObject([{ own: 1, costUsd: '0.013650' }])
    expect(await ledger.db.rows(`SELECT models FROM sessions`)).toEqual([
      { models: 'claude-haiku-4-5,claude-opus-4-8' },
    ])
  })
})

describe('one session in two databases', () => {
  const early = [
    bornLine(origin, '2026-10-01T09:00:00.000Z'),
    userLine(origin, 'Plant the orchard', { uuid: uuidOf(90) }),
    line(origin, 1),
    line(origin, 2, { output: 3 }),
  ]
  const late = [...early, line(origin, 2, { output: 80 }), line(origin, 3)]

  /** Puts another database's observations into this one, as they travel; they await their first resolution. */
  async function copyRows(from: Ledger, to: Ledger): Promise<void> {
    for (const { name, columns } of [usageRecords, sessionFacts, machines]) {
      const names = Object.keys(columns)
      const selected = names.map(column =>
        column.endsWith('_at') ? `epoch_ms(${column}) AS ${column}` : column,
      )
      const extra =
        name === 'usage_records'
          ? ', counted, owner_session_id, NULL AS card_id, cost_pico, NULL AS first_seq'
          : ''
      const rows = await from.db.rows<Record<string, Cell>>(
        `SELECT ${selected.join(', ')}${extra} FROM ${name}`,
      )
      await to.db.append(
        name,
        name === 'usage_records' ? ledgerColumns : names,
        rows.map(row => Object.values(row)),
      )
    }
  }

  /** A database that has only read `lines`, and one that holds its rows before it reads `mine` itself. */
  async function together(
    theirs: readonly object[],
    mine: readonly object[],
    look: (both: Ledger, alone: Ledger) => Promise<void>,
  ): Promise<void> {
    const elsewhere = aPlace({ machineId: 'machine-2', machineLabel: 'laptop' })
    await withLedger(elsewhere, { threads: 1 }, async other => {
      await applyReadings(other, [await transcript(elsewhere.folder, origin, theirs)])
      await withNewLedger(async (both, folder) => {
        await copyRows(other, both)
        await applyReadings(both, [await transcript(folder, origin, mine)])
        await look(both, other)
      })
    })
  }

  test('counts as often as in one', async () => {
    await together(early, early, async (both, alone) => {
      const mine = await sessionSnapshot(both.db)
      const [session] = (await sessionSnapshot(alone.db)).sessions ?? []

      expect(mine.facts).toHaveLength(2)
      expect(mine.sessions).toMatchObject([
        { ...session, machineId: expect.any(String), machineLabel: expect.any(String) },
      ])
      const rows = await usageSnapshot(both.db)
      expect(rows).toHaveLength(4)
      expect(rows.filter(row => row.counted)).toHaveLength(2)
    })
  })

  test.each([
    ['theirs is the older copy', early, late],
    ['theirs is the newer copy', late, early],
  ])('is what the better copy says: %s', async (_, theirs, mine) => {
    await withNewLedger(async (whole, folder) => {
      await applyReadings(whole, [await transcript(folder, origin, late)])
      const [right] = (await sessionSnapshot(whole.db)).sessions ?? []

      await together(theirs, mine, async both => {
        const [session] = (await sessionSnapshot(both.db)).sessions ?? []
        expect(session).toEqual({
          ...right,
          machineId: session?.machineId,
          machineLabel: session?.machineLabel,
        })
        expect((await sessionSnapshot(both.db)).models).toEqual((await sessionSnapshot(whole.db)).models)
      })
    })
  })

  test('is shown under the machine whose copy says the most', async () => {
    await together(late, early, async both => {
      expect(await both.db.rows(`SELECT machine_label FROM sessions`)).toEqual([{ machineLabel: 'laptop' }])
    })
    await together(early, late, async both => {
      expect(await both.db.rows(`SELECT machine_label FROM sessions`)).toEqual([{ machineLabel: 'desk' }])
    })
  })

  test('is shown even if only the other has read it', async () => {
    const elsewhere = aPlace({ machineId: 'machine-2', machineLabel: 'laptop' })
    await withLedger(elsewhere, { threads: 1 }, async other => {
      await applyReadings(other, [await transcript(elsewhere.folder, origin, late)])
      await withNewLedger(async both => {
        await copyRows(other, both)
        const { rules } = both.settings
        await projectSessions(both.db, { sessionIds: [origin], rules, nowMs: both.place.now() })

        expect((await sessionSnapshot(both.db)).sessions).toEqual((await sessionSnapshot(other.db)).sessions)
      })
    })
  })
})

test('a message is written anew only where it has changed, so that only what changed travels', async () => {
  await withNewLedger(async (ledger, folder) => {
    const first = await transcript(folder, origin, [line(origin, 1), line(origin, 2)])
    await applyReadings(ledger, [first])
    const seqs = () =>
      ledger.db.rows<{ key: string; seq: number }>(`SELECT message_key AS key, seq FROM usage_records`)
    const before = new Map((await seqs()).map(({ key, seq }) => [key, seq]))
    appendFileSync(first.file.path, `${JSON.stringify(line(origin, 2, { output: 99 }))}\n`)

    await applyReadings(ledger, [await read(first.file.path)])

    const after = new Map((await seqs()).map(({ key, seq }) => [key, seq]))
    expect(after.get(messageId(1))).toBe(before.get(messageId(1)))
    expect(after.get(messageId(2))).toBeGreaterThan(Math.max(...before.values()))
  })
})
