import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { inDatabase } from '../support/database.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'
import { makeSetupHome, type SetupHome } from '../support/setup-home.ts'
import { aFile } from '../support/sync-rounds.ts'

const session = uuidOf(1)

/** A home that is set up, has a session and an entry, and what it was before. */
async function aSetUpHome(): Promise<{ home: SetupHome; before: Map<string, string> }> {
  const home = makeSetupHome()
  await home.writeTranscript('-home-dev-orchard', `${session}.jsonl`, [assistantLine(session)])
  writeFileSync(home.crontab, '0 1 * * * backup\n', { mode: 0o600 })
  const before = home.snapshot()
  expect((await home.setup('--yes')).code).toBe(0)
  const logged = await home.csl(['log', '--category', 'issue', '--title', 'Broken gate'])
  expect(logged.code, logged.stderr).toBe(0)
  return { home, before }
}

/** What differs between two snapshots, by name. */
function changed(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    name => before.get(name) !== after.get(name),
  )
}

const dataFolder = '.claude/claude-session-logger'

test('what setup added is taken out, and the data stays', async () => {
  const { home, before } = await aSetUpHome()

  const run = await home.setup('--uninstall', '--yes')

  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toContain('done  background')
  expect(run.stdout).toContain('1 session; 1 entry\n  there is no remote: it is nowhere else')
  expect(run.stdout).toContain('kept: changes.jsonl, machine.json, sessions.duckdb')
  expect(changed(before, home.snapshot())).toEqual([
    dataFolder,
    ...['changes.jsonl', 'machine.json', 'sessions.duckdb', 'sessions.duckdb.wal'].map(
      name => `${dataFolder}/${name}`,
    ),
  ])
})

test('with --delete-data everything is as it was before', async () => {
  const { home, before } = await aSetUpHome()

  const run = await home.setup('--uninstall', '--yes', '--delete-data')

  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toContain('deleted: changes.jsonl, machine.json, sessions.duckdb')
  expect(home.snapshot()).toEqual(before)
})

test('the data can be deleted later, too', async () => {
  const { home, before } = await aSetUpHome()
  await home.setup('--uninstall', '--yes')

  const run = await home.setup('--uninstall', '--yes', '--delete-data')

  expect(run.stdout).toContain('nothing of csl setup is here')
  expect(run.code).toBe(0)
  expect(home.snapshot()).toEqual(before)
})

test('where nothing was set up there is nothing to take out, and nothing is made', async () => {
  const home = makeSetupHome()
  const before = home.snapshot()

  const run = await home.setup('--uninstall', '--yes', '--delete-data')

  expect(run).toMatchObject({ code: 0, stdout: 'nothing of csl setup is here\n', stderr: '' })
  expect(home.snapshot()).toEqual(before)
})

test('--dry-run only says what would go', async () => {
  const { home } = await aSetUpHome()
  const before = home.snapshot()

  const run = await home.setup('--uninstall', '--dry-run', '--delete-data')

  expect(run.code).toBe(0)
  expect(run.stdout).toMatch(/does this:[\s\S]*would be deleted: changes.jsonl/)
  expect(home.snapshot()).toEqual(before)
})

test('what the person wrote in between stays', async () => {
  const { home } = await aSetUpHome()
  appendFileSync(home.crontab, '0 2 * * * later\n')
  writeFileSync(path.join(home.dataFolder, 'mine.txt'), 'mine')
  writeFileSync(path.join(home.dataFolder, 'prices.json'), '{}')

  const run = await home.setup('--uninstall', '--yes', '--delete-data')

  expect(readFileSync(home.crontab, 'utf8')).toBe('0 1 * * * backup\n0 2 * * * later\n')
  expect(readFileSync(path.join(home.dataFolder, 'mine.txt'), 'utf8')).toBe('mine')
  expect(run.stdout).toContain('not ours, and left: mine.txt')
  expect(existsSync(path.join(home.dataFolder, 'prices.json'))).toBe(false)
})

test('what hooks left to be recorded is recorded before, so that it is not lost', async () => {
  const { home } = await aSetUpHome()
  const other = uuidOf(2)
  const transcript = await home.writeTranscript('-home-dev-orchard', `${other}.jsonl`, [assistantLine(other)])
  const spool = path.join(home.dataFolder, 'spool')
  mkdirSync(spool, { mode: 0o700, recursive: true })
  const payload = {
    session_id: other,
    transcript_path: transcript,
    cwd: '/home/dev/orchard',
    reason: 'other',
  }
  writeFileSync(path.join(spool, 'job.json'), JSON.stringify({ ...payload, hook_event_name: 'SessionEnd' }))

  const run = await home.setup('--uninstall', '--yes')

  expect(run.stdout).toContain('2 sessions; 1 entry')
  expect(existsSync(spool)).toBe(false)
})

test('what is not synced yet is said', async () => {
  const { home } = await aSetUpHome()
  const file = aFile()
  await home.csl(['remote', 'add', 'mine', file, '--share', 'all', '--yes'])
  const never = await home.setup('--uninstall', '--dry-run')
  await home.csl(['sync'])
  const synced = await home.setup('--uninstall', '--dry-run')
  await home.csl(['log', '--category', 'note', '--title', 'Later'])

  const waiting = await home.setup('--uninstall', '--dry-run')

  expect(never.stdout).toContain(`mine  ${file} (everything): never synced`)
  expect(synced.stdout).toContain(`mine  ${file} (everything): nothing waits`)
  expect(waiting.stdout).toMatch(/mine .* \(everything\): not yet there: \d+ changes/)
})

test('installed again, the first sync brings everything back, under a new machine, too', async () => {
  const { home } = await aSetUpHome()
  const file = aFile()
  const add = () => home.csl(['remote', 'add', 'mine', file, '--share', 'all', '--yes'])
  await add()
  expect((await home.csl(['sync'])).code).toBe(0)
  const totals = async () => JSON.parse((await home.csl(['usage', '--all', '--json'])).stdout).totals
  const entries = async () => (await home.csl(['list', '--all', '--json'])).stdout
  const before = [await totals(), await entries()]
  const idOf = () => JSON.parse(readFileSync(path.join(home.dataFolder, 'machine.json'), 'utf8')).machineId
  const machineId = idOf()
  await home.setup('--uninstall', '--yes', '--delete-data')
  // Its transcript is gone by then, too.
  const transcript = path.join(home.claudeRoot, 'projects/-home-dev-orchard', `${session}.jsonl`)
  rmSync(transcript)

  await home.setup('--yes')
  const added = await add()
  const sync = await home.csl(['sync'])

  expect([added.code, sync.code]).toEqual([0, 0])
  expect(idOf()).not.toBe(machineId)
  expect(before[0]).toMatchObject({ sessions: 1 })
  expect([await totals(), await entries()]).toEqual(before)
})

test('nothing is taken out while a sync is running', async () => {
  const { home } = await aSetUpHome()
  writeFileSync(path.join(home.dataFolder, 'sync.lock'), `${process.pid} other`)
  const before = home.snapshot()

  const run = await home.setup('--uninstall', '--yes', '--delete-data')

  expect(run.code).toBe(75)
  expect(run.stderr).toContain('a sync is running')
  expect(home.snapshot()).toEqual(before)
})

test('the data is not deleted while somebody has it open', async () => {
  const { home } = await aSetUpHome()
  await home.setup('--uninstall', '--yes')

  const run = await inDatabase(home, () => home.setup('--uninstall', '--yes', '--delete-data'))

  expect(run.code).toBe(75)
  expect(run.stderr).toContain('another process has the database open')
  expect(existsSync(path.join(home.dataFolder, 'sessions.duckdb'))).toBe(true)
})
