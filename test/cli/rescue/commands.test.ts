import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { inDatabase, select } from '../../support/database.ts'
import { type Home, makeHome } from '../../support/home.ts'
import { assistantLine, uuidOf } from '../../support/lines.ts'

const slug = '-home-dev-orchard-api'

async function aHome(): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript(slug, `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])
  await ok(home, 'backfill')
  await ok(home, 'log', '--category', 'note', '--title', 'Before')
  return home
}

async function ok(home: Home, ...args: string[]): Promise<string> {
  const run = await home.csl(args)
  if (run.code !== 0) throw new Error(`csl ${args.join(' ')}: ${run.code} ${run.stderr}`)
  return run.stdout
}

const titles = async (home: Home) =>
  (await select<{ title: string }>(home, 'SELECT title FROM log_entries ORDER BY title')).map(
    row => row.title,
  )

test('csl backup makes a new private file in the data folder, and says which', async () => {
  const home = await aHome()

  const file = (await ok(home, 'backup')).trim()

  expect(path.dirname(file)).toBe(path.join(home.dataFolder, 'backups'))
  expect(path.basename(file)).toMatch(/^sessions-\d{8}T\d{6}Z\.duckdb$/)
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect((await home.csl(['backup', file])).code).toBe(1)
  expect(await ok(home, 'backup', file, '--force')).toBe(`${file}\n`)
  expect(path.dirname((await ok(home, 'backup', home.folder)).trim())).toBe(home.folder)
})

test('a backup is enough: an empty folder gets all that was said and set, and the sessions', async () => {
  const home = await aHome()
  const settings = { privacy: { excludeProjects: ['github.com/acme/secret'] } }
  writeFileSync(path.join(home.dataFolder, 'settings.json'), JSON.stringify(settings))
  const machine = readFileSync(path.join(home.dataFolder, 'machine.json'), 'utf8')
  const file = path.join(home.folder, 'backup.duckdb')
  await ok(home, 'backup', file)
  rmSync(home.claudeRoot, { recursive: true })

  await ok(home, 'restore', file)

  expect(await titles(home)).toEqual(['Before'])
  expect(await select(home, 'SELECT session_id AS id FROM sessions')).toEqual([{ id: uuidOf(1) }])
  expect(readFileSync(path.join(home.dataFolder, 'machine.json'), 'utf8')).toBe(machine)
  expect(JSON.parse(readFileSync(path.join(home.dataFolder, 'settings.json'), 'utf8'))).toEqual(settings)
  // The journal is there again, too: from it alone the entries come back once more.
  for (const name of ['sessions.duckdb', 'sessions.duckdb.wal'])
    rmSync(path.join(home.dataFolder, name), { force: true })
  expect(await ok(home, 'list', '--all-projects')).toContain('Before')
  const names = readdirSync(home.dataFolder)
  for (const name of names) expect(statSync(path.join(home.dataFolder, name)).mode & 0o077, name).toBe(0)
})

test('csl restore keeps the present database, and what was said since', async () => {
  const home = await aHome()
  const file = (await ok(home, 'backup')).trim()
  await home.writeTranscript(slug, `${uuidOf(2)}.jsonl`, [assistantLine(uuidOf(2))])
  await ok(home, 'backfill')
  await ok(home, 'log', '--category', 'note', '--title', 'Since')

  const asked = await home.csl(['restore', file])
  const said = await ok(home, 'restore', file, '--yes')

  expect(asked).toMatchObject({ code: 2, stdout: '' })
  expect(asked.stderr).toMatch(
    /is whole: of .*1 session, 1 entry(?:.|\n)*there is no terminal to ask on(?:.|\n)*--yes/,
  )
  const keep = /is kept: (.*)/.exec(said)?.[1] ?? ''
  expect(keep).toMatch(/sessions\.duckdb\.before-restore-\d{8}T\d{6}Z$/)
  expect(await titles(home)).toEqual(['Before', 'Since'])
  expect(await select(home, 'SELECT count(*) AS n FROM sessions')).toEqual([{ n: 1 }])
  await ok(home, 'restore', keep, '--yes')
  expect(await select(home, 'SELECT count(*) AS n FROM sessions')).toEqual([{ n: 2 }])
  expect(await titles(home)).toEqual(['Before', 'Since'])
})

test('a file that is no whole backup changes nothing', async () => {
  const home = await aHome()
  const file = (await ok(home, 'backup')).trim()
  const bytes = readFileSync(file)
  const before = readFileSync(path.join(home.dataFolder, 'sessions.duckdb'))
  for (const [spoil, words] of [
    [() => writeFileSync(file, bytes.subarray(0, bytes.length / 2)), /can't be restored/],
    [() => writeFileSync(file, 'text'), /can't be restored/],
    [() => rmSync(file), /there is no file/],
  ] as const) {
    spoil()
    const run = await home.csl(['restore', file, '--yes'])
    expect([run.code, run.stdout]).toEqual([1, ''])
    expect(run.stderr).toMatch(words)
  }

  expect(readFileSync(path.join(home.dataFolder, 'sessions.duckdb')).equals(before)).toBe(true)
  expect(readdirSync(home.dataFolder).filter(name => /before|new/.test(name))).toEqual([])
})

test('hooks that come while the database is being replaced leave their jobs, which are done afterwards', async () => {
  const home = await aHome()
  await home.writeTranscript(slug, `${uuidOf(2)}.jsonl`, [assistantLine(uuidOf(2))])
  await inDatabase(home, async () => {
    const hook = await home.csl(['record', '--no-sync'], { input: JSON.stringify({ session_id: uuidOf(2) }) })
    expect(hook.code).toBe(0)
  })
  expect(
    readdirSync(path.join(home.dataFolder, 'spool')).filter(name => name.endsWith('.json')),
  ).toHaveLength(1)

  expect(await ok(home, 'compact')).toMatch(
    /^[\d.]+ [KM]B(?: → [\d.]+ [KM]B|: it can't be made smaller) \(16 tables, /,
  )

  expect(await select(home, 'SELECT count(*) AS n FROM sessions')).toEqual([{ n: 2 }])
  expect(readdirSync(path.join(home.dataFolder, 'spool')).filter(name => name.endsWith('.json'))).toEqual([])
})

test('while a sync runs, nothing takes the place of the database', async () => {
  const home = await aHome()
  const file = (await ok(home, 'backup')).trim()
  writeFileSync(path.join(home.dataFolder, 'sync.lock'), `${process.pid} here`)

  for (const words of [['compact'], ['restore', file, '--yes']])
    expect(await home.csl(words)).toMatchObject({
      code: 75,
      stderr: expect.stringContaining('a sync is running'),
    })
})

test('csl export writes into an empty folder alone, and says how whole it is', async () => {
  const home = await aHome()
  const folder = path.join(home.folder, 'out')

  const said = await ok(home, 'export', folder)

  expect(said).toMatch(/: 16 tables, \d+ rows; see README\.txt\n$/)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const index = readFileSync(path.join(folder, 'README.txt'), 'utf8')
  for (const name of readdirSync(folder)) if (name !== 'README.txt') expect(index).toContain(name)
  expect(JSON.parse(readFileSync(path.join(folder, 'log_entries.jsonl'), 'utf8'))).toMatchObject({
    title: 'Before',
  })
  const again = await home.csl(['export', folder])
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is not empty')])
  await ok(home, 'export', folder, '--force')
  const shared = path.join(home.folder, 'shared')
  writeFileSync(shared, '')
  expect((await home.csl(['export', shared])).stderr).toContain('is no folder')
})

test('where nothing is recorded yet, each says so and makes nothing', async () => {
  const home = makeHome()
  const folder = path.join(home.folder, 'out')

  for (const words of [['backup'], ['compact'], ['export', folder]])
    expect(await home.csl(words)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing is recorded'),
    })

  expect(existsSync(folder)).toBe(false)
  expect(existsSync(path.join(home.dataFolder, 'backups'))).toBe(false)
})
