import { copyFileSync, rmSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { openPostgresTransport } from '../../src/sync/remotes/postgres-transport.ts'
import { parsePostgresUrl } from '../../src/sync/remotes/postgres-url.ts'
import { assistantLine, messageId } from '../support/lines.ts'
import { startPgServer } from '../support/pg-server/start.ts'
import { aMachine, creation, knownTo, type Machine } from '../support/sync-machine.ts'
import { aFile, aFileRemote, aSession, crossed, expectAllTheSame, settle } from '../support/sync-rounds.ts'

// Databases that are deleted, restored or copied, and remotes that are: whatever is left somewhere comes back everywhere.

const sessionA = '11111111-1111-4111-8111-111111111111'
const sessionB = '22222222-2222-4222-8222-222222222222'
const sessionC = '33333333-3333-4333-8333-333333333333'

/** Two machines of one person that have synced a session and an entry of each. */
async function twoMachines(): Promise<{ file: string; ana: Machine; bea: Machine }> {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  await ana.record(sessionA, aSession(sessionA, 3))
  await bea.record(sessionB, aSession(sessionB, 3, 2))
  await ana.say('e1', creation('Of Ana'), { kind: 'note', value: 'one' })
  await bea.say('e2', creation('Of Bea'))
  await settle([ana, bea])
  return { file, ana, bea }
}

/** What has been said and seen later, on one machine. */
async function goOn(machine: Machine, n: number): Promise<void> {
  const lines = [...aSession(sessionA, 3), assistantLine(sessionA, { id: messageId(5000 + n) })]
  await machine.record(sessionA, lines)
  await machine.say('e1', { kind: 'note', value: `later ${n}` })
}

test('a deleted database comes back from transcripts, journal and remote', async () => {
  const { file, ana, bea } = await twoMachines()
  const before = await knownTo(ana)
  await ana.loseDatabase()
  await ana.record(sessionA, aSession(sessionA, 3))

  await settle([ana, bea])

  expect(await knownTo(ana)).toEqual(before)
  await expectAllTheSame([ana, bea], file)
})

test('a database that comes back keeps what left in another form as it was said here', async () => {
  const file = aFile()
  const ana = aMachine(1, { remotes: [aFileRemote(file)] })
  const bea = aMachine(2, { person: 1, remotes: ana.remotes })
  const place = { kind: 'place', value: JSON.stringify({ project_key: 'file:/home/dev/garden' }) } as const
  const entries = ['e1', 'e2', 'e3', 'e4']
  for (const id of entries) await ana.say(id, creation('Broken gate', { project_key: null }), place)
  await settle([ana, bea])
  await ana.loseDatabase()

  await settle([ana, bea])

  expect(await ana.read(`SELECT DISTINCT project_key AS key FROM log_entries`)).toEqual([
    { key: 'file:/home/dev/garden' },
  ])
  expect(await bea.read(`SELECT count(DISTINCT project_key) AS n FROM log_entries`)).toEqual([{ n: 1 }])
  expect(await bea.read(`SELECT 1 AS one FROM changes WHERE contains(value, 'garden')`)).toEqual([])
})

test('a database restored from before what was sent goes on as a new writer, and loses nothing', async () => {
  const { file, ana, bea } = await twoMachines()
  const old = aFile('old.duckdb')
  await ana.backUp(old)
  await goOn(ana, 1)
  await settle([ana, bea])
  const before = await knownTo(ana)
  await ana.restore(old)
  await ana.record(sessionC, aSession(sessionC, 2, 3))

  const report = await ana.sync()
  await settle([ana, bea])

  expect(report.isNewWriter).toBe(true)
  const known = await knownTo(bea)
  expect(known.changes).toEqual(before.changes)
  expect(known.usage).toHaveLength((before.usage ?? []).length + 2)
  await expectAllTheSame([ana, bea], file)
})

test('a database restored to what the remote has goes on as before', async () => {
  const { file, ana, bea } = await twoMachines()
  const old = aFile('old.duckdb')
  await ana.backUp(old)
  await goOn(ana, 1)
  await ana.restore(old)
  await goOn(ana, 2)

  const report = await ana.sync()
  await settle([ana, bea])

  expect(report.isNewWriter).toBe(false)
  await expectAllTheSame([ana, bea], file)
})

test('a copied database and its original both go on and sync', async () => {
  const { file, ana, bea } = await twoMachines()
  const copy = aFile('copy.duckdb')
  await ana.backUp(copy)
  const cat = aMachine(3, { person: 1, remotes: ana.remotes })
  await cat.restore(copy)
  await goOn(ana, 1)
  await goOn(cat, 2)

  await settle([ana, cat, bea])
  await goOn(ana, 3)
  await goOn(cat, 4)
  await settle([cat, bea, ana])

  await expectAllTheSame([ana, cat, bea], file)
  expect((await knownTo(ana)).usage).toHaveLength(6 + 4)
  expect((await knownTo(ana)).entries).toMatchObject([{ noteCount: 5 }, {}])
})

test('a database copied before it ever synced, and its original, end with the same', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const ana = aMachine(1, { remotes })
  const cat = aMachine(3, { person: 1, remotes })
  await ana.record(sessionA, aSession(sessionA, 3))
  await ana.say('e1', creation('Of Ana'))
  const copy = aFile('copy.duckdb')
  await ana.backUp(copy)
  await cat.restore(copy)
  await goOn(cat, 2)

  await settle([ana, cat])

  await expectAllTheSame([ana, cat], file)
  expect((await knownTo(ana)).usage).toHaveLength(4)
})

test('a wiped remote is filled again', async () => {
  const { file, ana, bea } = await twoMachines()
  rmSync(file)

  await settle([bea, ana])

  await expectAllTheSame([ana, bea], file)
})

test('a wiped remote is filled again also with what a database sent before it was restored', async () => {
  const { file, ana, bea } = await twoMachines()
  const old = aFile('old.duckdb')
  await ana.backUp(old)
  await goOn(ana, 1)
  await settle([ana, bea])
  await ana.restore(old)
  await settle([ana, bea])
  rmSync(file)

  await settle([ana, bea])

  const newcomer = aMachine(4, { person: 1, remotes: ana.remotes })
  await settle([newcomer, ana, bea])
  expect(await knownTo(newcomer)).toEqual(await knownTo(ana))
  expect(await knownTo(bea)).toEqual(await knownTo(ana))
  expect((await knownTo(newcomer)).usage).toHaveLength(7)
})

test('a remote restored from an older copy gets again what it lacks', async () => {
  const { file, ana, bea } = await twoMachines()
  const old = aFile('old.duckdb')
  copyFileSync(file, old)
  await goOn(ana, 1)
  await bea.say('e1', { kind: 'status', value: 'resolved' })
  await settle([ana, bea])
  const before = await knownTo(ana)
  copyFileSync(old, file)

  await settle([bea, ana])

  expect(await knownTo(ana)).toEqual(before)
  await expectAllTheSame([ana, bea], file)
})

test('two remotes: what comes from one goes on by those who wrote it, and both hold everything', async () => {
  const [first, second] = [aFile('first.duckdb'), aFile('second.duckdb')]
  const [left, right] = [aFileRemote(first, { name: 'first' }), aFileRemote(second, { name: 'second' })]
  const remotes = [left, right]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  await ana.record(sessionA, aSession(sessionA, 3))
  await bea.say('e1', creation('Of Bea'))
  for (let round = 0; round < 3; round++) {
    for (const remote of remotes) await settle([ana, bea], { remote })
  }
  await ana.say('e1', { kind: 'note', value: 'read' })

  await settle([ana, bea], { remote: right })
  const isWaiting = await ana.read('SELECT synced FROM log_entries')
  await settle([ana, bea], { remote: left })

  expect(isWaiting).toEqual([{ synced: false }])
  expect(await ana.read('SELECT synced FROM log_entries')).toEqual([{ synced: true }])
  await expectAllTheSame([ana, bea], first)
  await expectAllTheSame([ana, bea], second)
})

test('a copy that pushes under our name while we sync is noticed at once, and nobody’s rows are lost', async () => {
  const server = await startPgServer({ file: aFile() })
  onTestFinished(() => server.stop())
  const place = { ...parsePostgresUrl(server.url), token: server.token }
  const open = () => openPostgresTransport(place)
  const remotes = [aFileRemote('reached by the transport that is given')]
  const ana = aMachine(1, { remotes })
  const cat = aMachine(3, { person: 1, remotes })
  await ana.record(sessionA, aSession(sessionA, 3))
  await ana.sync({ open })
  const copy = aFile('copy.duckdb')
  await ana.backUp(copy)
  await cat.restore(copy)
  await goOn(ana, 1)
  await goOn(cat, 2)

  const report = await ana.sync({ open: crossed(open, () => cat.sync({ open })) })
  await settle([cat, ana], { open })

  expect(report.isNewWriter).toBe(true)
  await expectAllTheSame([ana, cat], open)
  expect((await knownTo(ana)).usage).toHaveLength(5)
})
