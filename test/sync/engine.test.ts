import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SyncReport } from '../../src/sync/engine.ts'
import { assistantLine, messageId, userLine, uuidOf } from '../support/lines.ts'
import { aFileRemote, aMachine, creation, knownTo, type Machine } from '../support/sync-machine.ts'

const sessionA = '11111111-1111-4111-8111-111111111111'
const sessionB = '22222222-2222-4222-8222-222222222222'

function aFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-hub-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'hub.duckdb')
}

/** The lines of a session with that many answers. */
function aSession(id: string, messages: number, first = 1): object[] {
  return [
    userLine(id, 'go on', { uuid: uuidOf(first * 1000) }),
    ...Array.from({ length: messages }, (_, i) =>
      assistantLine(id, { id: messageId(first * 1000 + i), uuid: uuidOf(first * 1000 + i + 1) }),
    ),
  ]
}

/** Syncs all in turn until a round moves nothing; answers how many rounds moved something. */
async function settle(machines: readonly Machine[]): Promise<number> {
  for (let round = 0; round < 8; round++) {
    const reports: SyncReport[] = []
    for (const machine of machines) reports.push(await machine.sync())
    if (reports.every(isQuiet)) return round
  }
  throw new Error('it never gets quiet')
}

function isQuiet(report: SyncReport): boolean {
  return report.pushedRows + report.pulledRows + report.publishedRows + report.adopted === 0
}

test('what one machine records and says is on the other after both have synced', async () => {
  const remotes = [aFileRemote(aFile())]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
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
