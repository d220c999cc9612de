import { expect, test } from 'vitest'
import type { RemoteSettings } from '../../src/base/settings.ts'
import { travellingTables } from '../../src/base/settings.ts'
import { syncedTables } from '../../src/store/tables.ts'
import { assistantLine } from '../support/lines.ts'
import { aMachine, creation } from '../support/sync-machine.ts'
import { aFile, aFileRemote, aSession, isQuiet, onRemote, settle } from '../support/sync-rounds.ts'

const sessionA = '11111111-1111-4111-8111-111111111111'

function notes(overrides: Partial<RemoteSettings> = {}): RemoteSettings {
  return aFileRemote(aFile(), { share: 'notes', ...overrides })
}

async function titlesAt({ url }: RemoteSettings): Promise<{ said: unknown[]; readable: unknown[] }> {
  const [said = [], readable = []] = await onRemote(
    url,
    `SELECT DISTINCT subject FROM changes ORDER BY subject`,
    `SELECT title FROM log_entries ORDER BY title`,
  )
  return { said: said.map(row => row.subject), readable: readable.map(row => row.title) }
}

test('a table that is switched off takes the readable rows that are made of it with it', async () => {
  const hub = aFileRemote(aFile())
  const ana = aMachine(1, { remotes: [hub] })
  await ana.record(sessionA, aSession(sessionA, 2))
  await ana.say('e1', creation('Refunds twice'))
  await ana.sync()
  ana.privacy = { ...ana.privacy, withoutTables: ['changes', 'session_facts'] }
  await ana.say('e2', creation('Kept here'))

  await settle([ana])

  const [entries, sessions, models] = await onRemote(
    hub.url,
    `SELECT title FROM log_entries`,
    `SELECT session_id FROM sessions`,
    `SELECT session_id FROM session_models`,
  )
  expect([entries, sessions, models]).toEqual([[], [], []])
  ana.privacy = { ...ana.privacy, withoutTables: [] }
  await settle([ana])
  expect((await titlesAt(hub)).readable).toEqual(['Kept here', 'Refunds twice'])
})

test('settings know every table that travels by its name', () => {
  expect([...travellingTables]).toEqual(syncedTables.map(table => table.name).sort())
})

test('what one team says goes to no other team, and what is said of it neither', async () => {
  const [x, y] = [notes({ name: 'x' }), notes({ name: 'y' })]
  const ana = aMachine(1, { remotes: [x] })
  const bea = aMachine(2, { remotes: [x, y] })
  await ana.say('x1', creation('Secret of team x'))
  await ana.sync()
  await bea.sync({ remote: x })
  await bea.say('x1', { kind: 'note', value: 'noted by bea' })
  await bea.say('b1', creation('For both'))

  for (const remote of [y, x, y]) await bea.sync({ remote })

  expect(await titlesAt(y)).toEqual({ said: ['entry:b1'], readable: ['For both'] })
  expect(await titlesAt(x)).toEqual({
    said: ['entry:b1', 'entry:x1'],
    readable: ['For both', 'Secret of team x'],
  })
  expect(isQuiet(await bea.sync({ remote: y }))).toBe(true)
})

test('a note of mine on an entry from my other machine reaches the team once the entry has', async () => {
  const hub = aFileRemote(aFile())
  const team = notes({ name: 'team' })
  const desk = aMachine(1, { remotes: [hub, team] })
  const laptop = aMachine(2, { person: 1, remotes: [hub, team] })
  await desk.say('e1', creation('Refunds twice'))
  await desk.sync({ remote: hub })
  await laptop.sync({ remote: hub })
  await laptop.say('e1', { kind: 'note', value: 'seen again' })
  await laptop.sync({ remote: team })
  expect((await titlesAt(team)).said).toEqual([])

  await desk.sync({ remote: team })
  await laptop.sync({ remote: team })

  const [kinds] = await onRemote(team.url, `SELECT kind FROM changes ORDER BY kind`)
  expect(kinds).toEqual([{ kind: 'create' }, { kind: 'note' }])
})

test('the name of the host does not leave with rows from before somebody had a name', async () => {
  const hub = aFileRemote(aFile())
  const ana = aMachine(1, { remotes: [hub] })
  Object.assign(ana.identity, { personName: 'unknown@secret-host', publicPersonName: 'unknown@desk 1' })
  await ana.record(sessionA, aSession(sessionA, 1))
  Object.assign(ana.identity, { personName: 'Ana', publicPersonName: 'Ana' })

  await ana.sync()

  const [facts, sessions] = await onRemote(
    hub.url,
    `SELECT created_by FROM session_facts`,
    `SELECT created_by FROM sessions`,
  )
  expect([facts, sessions]).toEqual([[{ created_by: 'unknown@desk 1' }], [{ created_by: 'unknown@desk 1' }]])
})

test('sessions from before the retention are not to be read on the remote either', async () => {
  const hub = aFileRemote(aFile())
  const ana = aMachine(1, { remotes: [hub] })
  ana.privacy = { ...ana.privacy, retentionDays: 7 }
  await ana.record(sessionA, [assistantLine(sessionA, { at: '2026-01-01T10:00:00.000Z' })])

  await ana.sync()
  await ana.sync({ isFull: true })

  const [sessions] = await onRemote(hub.url, `SELECT session_id FROM sessions`)
  expect(sessions).toEqual([])
})

test('an entry without a project of its own stays home with its session', async () => {
  const team = notes()
  const ana = aMachine(1, { remotes: [team] })
  await ana.record(sessionA, aSession(sessionA, 1))
  ana.privacy = { ...ana.privacy, excludeProjects: ['orchard-api'] }
  await ana.say('e1', creation('From a secret session', { project: null, project_key: null }), {
    kind: 'session',
    value: sessionA,
  })

  await ana.sync()

  expect(await titlesAt(team)).toEqual({ said: [], readable: [] })
  ana.privacy = { ...ana.privacy, excludeProjects: [] }
  await settle([ana])
  expect(await titlesAt(team)).toEqual({ said: ['entry:e1'], readable: ['From a secret session'] })
})

test('what a remote did not get under one name and share it gets under another', async () => {
  const team = notes({ name: 't1', projects: ['other'] })
  const ana = aMachine(1, { remotes: [team] })
  await ana.say('e1', creation('Refunds twice'), { kind: 'session', value: sessionA })
  await ana.sync()
  expect((await titlesAt(team)).said).toEqual([])

  const again = { ...team, name: 't2', projects: [], share: 'all' } as const
  ana.remotes = [again]
  await settle([ana])

  const [kinds] = await onRemote(team.url, `SELECT kind FROM changes ORDER BY kind`)
  expect(kinds).toEqual([{ kind: 'create' }, { kind: 'session' }])
})
