import { expect, onTestFinished, test } from 'vitest'
import { openPostgresTransport } from '../../src/sync/remotes/postgres-transport.ts'
import { parsePostgresUrl } from '../../src/sync/remotes/postgres-url.ts'
import { assistantLine, messageId } from '../support/lines.ts'
import { startPgServer } from '../support/pg-server/start.ts'
import { aMachine, creation, knownTo, type Machine } from '../support/sync-machine.ts'
import {
  aFile,
  aFileRemote,
  aSession,
  crossed,
  expectAllTheSame,
  isQuiet,
  settle,
} from '../support/sync-rounds.ts'

const sessionA = '11111111-1111-4111-8111-111111111111'
const sessionB = '22222222-2222-4222-8222-222222222222'

test('three machines with copies of the same transcripts get quiet, and count what all of them saw', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const [ana, bea, cat] = [1, 2, 3].map(n => aMachine(n, { person: 1, remotes })) as [
    Machine,
    Machine,
    Machine,
  ]
  const shared = aSession(sessionA, 6)
  const grown = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => assistantLine(sessionA, { id: messageId(first + i) }))
  for (const machine of [ana, bea, cat]) {
    await machine.record(sessionA, shared)
    await machine.record(sessionB, aSession(sessionB, 3, 2))
  }
  await ana.say('e1', creation('Staging double-counts refunds'))
  await settle([ana, bea, cat])
  await ana.record(sessionA, [...shared, ...grown(9001, 3)])
  await bea.record(sessionA, [...shared, ...grown(9101, 2)])
  await ana.say('e1', { kind: 'status', value: 'in_progress' }, { kind: 'note', value: 'mine' })
  await bea.say('e1', { kind: 'title', value: 'Refunds twice' }, { kind: 'note', value: 'ours' })

  const rounds = await settle([cat, ana, bea])

  expect(rounds).toBeLessThanOrEqual(3)
  for (const machine of [ana, bea, cat]) expect(isQuiet(await machine.sync())).toBe(true)
  await expectAllTheSame([ana, bea, cat], file)
  const known = await knownTo(cat)
  expect(known.usage).toHaveLength(6 + 3 + 3 + 2)
  expect(known.sessions).toMatchObject([
    { sessionId: sessionA, totalTokens: 11 * 30 },
    { sessionId: sessionB, totalTokens: 3 * 30 },
  ])
  expect(known.entries).toMatchObject([{ title: 'Refunds twice', status: 'in_progress', noteCount: 2 }])
})

test('a machine that is called something else says so, and no session travels for it', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  await ana.record(sessionA, aSession(sessionA, 2))
  await settle([ana, bea])
  Object.assign(ana.identity, { machineLabel: 'the attic', publicLabel: 'the attic' })

  await ana.write(async () => undefined)
  const report = await ana.sync()
  await settle([ana, bea])

  expect(report.pushedRows).toBe(1)
  expect(await bea.read('SELECT machine_label AS label FROM sessions')).toEqual([{ label: 'the attic' }])
  await expectAllTheSame([ana, bea], file)
})

test('two syncs that cross leave readable rows in which both are', async () => {
  const server = await startPgServer({ file: aFile() })
  onTestFinished(() => server.stop())
  const place = { ...parsePostgresUrl(server.url), token: server.token }
  const open = () => openPostgresTransport(place)
  const remotes = [aFileRemote('reached by the transport that is given')]
  const [ana, bea] = [1, 2].map(n => aMachine(n, { person: 1, remotes })) as [Machine, Machine]
  const shared = aSession(sessionA, 2)
  const ending = (n: number) => assistantLine(sessionA, { id: messageId(n) })
  for (const machine of [ana, bea]) await machine.record(sessionA, shared)
  await ana.say('e1', creation('Broken gate'))
  await settle([ana, bea], { open })
  await ana.record(sessionA, [...shared, ending(9001)])
  await bea.record(sessionA, [...shared, ending(9002), ending(9003)])
  await ana.say('e1', { kind: 'note', value: 'of Ana' })
  await bea.say('e1', { kind: 'note', value: 'of Bea' })

  await ana.sync({ open: crossed(open, () => bea.sync({ open })) })
  await settle([ana, bea], { open })

  await expectAllTheSame([ana, bea], open)
  expect((await knownTo(bea)).entries).toMatchObject([{ noteCount: 2 }])
})

test('a body of a megabyte arrives whole', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { remotes })
  const body = 'ü🦆 grows\n'.repeat(80_000)
  await ana.say('e1', creation('Long', { body }), { kind: 'note', value: 'short' })

  await settle([ana, bea])

  const [entry] = await bea.read<{ bytes: number }>('SELECT strlen(body) AS bytes FROM log_entries')
  expect(entry?.bytes).toBeGreaterThan(1_000_000)
  await expectAllTheSame([ana, bea], file)
})
