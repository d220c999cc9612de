import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeReady } from '../../../src/cli/rescue/make-ready.ts'
import { unpackBackup, writeBackup } from '../../../src/store/maintenance/backup.ts'
import { freshName, replaceDatabase } from '../../../src/store/maintenance/replace.ts'
import { assistantLine, messageId } from '../../support/lines.ts'
import { aMachine, creation, knownTo, type Machine } from '../../support/sync-machine.ts'
import { aFile, aFileRemote, aSession, expectAllTheSame, settle } from '../../support/sync-rounds.ts'

// A restored file goes on under a new name: what it numbers must not be taken for what it sent before.

const sessionA = '11111111-1111-4111-8111-111111111111'
const sessionB = '22222222-2222-4222-8222-222222222222'
const sessionC = '33333333-3333-4333-8333-333333333333'

async function twoMachines(): Promise<{ file: string; ana: Machine; bea: Machine }> {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  await ana.record(sessionA, aSession(sessionA, 3))
  await ana.say('e1', creation('Of Ana'), { kind: 'note', value: 'one' })
  await bea.record(sessionB, aSession(sessionB, 3, 2))
  return { file, ana, bea }
}

/** The machine opens its database again when it is needed. */
const letGo = (machine: Machine) => machine.backUp(aFile())

async function backUp(machine: Machine): Promise<string> {
  const { place } = machine
  await letGo(machine)
  const backup = aFile('backup.duckdb')
  await writeBackup(place.paths.database, backup, {
    files: [{ name: 'changes.jsonl', content: readFileSync(place.paths.changesFile) }],
    nowMs: 0,
    isForced: false,
    waitMs: 0,
  })
  return backup
}

/** As `csl restore` does. */
async function restore(machine: Machine, backup: string): Promise<void> {
  const { place } = machine
  await letGo(machine)
  const { database } = place.paths
  await unpackBackup(backup, freshName(database))
  await makeReady(place, freshName(database), false)
  await replaceDatabase(database, freshName(database), `${database}.kept`, { waitMs: 0 })
}

async function goOn(machine: Machine, n: number): Promise<void> {
  await machine.record(sessionA, [
    ...aSession(sessionA, 3),
    assistantLine(sessionA, { id: messageId(5000 + n) }),
  ])
  await machine.say('e1', { kind: 'note', value: `later ${n}` })
}

const writerOf = async (machine: Machine) =>
  (await machine.read<{ value: string }>(`SELECT value FROM meta WHERE key = 'writer_id'`))[0]?.value

test('a database restored from before what was sent loses nothing, and is told from what it was at once', async () => {
  const { file, ana, bea } = await twoMachines()
  await settle([ana, bea])
  const backup = await backUp(ana)
  await goOn(ana, 1)
  await settle([ana, bea])
  const [before, writer] = [await knownTo(ana), await writerOf(ana)]

  await restore(ana, backup)
  await ana.record(sessionC, aSession(sessionC, 2, 3))
  const renamed = await writerOf(ana)
  const report = await ana.sync()
  await settle([ana, bea])

  expect(renamed).not.toBe(writer)
  expect(await writerOf(ana)).toBe(renamed)
  expect(report.isNewWriter).toBe(false)
  const known = await knownTo(bea)
  expect(known.changes).toEqual(before.changes)
  expect(known.usage).toHaveLength((before.usage ?? []).length + 2)
  await expectAllTheSame([ana, bea], file)
})

test('a database backed up and restored before it ever synced sends all of it', async () => {
  const { file, ana, bea } = await twoMachines()
  const backup = await backUp(ana)
  await goOn(ana, 1)
  await restore(ana, backup)
  await goOn(ana, 2)

  await settle([ana, bea])

  await expectAllTheSame([ana, bea], file)
  expect(await bea.read(`SELECT note_count AS n FROM log_entries`)).toEqual([{ n: 3 }])
  expect((await knownTo(bea)).usage).toHaveLength(7)
})

test('restored twice, with syncs between, every machine ends with the same', async () => {
  const { file, ana, bea } = await twoMachines()
  await settle([ana, bea])
  const backup = await backUp(ana)
  for (let n = 1; n <= 2; n++) {
    await goOn(ana, n)
    await bea.say('e1', { kind: 'note', value: `of Bea ${n}` })
    await settle([ana, bea])
    await restore(ana, backup)
  }
  await goOn(ana, 3)

  await settle([ana, bea])

  await expectAllTheSame([ana, bea], file)
  expect(await ana.read(`SELECT note_count AS n FROM log_entries`)).toEqual([{ n: 6 }])
})
