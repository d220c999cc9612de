import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Home, makeHome } from '../support/home.ts'
import { aFile, onRemote } from '../support/sync-rounds.ts'

/** A home with an entry to send. */
async function aHome(): Promise<Home> {
  const home = makeHome()
  const logged = await home.csl(['log', '--category', 'issue', '--title', 'Broken gate'])
  expect(logged.code, logged.stderr).toBe(0)
  return home
}

const add = (home: Home, name: string, url: string, share: 'all' | 'notes') =>
  home.csl(['remote', 'add', name, url, '--share', share, '--yes'])

async function ownerOf(file: string): Promise<string | undefined> {
  const [rows] = await onRemote(file, `SELECT value FROM csl_meta WHERE key = 'person_id'`)
  return rows?.[0]?.value ?? undefined
}

test('a database where others share their notes takes not everything of mine, and stays nobody’s', async () => {
  const file = aFile()
  const [ana, bea] = [await aHome(), await aHome()]
  await add(ana, 'team', file, 'notes')
  expect((await ana.csl(['sync'])).code).toBe(0)

  const refused = await add(bea, 'mine', file, 'all')

  expect(refused.stderr).toMatch(/others share their notes[\s\S]*--share notes/)
  expect(refused.code).toBe(1)
  expect(await ownerOf(file)).toBeUndefined()
  expect((await bea.csl(['remote', 'list'])).stdout).toContain('no remotes')
  expect((await add(bea, 'team', file, 'notes')).code).toBe(0)
  await ana.csl(['remote', 'remove', 'team'])
  await bea.csl(['remote', 'remove', 'team'])
  expect((await add(ana, 'mine', file, 'all')).code).toBe(0)
})

test('a database with machines of several people takes not everything of mine', async () => {
  const file = aFile()
  const [ana, bea] = [await aHome(), await aHome()]
  await add(ana, 'mine', file, 'all')
  expect((await ana.csl(['sync'])).code).toBe(0)
  await onRemote(
    file,
    `INSERT INTO machines SELECT * REPLACE ('w-other' AS writer_id, 'somebody' AS person_id) FROM machines`,
    `INSERT INTO csl_marks SELECT table_name, 'w-other', seq, token, now() FROM csl_marks WHERE table_name = 'machines'`,
  )

  const refused = await add(bea, 'mine', file, 'all')

  expect(refused.stderr).toMatch(/belongs to another person/)
  expect(refused.code).toBe(1)
})

test('my other machine joins what is mine', async () => {
  const file = aFile()
  const [desk, laptop] = [await aHome(), await aHome()]
  await add(desk, 'mine', file, 'all')
  expect((await desk.csl(['sync'])).code).toBe(0)

  const joined = await add(laptop, 'mine', file, 'all')

  expect(joined.stderr + joined.stdout).toContain('added mine')
  const personOf = (home: Home) =>
    JSON.parse(readFileSync(path.join(home.dataFolder, 'machine.json'), 'utf8')).personId
  expect(personOf(laptop)).toBe(personOf(desk))
  expect(await ownerOf(file)).toBe(personOf(desk))
})

test('a database is added once, whatever it is called', async () => {
  const file = aFile()
  const home = await aHome()
  const link = path.join(path.dirname(file), 'link.duckdb')
  await add(home, 'hub', file, 'notes')
  await home.csl(['sync'])
  symlinkSync(file, link)

  for (const url of [file, link, `file:${file}`]) {
    const again = await add(home, 'other', url, 'all')
    expect(again.stderr).toMatch(/remote 'hub' already[\s\S]*remote remove hub/)
    expect(again.code).toBe(1)
  }
})

test('a copy of a database that is a remote is not a second one', async () => {
  const file = aFile()
  const home = await aHome()
  await add(home, 'hub', file, 'notes')
  await home.csl(['sync'])
  const copy = path.join(path.dirname(file), 'copy.duckdb')
  writeFileSync(copy, readFileSync(file))

  const again = await add(home, 'other', copy, 'notes')

  expect(again.stderr).toMatch(/remote 'hub' already/)
})

test('who adds MotherDuck is told first what will be downloaded', async () => {
  const asked = await makeHome().csl(['remote', 'add', 'duck', 'md:', '--share', 'notes'])
  const file = await makeHome().csl(['remote', 'add', 'hub', aFile(), '--share', 'notes'])

  expect(asked.stderr).toMatch(/extension .* will be downloaded[\s\S]*no terminal to ask on/)
  expect(file.stderr).not.toContain('downloaded')
})

test('a report that syncs first is made while another sync runs, which it says', async () => {
  const home = await aHome()
  await add(home, 'hub', aFile(), 'notes')
  mkdirSync(home.dataFolder, { recursive: true })
  writeFileSync(path.join(home.dataFolder, 'sync.lock'), String(process.pid))

  const report = await home.csl(['usage', '--sync'])

  expect(report.stderr).toBe('not synced: another sync is running\n')
  expect(report.code).toBe(0)
})
