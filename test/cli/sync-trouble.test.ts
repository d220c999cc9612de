import { appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { select } from '../support/database.ts'
import type { Fault } from '../support/faults.ts'
import { type Home, makeHome } from '../support/home.ts'
import { startPgServer } from '../support/pg-server/start.ts'
import { aMachine, creation, knownTo } from '../support/sync-machine.ts'
import { aFile, aFileRemote, settle } from '../support/sync-rounds.ts'

// What people read where a remote can't be used: what happened, what to do next, and an exit code. Nothing is lost.

/** A home with an entry to send, and a remote by its address. */
async function aHome(url: string): Promise<Home> {
  const home = makeHome()
  const logged = await home.csl(['log', '--category', 'issue', '--title', 'Broken gate'])
  expect(logged.code, logged.stderr).toBe(0)
  setRemote(home, url)
  return home
}

function setRemote(home: Home, url: string): void {
  mkdirSync(home.dataFolder, { recursive: true })
  const settings = { remotes: [{ name: 'hub', url, share: 'all', projects: [] }], privacy: {} }
  writeFileSync(path.join(home.dataFolder, 'settings.json'), JSON.stringify(settings))
}

interface Trouble {
  readonly code: number
  readonly says: RegExp
  readonly hints: RegExp
}

async function expectTrouble(home: Home, { code, says, hints }: Trouble, env = {}): Promise<void> {
  const run = await home.csl(['sync'], { env })
  expect(run.stderr).toMatch(says)
  expect(run.stderr).toMatch(hints)
  expect(run.stderr).not.toMatch(/\n\s+at /)
  expect(run.code, run.stderr).toBe(code)
  expect(await select(home, 'SELECT title FROM log_entries')).toEqual([{ title: 'Broken gate' }])
}

/** After the trouble is over, the same command sends everything. */
async function expectSent(home: Home): Promise<void> {
  const run = await home.csl(['sync'])
  expect(run.stdout + run.stderr).toMatch(/rows? sent/)
  expect(run.code).toBe(0)
}

describe('a file that', () => {
  test('lies in a folder that is not there', async () => {
    const file = path.join(path.dirname(aFile()), 'not-mounted', 'hub.duckdb')
    const home = await aHome(file)

    await expectTrouble(home, { code: 1, says: /not there/, hints: /connect the disk/ })

    mkdirSync(path.dirname(file))
    await expectSent(home)
  })

  test('is no DuckDB file stays as it is', async () => {
    const file = aFile()
    writeFileSync(file, 'a letter to my aunt\n'.repeat(1000))

    await expectTrouble(await aHome(file), { code: 1, says: /not a DuckDB file/, hints: /move it aside/ })

    expect(readFileSync(file, 'utf8')).toContain('a letter to my aunt')
  })

  test('is damaged', async () => {
    const file = aFile()
    const home = await aHome(file)
    await expectSent(home)
    truncateSync(file, 20_000)

    await expectTrouble(home, { code: 1, says: /damaged/, hints: /move it aside/ })
  })
})

describe('a service that', () => {
  test('nobody can reach', async () => {
    await expectTrouble(
      await aHome('pg://127.0.0.1:1/scratch?tls=off'),
      { code: 75, says: /did not answer/, hints: /nothing is lost/ },
      { MOTHERDUCK_TOKEN: 'token-of-a-person' },
    )
  })

  const refused = { code: 1, says: /refused the token/, hints: /personal access token/ }
  const troubles: readonly (readonly [string, Fault[], Trouble])[] = [
    ['does not take the token', [{ do: 'refuse login', at: 1, times: 99 }], refused],
    ['is full', [{ do: 'full', at: 9, times: 99 }], { code: 1, says: /is full/, hints: /make room/ }],
    [
      'only lets us read',
      [{ do: 'error', at: 9, times: 99, text: 'Cannot execute statement: attached in read-only mode!' }],
      { code: 1, says: /can't be written to/, hints: /who may write/ },
    ],
  ]
  test.each(troubles)('%s', async (_, faults, trouble) => {
    const server = await startPgServer({ file: aFile(), faults })
    try {
      const home = await aHome(server.url)
      const env = { MOTHERDUCK_TOKEN: server.token }

      await expectTrouble(home, trouble, env)

      const status = await home.csl(['sync', '--status'])
      expect(status.stdout).toMatch(/last error/)
      for (const name of ['sync.log', 'sync-state.json'])
        expect(readFileSync(path.join(home.dataFolder, name), 'utf8')).not.toContain(server.token)
      await server.setFaults([])
      const sent = await home.csl(['sync'], { env })
      expect(sent.stdout, sent.stderr).toMatch(/rows? sent/)
    } finally {
      await server.stop()
    }
  })

  test('needs an extension that is not on this machine, which is not fetched', async () => {
    await expectTrouble(
      await aHome('md:claude_sessions'),
      { code: 1, says: /extension .*not installed/, hints: /csl remote remove .*csl remote add/ },
      { MOTHERDUCK_TOKEN: 'token-of-a-person' },
    )
  })

  test('needs a token where there is none', async () => {
    await expectTrouble(await aHome('md:claude_sessions'), { code: 1, says: /token/, hints: /token/ })
  })
})

test('a remote that there is not is said to be none, with those that there are', async () => {
  const run = await (await aHome(aFile())).csl(['sync', 'nope'])

  expect(run.stderr).toMatch(/no remote 'nope'[\s\S]*there is: hub/)
  expect(run.code).toBe(1)
})

test('settings that can’t be read send nothing', async () => {
  const file = aFile()
  const home = await aHome(file)
  appendFileSync(path.join(home.dataFolder, 'settings.json'), '}')

  await expectTrouble(home, { code: 1, says: /settings\.json: not JSON/, hints: /nothing is sent/ })

  setRemote(home, file)
  await expectSent(home)
})

test('two machines with one id keep their rows apart', async () => {
  const file = aFile()
  const homes = await Promise.all([aHome(file), aHome(file)])
  const env = { CLAUDE_LOGGER_MACHINE_ID: 'the-same' }

  for (let round = 0; round < 2; round++)
    for (const home of homes) expect((await home.csl(['sync'], { env })).code).toBe(0)

  for (const home of homes) {
    expect(await select(home, 'SELECT count(*) AS n FROM log_entries')).toEqual([{ n: 2 }])
    expect(await select(home, `SELECT count(DISTINCT writer_id) AS n FROM changes`)).toEqual([{ n: 2 }])
  }
})

test('a clock that is years ahead wins nothing for ever, and no other clock follows it', async () => {
  const remotes = [aFileRemote(aFile())]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  ana.clock.skewMs = 3 * 365 * 24 * 3_600_000
  await ana.say('e1', creation('From the future'), { kind: 'status', value: 'blocked' })
  await settle([ana, bea])

  await bea.say('e1', { kind: 'status', value: 'resolved' })
  await bea.say('e2', creation('Of today'))
  await settle([ana, bea])

  expect((await knownTo(ana)).entries).toMatchObject([{ status: 'resolved' }, { id: 'e2' }])
  expect(await ana.read(`SELECT hlc < '1900' AS of_today FROM changes WHERE subject = 'entry:e2'`)).toEqual([
    { ofToday: true },
  ])
})
