import { expect, test } from 'vitest'
import { openDuckDbTransport } from '../../src/sync/remotes/duckdb-transport.ts'
import { assistantLine, messageId } from '../support/lines.ts'
import { aMachine, creation, knownTo } from '../support/sync-machine.ts'
import { aFile, aFileRemote, aSession, settle } from '../support/sync-rounds.ts'

const sessionA = '11111111-1111-4111-8111-111111111111'
const sessionB = '22222222-2222-4222-8222-222222222222'

/** Runs statements on the remote's file; answers the rows of the last. */
async function onFile(file: string, statements: readonly string[]): Promise<readonly object[]> {
  const transport = await openDuckDbTransport({ file, label: 'test', waitMs: 5000 })
  try {
    let rows: readonly object[] = []
    for (const statement of statements) rows = await transport.query(statement)
    return rows
  } finally {
    await transport.close()
  }
}

test('what one machine records and says is on the other after both have synced', async () => {
  const remotes = [aFileRemote(aFile())]
  const ana = aMachine(1, { remotes, opensAnew: true })
  const bea = aMachine(2, { person: 1, remotes, opensAnew: true })
  await ana.record(sessionA, aSession(sessionA, 3))
  await ana.say('e1', creation('Staging double-counts refunds'))
  await bea.record(sessionB, aSession(sessionB, 2, 2))

  const rounds = await settle([ana, bea])

  expect(rounds).toBeLessThanOrEqual(3)
  expect(await knownTo(bea)).toEqual(await knownTo(ana))
  expect((await knownTo(ana)).usage).toHaveLength(5)
  expect((await knownTo(bea)).entries).toMatchObject([{ id: 'e1', title: 'Staging double-counts refunds' }])
})

test('a session grown on two machines counts every message once, and nothing travels for ever', async () => {
  const remotes = [aFileRemote(aFile())]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  const shared = aSession(sessionA, 3)
  await ana.record(sessionA, [...shared, assistantLine(sessionA, { id: messageId(501) })])
  await bea.record(sessionA, [
    ...shared,
    assistantLine(sessionA, { id: messageId(601) }),
    assistantLine(sessionA, { id: messageId(602) }),
  ])

  await settle([ana, bea])

  expect(await knownTo(bea)).toEqual(await knownTo(ana))
  expect((await knownTo(ana)).usage).toHaveLength(6)
  expect((await knownTo(ana)).sessions).toMatchObject([{ totalTokens: 6 * 30 }])
})

test('a session that grows replaces what was sent of it', async () => {
  const remotes = [aFileRemote(aFile())]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  const [first, ...rest] = aSession(sessionA, 2)
  const unfinished = assistantLine(sessionA, {
    id: messageId(777),
    stopReason: null,
    usage: { input_tokens: 10, output_tokens: 1 },
  })
  await ana.record(sessionA, [first ?? {}, ...rest, unfinished])
  await settle([ana, bea])
  await ana.record(sessionA, [
    first ?? {},
    ...rest,
    unfinished,
    assistantLine(sessionA, { id: messageId(777), usage: { input_tokens: 10, output_tokens: 500 } }),
  ])

  await settle([ana, bea])

  expect(await knownTo(bea)).toEqual(await knownTo(ana))
  expect((await knownTo(bea)).sessions).toMatchObject([{ totalTokens: 60 + 510 }])
  const rows = await bea.read(
    `SELECT count(*) AS n FROM usage_records WHERE message_key = '${messageId(777)}'`,
  )
  expect(rows).toEqual([{ n: 1 }])
})

test('both edit one entry: the newest of each field holds, and all notes stay', async () => {
  const remotes = [aFileRemote(aFile(), { share: 'notes' })]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { remotes })
  await ana.say('e1', creation('Staging double-counts refunds'))
  await settle([ana, bea])
  bea.clock.skewMs = -3 * 3_600_000
  await ana.say('e1', { kind: 'note', value: 'seen again' })
  await bea.say('e1', { kind: 'status', value: 'resolved' }, { kind: 'note', value: 'fixed in 41' })

  await settle([ana, bea])

  expect(await knownTo(bea)).toMatchObject({ entries: (await knownTo(ana)).entries })
  const [entry] = (await knownTo(ana)).entries ?? []
  expect(entry).toMatchObject({ status: 'resolved', noteCount: 2 })
})

test('totals and entries that the older tool wrote to the remote are taken up once, by whoever comes first', async () => {
  const remotes = [aFileRemote(aFile())]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  await onFile(remotes[0]?.url ?? '', [
    `CREATE TABLE sessions (session_id VARCHAR, project VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP,
       input_tokens BIGINT, output_tokens BIGINT, cost_usd DOUBLE, models VARCHAR, message_count INTEGER)`,
    `INSERT INTO sessions VALUES ('${sessionB}', 'orchard-api', '2026-09-01 10:00:00', '2026-09-01 11:00:00',
       1000, 200, 0.5, 'claude-opus-4-8', 12)`,
    `CREATE TABLE log_entries (id VARCHAR PRIMARY KEY, logged_at TIMESTAMP, category VARCHAR, status VARCHAR,
       title VARCHAR, body VARCHAR)`,
    `INSERT INTO log_entries VALUES ('old-1', '2026-09-01 10:00:00', 'issue', 'open', 'Old one', 'text')`,
  ])

  await settle([ana, bea])

  for (const machine of [ana, bea]) {
    const { sessions, entries } = await knownTo(machine)
    expect(sessions).toMatchObject([{ sessionId: sessionB, totalTokens: 1200, costUsd: '0.500000000000' }])
    expect(entries).toMatchObject([{ id: 'old-1', title: 'Old one', status: 'open', noteCount: 0 }])
  }
  await onFile(remotes[0]?.url ?? '', [
    `UPDATE sessions SET input_tokens = 1500, csl_hash = NULL`,
    `UPDATE log_entries SET status = 'resolved', updated_at = TIMESTAMPTZ '2026-10-01 10:00:00+00'`,
  ])
  await settle([bea, ana])
  expect((await knownTo(ana)).sessions).toMatchObject([{ totalTokens: 1700 }])
  expect((await knownTo(ana)).entries).toMatchObject([{ status: 'resolved' }])
})

test('what is older than the retention is neither sent nor kept on the remote', async () => {
  const remotes = [aFileRemote(aFile())]
  const ana = aMachine(1, { remotes })
  await ana.record(sessionA, aSession(sessionA, 3))
  await ana.sync()
  ana.privacy = { ...ana.privacy, retentionDays: 7 }
  await ana.record(sessionB, [assistantLine(sessionB, { at: '2026-11-01T11:00:00.000Z' })])

  await ana.sync()

  const rows = await onFile(remotes[0]?.url ?? '', [
    `SELECT string_agg(DISTINCT session_id, ',') AS ids FROM (
       SELECT session_id FROM usage_records UNION ALL SELECT session_id FROM sessions)`,
  ])
  expect(rows).toEqual([{ ids: sessionB }])
  expect((await knownTo(ana)).sessions).toHaveLength(2)
})
