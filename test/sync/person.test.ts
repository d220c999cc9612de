import { expect, test } from 'vitest'
import { countInbox } from '../../src/features/entries/inbox-count.ts'
import { ownEntries } from '../../src/features/entries/own-entries.ts'
import { moveToPerson } from '../../src/sync/person.ts'
import { aMachine, creation } from '../support/sync-machine.ts'
import {
  aFile,
  aFileRemote,
  aSession,
  expectAllTheSame,
  isQuiet,
  onRemote,
  settle,
} from '../support/sync-rounds.ts'

const session = '11111111-1111-4111-8111-111111111111'

test('who takes on another id moves their sessions, and what they said stays as it was said', async () => {
  const team = aFileRemote(aFile('team.duckdb'), { name: 'team', share: 'notes' })
  const hub = aFileRemote(aFile())
  const desk = aMachine(1, { remotes: [team, hub] })
  const laptop = aMachine(2, { remotes: [team, hub] })
  await laptop.record(session, aSession(session, 2))
  await laptop.say('e1', creation('Of mine'), { kind: 'note', value: 'one' })
  await settle([laptop], { remote: team })
  await settle([desk], { remote: team })

  await laptop.change(ledger => ledger.db.transaction(() => moveToPerson(ledger, 'person-2', 'person-1')))
  Object.assign(laptop.identity, { personId: 'person-1', formerPersonIds: ['person-2'] })

  expect(isQuiet(await laptop.sync({ remote: team }))).toBe(true)
  await settle([desk, laptop], { remote: hub })
  await settle([desk, laptop], { remote: team })
  await expectAllTheSame([desk, laptop], hub.url)
  const [there] = await onRemote(team.url, `SELECT count(*)::VARCHAR AS n FROM changes`)
  expect(there).toEqual([{ n: '2' }])
  expect(await desk.read(`SELECT person_id FROM sessions`)).toEqual([{ personId: 'person-1' }])
  expect(await desk.ask(db => countInbox(db, desk.identity))).toBe(0)
  expect(await desk.ask(db => ownEntries(db, desk.identity, ['e1']))).toEqual(new Set(['e1']))
})
