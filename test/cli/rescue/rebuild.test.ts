import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Row } from '../../../src/store/query.ts'
import { databaseOf, recorded, select, withPlace } from '../../support/database.ts'
import { type Home, makeHome } from '../../support/home.ts'
import { assistantLine, messageId, userLine, uuidOf } from '../../support/lines.ts'

// A damaged database is put aside, and a new one made of all that is left anywhere.

const slug = '-home-dev-orchard-api'

async function ok(home: Home, ...args: string[]): Promise<string> {
  const run = await home.csl(args)
  if (run.code !== 0) throw new Error(`csl ${args.join(' ')}: ${run.code} ${run.stdout} ${run.stderr}`)
  return run.stdout
}

async function record(home: Home, n: number): Promise<void> {
  const id = uuidOf(n)
  const lines = Array.from({ length: 30 }, (_, i) => assistantLine(id, { id: messageId(n * 1000 + i) }))
  await home.writeTranscript(slug, `${id}.jsonl`, [userLine(id, `Prompt ${n}`), ...lines])
  await ok(home, 'backfill')
}

/** Two sessions and an entry; the transcript of the first is gone. */
async function aHome(): Promise<Home> {
  const home = makeHome()
  await record(home, 1)
  await record(home, 2)
  await ok(home, 'log', '--category', 'note', '--title', 'Kept')
  rmSync(path.join(home.claudeRoot, 'projects', slug, `${uuidOf(1)}.jsonl`))
  return home
}

async function stateOf(home: Home): Promise<Record<string, Row[]>> {
  const entries = await select(home, 'SELECT title FROM log_entries ORDER BY title')
  return { ...(await recorded(home)), entries }
}

function spoil(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at)
  writeFileSync(file, bytes)
}

/** Offsets of blocks that a table's data lies in: spoiling one loses that table alone. */
async function blocksOf(home: Home, table: string): Promise<number[]> {
  const rows = await select<{ id: number }>(
    home,
    `SELECT DISTINCT block_id AS id FROM pragma_storage_info('${table}') WHERE block_id >= 0 ORDER BY id`,
  )
  return rows.map(({ id }) => 3 * 4096 + id * 65_536)
}

async function fix(home: Home): Promise<{ said: string; kept: string }> {
  const run = await home.csl(['doctor', '--fix', '--yes', '--local'])
  expect(run.code, run.stdout + run.stderr).toBe(0)
  const kept = /is kept: (.*)/.exec(run.stderr)?.[1] ?? ''
  return { said: run.stderr, kept }
}

const ids = async (home: Home) =>
  (await select<{ id: string }>(home, 'SELECT session_id AS id FROM sessions ORDER BY id')).map(row => row.id)

test('nothing is done to a damaged database unless somebody says so', async () => {
  const home = await aHome()
  truncateSync(databaseOf(home), 5000)
  const before = readFileSync(databaseOf(home))

  const looked = await home.csl(['doctor'])
  const fixed = await home.csl(['doctor', '--fix'])
  const used = await home.csl(['sessions'])

  expect([looked.code, fixed.code]).toEqual([1, 1])
  expect(looked.stdout).toMatch(/✗ database +sessions\.duckdb is damaged.*\n +→ csl doctor --fix/)
  expect(fixed.stderr).toContain('not repaired: there is no terminal to ask on; say --yes')
  expect([used.code, used.stderr]).toEqual([1, expect.stringContaining('csl doctor --fix')])
  expect(readFileSync(databaseOf(home)).equals(before)).toBe(true)
})

test('hooks leave their jobs to a damaged database, which are done once it is made anew', async () => {
  const home = await aHome()
  truncateSync(databaseOf(home), 5000)
  const id = uuidOf(3)
  await home.writeTranscript(slug, `${id}.jsonl`, [assistantLine(id)])
  const hook = await home.csl(['record', '--no-sync'], { input: JSON.stringify({ session_id: id }) })
  const jobs = () => readdirSync(path.join(home.dataFolder, 'spool')).filter(name => name.endsWith('.json'))
  expect([hook.code, hook.stdout, jobs().length]).toEqual([0, '', 1])

  await fix(home)

  expect(jobs()).toEqual([])
  expect(await ids(home)).toContain(id)
})

test('with only its log spoiled, all comes back, the session whose transcript is gone included', async () => {
  const home = await aHome()
  const before = await stateOf(home)
  expect(existsSync(`${databaseOf(home)}.wal`)).toBe(true)
  writeFileSync(`${databaseOf(home)}.wal`, 'garbage '.repeat(200))

  const { said, kept } = await fix(home)

  expect(await stateOf(home)).toEqual(before)
  expect(said).toContain('from it: all tables, whole')
  expect(said).toContain('its log, which holds what was written last, could not be read')
  expect(readFileSync(`${kept}.wal`, 'utf8')).toBe('garbage '.repeat(200))
})

test('of a session whose messages are lost for good the totals stay, and that is said', async () => {
  const home = await aHome()
  await ok(home, 'init')
  const before = await select(home, 'SELECT session_id, total_tokens, cost_usd FROM sessions ORDER BY 1')
  const [block = 0] = await blocksOf(home, 'usage_records')
  spoil(databaseOf(home), block + 2000)

  const { said } = await fix(home)

  expect(said).toMatch(/from it: \d+ of 16 tables whole; .*usage_records: 0 rows, up to 60 lost/)
  expect(said).toMatch(/of 1 session only the totals are left: 00000000 Prompt 1/)
  expect(await select(home, 'SELECT session_id, total_tokens, cost_usd FROM sessions ORDER BY 1')).toEqual(
    before,
  )
  expect(await ok(home, 'doctor', '--local')).not.toContain('✗')
})

test('what can’t be read of it comes from the newest backup', async () => {
  const home = await aHome()
  await ok(home, 'backup')
  const before = await stateOf(home)
  const [block = 0] = await blocksOf(home, 'usage_records')
  spoil(databaseOf(home), block + 2000)

  const { said } = await fix(home)

  expect(said).toMatch(/from the backup of \d{4}-\d\d-\d\d/)
  expect(said).toContain('no session is lost')
  expect(await stateOf(home)).toEqual(before)
})

test('of which nothing can be read, transcripts, journal and the newest backup make a new one', async () => {
  const home = await aHome()
  await ok(home, 'backup')
  await record(home, 3)
  await ok(home, 'log', '--category', 'note', '--title', 'Since')
  spoil(databaseOf(home), 20)

  const { said } = await fix(home)

  expect(said).toContain('from it: nothing')
  expect(await ids(home)).toEqual([uuidOf(1), uuidOf(2), uuidOf(3)])
  expect(await select(home, 'SELECT title FROM log_entries ORDER BY title')).toEqual([
    { title: 'Kept' },
    { title: 'Since' },
  ])
})

test('of which nothing can be read, and without a backup, it is said that more may be lost', async () => {
  const home = await aHome()
  writeFileSync(databaseOf(home), '')

  const { said, kept } = await fix(home)

  expect(said).toMatch(/which sessions it held besides can.t be told/)
  expect(await ids(home)).toEqual([uuidOf(2)])
  expect(existsSync(kept)).toBe(true)
  expect(await select(home, 'SELECT title FROM log_entries')).toEqual([{ title: 'Kept' }])
})

test('a rebuilt database is another writer for remotes', async () => {
  const home = await aHome()
  const writer = async () =>
    (await select<{ value: string }>(home, `SELECT value FROM meta WHERE key = 'writer_id'`))[0]?.value
  const before = await writer()
  await ok(home, 'init')
  const [block = 0] = await blocksOf(home, 'usage_records')
  spoil(databaseOf(home), block + 2000)

  await fix(home)

  expect(await writer()).not.toBe(before)
  await withPlace(home, async ({ db }) => {
    const [row] = await db.rows<{ last: number; used: number }>(
      `SELECT value::BIGINT AS last, (SELECT max(seq) FROM usage_records) AS used FROM meta WHERE key = 'last_seq'`,
    )
    expect(row?.last).toBeGreaterThanOrEqual(row?.used ?? Number.POSITIVE_INFINITY)
  })
})

test('a backup takes the place of a database that is damaged, too', async () => {
  const home = await aHome()
  const file = (await ok(home, 'backup')).trim()
  const copy = path.join(home.folder, 'copy')
  truncateSync(databaseOf(home), 9000)
  cpSync(databaseOf(home), copy)

  const said = await ok(home, 'restore', file, '--yes')

  expect(await ids(home)).toEqual([uuidOf(1), uuidOf(2)])
  const kept = /is kept: (.*)/.exec(said)?.[1] ?? ''
  expect(readFileSync(kept).equals(readFileSync(copy))).toBe(true)
})
