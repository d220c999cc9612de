import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { defaultPrivacy } from '../../src/base/settings.ts'
import { moveInbox, readInbox } from '../../src/features/entries/inbox.ts'
import { countInbox } from '../../src/features/entries/inbox-count.ts'
import { rememberSeen } from '../../src/features/entries/seen.ts'
import { readMeta } from '../../src/store/meta.ts'
import { readableTables, syncedTables } from '../../src/store/tables.ts'
import { openDuckDbTransport } from '../../src/sync/remotes/duckdb-transport.ts'
import { openPostgresTransport } from '../../src/sync/remotes/postgres-transport.ts'
import { parsePostgresUrl } from '../../src/sync/remotes/postgres-url.ts'
import type { SqlTransport } from '../../src/sync/remotes/sql-transport.ts'
import { startPgServer } from '../support/pg-server/start.ts'
import { aMachine, creation, knownTo, type Machine } from '../support/sync-machine.ts'
import { aFile, aFileRemote, aSession, isQuiet, onRemote, settle } from '../support/sync-rounds.ts'

// What others get to see, and what the older tool does among us.

const sessionA = '11111111-1111-4111-8111-111111111111'
const olderId = '7b0c2f6e-5f0e-4f57-9a35-0c2f6e5f0e4f'

/** Every byte of a file remote, as text. */
function bytesOf(file: string): string {
  return readFileSync(file, 'latin1')
}

function inboxOf(machine: Machine): Promise<number> {
  return machine.ask(db => countInbox(db, machine.identity))
}

async function look(machine: Machine): Promise<void> {
  await machine.write(async db => {
    const { entries, upTo } = await readInbox(db, machine.identity)
    rememberSeen(
      machine.place.paths.inboxFile,
      entries.flatMap(({ news }) => news),
    )
    await moveInbox(await readMeta(db), upTo)
  })
}

test('two people on one remote for notes: nothing of the other’s sessions is there or comes here', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file, { share: 'notes' })]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { remotes })
  Object.assign(ana.identity, { machineLabel: 'host-of-ana.local' })
  await ana.record(sessionA, aSession(sessionA, 3))
  await ana.say(
    'e1',
    creation('Staging double-counts refunds'),
    { kind: 'session', value: sessionA },
    {
      kind: 'place',
      value: JSON.stringify({ machine_id: 'machine-1', project_key: '/home/dev/secret-place' }),
    },
  )

  await settle([ana, bea])
  await bea.say('e1', { kind: 'status', value: 'resolved' })
  await settle([bea, ana])

  expect(await inboxOf(ana)).toBe(1)
  expect(await inboxOf(bea)).toBe(1)
  for (const table of ['sessions', 'session_models', 'session_facts', 'usage_records'])
    expect(await bea.read(`SELECT * FROM ${table}`)).toEqual([])
  expect(await bea.read(`SELECT * FROM machines WHERE machine_id <> 'machine-2'`)).toEqual([])
  const there = bytesOf(file)
  expect(there).toContain('Staging double-counts refunds')
  for (const mine of [sessionA, 'host-of-ana', 'secret-place', 'machine-1', 'claude-opus', '/home/dev'])
    expect(there).not.toContain(mine)
})

test('what somebody looked at once is not announced again, on each of their machines', async () => {
  const remotes = [aFileRemote(aFile(), { share: 'notes' })]
  const ana = aMachine(1, { remotes })
  const [bea, beaAtHome] = [2, 3].map(n => aMachine(n, { person: 2, remotes })) as [Machine, Machine]
  await ana.say('e1', creation('Of Ana'))
  await settle([ana, bea, beaAtHome])
  await look(bea)
  await bea.say('e1', { kind: 'note', value: 'read' })

  await settle([ana, bea, beaAtHome])
  await bea.sync({ isFull: true })

  expect(await inboxOf(bea)).toBe(0)
  expect(await inboxOf(beaAtHome)).toBe(1)
  expect(await inboxOf(ana)).toBe(1)
})

test('a database that is made anew tells only what this device was not told of', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file, { share: 'notes' })]
  const [ana, bea] = [1, 2].map(n => aMachine(n, { remotes })) as [Machine, Machine]
  await ana.sync()
  await onRemote(
    file,
    `INSERT INTO log_entries (id, title, status, created_by) VALUES ('old', 'Old', 'open', 'carol')`,
  )
  await ana.say('e1', creation('Of Ana'))
  await bea.say('e2', creation('Of Bea'))
  await settle([ana, bea])
  await ana.say('e2', { kind: 'note', value: 'seen' })
  await settle([ana, bea])
  const before = await inboxOf(bea)
  await look(bea)
  await ana.say('e1', { kind: 'note', value: 'not seen' })
  await settle([ana])
  await bea.loseDatabase()

  await settle([bea])

  const inbox = await bea.ask(db => readInbox(db, bea.identity))
  expect(before).toBe(3)
  expect(inbox.entries.map(({ id, news }) => [id, news.map(({ value }) => value)])).toEqual([
    ['e1', ['not seen']],
  ])
  await look(bea)
  expect(await inboxOf(bea)).toBe(0)
})

test('a project that was excluded leaves nothing there, and all of it once it is allowed again', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  ana.privacy = { ...defaultPrivacy, excludeProjects: ['orchard-api'] }
  await ana.record(sessionA, aSession(sessionA, 3))
  await ana.say('e1', creation('Of the orchard'))
  await settle([ana, bea])
  const excluded = await knownTo(bea)
  const there = bytesOf(file)
  ana.privacy = defaultPrivacy

  await settle([ana, bea])

  expect(excluded).toMatchObject({ usage: [], sessions: [], entries: [], changes: [] })
  for (const mine of [sessionA, 'orchard', 'Of the']) expect(there).not.toContain(mine)
  expect(await knownTo(bea)).toEqual(await knownTo(ana))
  expect((await knownTo(bea)).usage).toHaveLength(3)
})

test('a pseudonym stands for a project, the same everywhere, and the name itself is nowhere', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  ana.privacy = { ...defaultPrivacy, anonymiseProjects: true, stripTitles: true }
  await ana.record(sessionA, [
    ...aSession(sessionA, 3),
    { type: 'custom-title', customTitle: 'Pruning the trees', sessionId: sessionA },
  ])
  await ana.say('e1', creation('Broken gate'), {
    kind: 'place',
    value: JSON.stringify({ machine_id: 'machine-1', project_key: '/home/dev/secret-place' }),
  })

  await settle([ana, bea])

  const [session] = await bea.read<{ project: string; title: string | null }>(
    'SELECT project, title FROM sessions',
  )
  expect(session).toEqual({ project: expect.stringMatching(/^project-[0-9a-f]{12}$/), title: null })
  for (const mine of ['orchard-api', 'Pruning the trees', 'secret-place'])
    expect(bytesOf(file)).not.toContain(mine)
  expect(isQuiet(await ana.sync())).toBe(true)
})

test('entries of the older tool are taken up on two machines without a second note or noise', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  await onRemote(
    file,
    `CREATE TABLE log_entries (id VARCHAR PRIMARY KEY, logged_at TIMESTAMP, session_id VARCHAR, category VARCHAR,
       title VARCHAR, body VARCHAR, status VARCHAR, synced BOOLEAN DEFAULT FALSE, updated_at TIMESTAMP,
       created_by VARCHAR, updated_by VARCHAR)`,
    `INSERT INTO log_entries (id, logged_at, category, title, body, status, created_by)
       VALUES ('${olderId}', TIMESTAMP '2026-10-01 10:00:00', 'issue', 'Refunds twice', 'Seen.', 'open', 'carol')`,
  )
  await settle([ana, bea])
  const news = [await inboxOf(ana), await inboxOf(bea)]
  for (const machine of [ana, bea]) await look(machine)
  await onRemote(
    file,
    `UPDATE log_entries SET status = 'resolved', body = body || chr(10) || 'Fixed in 41.', updated_by = 'dave',
       updated_at = TIMESTAMP '2026-10-02 10:00:00' WHERE id = '${olderId}'`,
  )

  const rounds = await settle([bea, ana])

  expect(news).toEqual([1, 1])
  expect(rounds).toBeLessThanOrEqual(2)
  expect(await knownTo(bea)).toEqual(await knownTo(ana))
  expect((await knownTo(ana)).entries).toMatchObject([
    { id: olderId, title: 'Refunds twice', status: 'resolved', updatedBy: 'dave', noteCount: 0 },
  ])
  expect([await inboxOf(ana), await inboxOf(bea)]).toEqual([1, 1])
  expect(await onRemote(file, `SELECT body FROM log_entries`)).toEqual([[{ body: 'Seen.\nFixed in 41.' }]])
})

test('entries of the older tool that stay as they are, for their ids or their projects, leave everybody quiet', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file, { projects: ['orchard-api'] })]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  await ana.sync()
  const ids = [`'tab' || chr(9)`, `repeat('long', 100)`, `''`, `'sep' || chr(31) || 'arated'`, `'sound'`]
  await onRemote(
    file,
    ...ids.map(
      id => `INSERT INTO log_entries (id, category, status, title) VALUES (${id}, 'issue', 'open', 'Odd')`,
    ),
  )

  await settle([ana, bea])

  const known = await knownTo(ana)
  expect(known.entries).toMatchObject([{ id: 'sound', title: 'Odd' }])
  expect(await knownTo(bea)).toEqual(known)
  const [left] = await onRemote(file, `SELECT count(*)::VARCHAR AS n FROM log_entries WHERE title = 'Odd'`)
  expect(left).toEqual([{ n: '5' }])
})

test('totals that the older tool counts on are taken up every time, and lost by nobody', async () => {
  const file = aFile()
  const remotes = [aFileRemote(file)]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  await ana.sync()
  const tokens = 'SELECT total_tokens::INTEGER AS n FROM sessions'
  const here: unknown[] = []
  await onRemote(
    file,
    `INSERT INTO sessions (session_id, project, started_at, models, input_tokens, output_tokens, message_count)
       VALUES ('${sessionA}', 'orchard-api', TIMESTAMPTZ '2026-10-01 10:00:00Z', 'claude-opus-4-6', 100, 10, 1)`,
  )

  for (const [output, machine] of [
    [10, ana],
    [910, bea],
    [1910, ana],
  ] as const) {
    await onRemote(file, `UPDATE sessions SET output_tokens = ${output}, message_count = ${output}`)
    await machine.sync({ isFull: true })
    await settle([ana, bea])
    here.push([await ana.read(tokens), await bea.read(tokens)])
  }

  const both = (n: number) => [[{ n }], [{ n }]]
  expect(here).toEqual([both(110), both(1010), both(2010)])
  const [there] = await onRemote(file, 'SELECT output_tokens::VARCHAR AS n FROM sessions')
  expect(there).toEqual([{ n: '1910' }])
})

test('older rows that must not be published leave everybody quiet, and keep no others waiting', async () => {
  const file = aFile()
  const ana = aMachine(1, { remotes: [aFileRemote(file)] })
  ana.privacy = { ...defaultPrivacy, excludeProjects: ['orchard-api'] }
  await ana.sync()
  await onRemote(
    file,
    `INSERT INTO sessions (session_id, project, models, input_tokens)
       SELECT 'older-' || lpad(i::VARCHAR, 5, '0'), 'orchard-api', 'claude-opus-4-6', 100 FROM range(5001) t(i)`,
  )

  const first = await ana.sync()
  await ana.sync()
  const asked: string[] = []
  await ana.sync({
    async open() {
      const transport = await openDuckDbTransport({ file, settings: { threads: '1' } })
      return {
        ...transport,
        query(sql, parameters) {
          asked.push(sql)
          return transport.query(sql, parameters)
        },
      }
    },
  })

  expect(first.adopted).toBe(5001)
  // One question a travelling table, and nothing after.
  expect(asked.map(sql => /FROM (\w+)/.exec(sql)?.[1])).toEqual(Array(4).fill('csl_marks'))
})

/** A remote of each kind, and every byte that reached it. */
const kinds: Record<
  string,
  () => Promise<{ open?: () => Promise<SqlTransport>; file: string; bytes: () => string }>
> = {
  'a file': async () => {
    const file = aFile()
    return { file, bytes: () => bytesOf(file) }
  },
  'Postgres’ protocol': async () => {
    const [file, bytesFile] = [aFile(), aFile('bytes')]
    const server = await startPgServer({ file, bytesFile })
    onTestFinished(() => server.stop())
    const place = { ...parsePostgresUrl(server.url), token: server.token }
    return { file, open: () => openPostgresTransport(place), bytes: () => bytesOf(bytesFile) }
  },
}

test.each(Object.keys(kinds))(
  'no byte that reaches %s holds a secret, whichever column it stands in',
  async kind => {
    const made = await kinds[kind]?.()
    if (!made) throw new Error(`there is no ${kind}`)
    const { file, bytes, ...reached } = made
    const ana = aMachine(1, { remotes: [aFileRemote(file)] })
    const secret = `ghp_${'aB3dE6gH9jK2'.repeat(3)}`
    await ana.record(sessionA, aSession(sessionA, 3))
    await ana.say('e1', creation('Broken gate'), { kind: 'note', value: 'creaks' })
    let planted = 0
    await ana.write(async db => {
      for (const [table, columns] of textColumns()) {
        for (const column of columns)
          planted += await db.run(`UPDATE ${table} SET ${column} = 'by ' || '${secret}' || ' only'`)
      }
    })

    const report = await ana.sync(reached)

    expect(planted).toBeGreaterThan(60)
    expect(report.secrets).toBeGreaterThan(20)
    expect(bytes()).toContain(sessionA)
    expect(bytes()).not.toContain('aB3dE6gH9jK2')
  },
)

/** What rows are known and found by, which the program makes. */
const ids = ['writer_id', 'hlc', 'subject', 'payload_hash', 'session_id', 'id', 'model']

function textColumns(): [string, string[]][] {
  const tables: [string, Readonly<Record<string, string>>][] = [
    ...syncedTables.map(({ name, columns }) => [name, columns] as [string, Readonly<Record<string, string>>]),
    ...Object.entries(readableTables),
  ]
  return tables.map(([name, columns]) => [
    name,
    Object.keys(columns).filter(column => columns[column] === 'VARCHAR' && !ids.includes(column)),
  ])
}
