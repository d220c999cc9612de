import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { databaseOf } from '../support/database.ts'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'
import { holdLock } from '../support/lock.ts'
import { startPgServer } from '../support/pg-server/start.ts'
import { makeSetupHome, type SetupHome, snapshotOf } from '../support/setup-home.ts'
import { aFile } from '../support/sync-rounds.ts'

interface Found {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'problem'
  readonly text: string
  readonly todo: string | null
  readonly canFix: boolean
}

/** What `csl doctor --json` found, by check. */
async function examine(
  home: Home,
  ...words: string[]
): Promise<{ code: number; of: (check: string) => Found[] }> {
  const run = await home.csl(['doctor', '--json', ...words])
  const { ok, checks }: { ok: boolean; checks: Found[] } = JSON.parse(run.stdout)
  expect(ok).toBe(run.code === 0)
  expect(ok).toBe(checks.every(({ state }) => state !== 'problem'))
  return { code: run.code, of: check => checks.filter(found => found.check === check) }
}

async function aSetUpHome(): Promise<SetupHome> {
  const home = makeSetupHome()
  // Claude Code reads no comments and no comma behind the last value.
  writeFileSync(home.settings, '{"model": "opus"}\n')
  const id = uuidOf(1)
  await home.writeTranscript('-home-dev-orchard-api', `${id}.jsonl`, [assistantLine(id)])
  const run = await home.setup('--yes', '--label', 'desk')
  expect(run.code, run.stderr).toBe(0)
  writeFileSync(path.join(home.folder, '.system/bin/claude'), '#!/bin/sh\necho 2.1.329 "(Claude Code)"\n', {
    mode: 0o755,
  })
  return home
}

test('with nothing set up at all, it says what to do, and makes nothing', async () => {
  const home = makeHome()
  const before = snapshotOf(home.folder)

  const { code, of } = await examine(home)

  expect(code).toBe(0)
  expect(of('data folder')).toMatchObject([{ state: 'warning', todo: 'csl setup' }])
  expect(of('setup')).toMatchObject([{ state: 'warning', todo: 'csl setup' }])
  expect(of('database')).toMatchObject([{ state: 'ok' }])
  expect(snapshotOf(home.folder)).toEqual(before)
})

test('set up, all is well but what this machine lacks', async () => {
  const home = await aSetUpHome()

  const { code, of } = await examine(home)
  const run = await home.csl(['doctor'])

  expect(code).toBe(0)
  expect(of('claude code')).toMatchObject([{ state: 'ok', text: '2.1.329 (Claude Code)' }])
  expect(of('database')).toMatchObject([
    { state: 'ok', text: expect.stringMatching(/^whole: .* schema \d+$/) },
  ])
  expect(of('hook script')).toMatchObject([{ state: 'ok' }])
  expect(of('hooks')).toMatchObject([{ state: 'ok', text: 'in place; a start was seen never, an end never' }])
  expect(of('setup')).toMatchObject([{ state: 'ok', text: 'whole' }])
  expect(of('identity')).toMatchObject([
    { text: expect.stringMatching(/^desk \([0-9a-f]{8}\), Test Person$/) },
  ])
  expect(run.stdout).toMatch(/^✓ program {6}csl [\d.]+, Node [\d.]+, DuckDB 1\.5\.6\n/)
})

test('a hook that ran is seen', async () => {
  const home = await aSetUpHome()
  const shim = path.join(home.dataFolder, 'hook.sh')
  const threeHoursAgo = Date.now() / 1000 - 3 * 3600
  for (const end of ['started', 'ended']) {
    writeFileSync(`${shim}.${end}`, '', { mode: 0o600 })
    utimesSync(`${shim}.${end}`, threeHoursAgo, threeHoursAgo)
  }

  expect((await examine(home)).of('hooks')).toMatchObject([
    { text: expect.stringMatching(/a start was seen 3 h 0\d min ago, an end 3 h 0\d min ago$/) },
  ])
})

describe('--fix', () => {
  test('closes what others can read', async () => {
    const home = await aSetUpHome()
    chmodSync(home.dataFolder, 0o755)
    chmodSync(databaseOf(home), 0o644)
    expect((await examine(home)).of('data folder')).toMatchObject([
      { state: 'warning', text: expect.stringContaining('sessions.duckdb'), canFix: true },
    ])

    const { of } = await examine(home, '--fix')

    expect(of('data folder')).toMatchObject([{ state: 'ok' }])
    expect([statSync(home.dataFolder).mode & 0o777, statSync(databaseOf(home)).mode & 0o777]).toEqual([
      0o700, 0o600,
    ])
  })

  test('tries jobs again that failed, and does what waits', async () => {
    const home = await aSetUpHome()
    const failed = path.join(home.dataFolder, 'spool/failed')
    mkdirSync(failed, { recursive: true, mode: 0o700 })
    const id = uuidOf(2)
    await home.writeTranscript('-home-dev-orchard-api', `${id}.jsonl`, [assistantLine(id)])
    writeFileSync(path.join(failed, '1-1-a.json'), JSON.stringify({ session_id: id }), { mode: 0o600 })
    writeFileSync(path.join(failed, '1-1-a.error.txt'), 'the disk was full\n', { mode: 0o600 })
    expect((await examine(home)).of('spool')).toMatchObject([
      { state: 'warning', text: '1 job of hooks failed: the disk was full' },
    ])

    const { of } = await examine(home, '--fix')

    expect(of('spool')).toMatchObject([{ state: 'ok', text: 'nothing waits' }])
    expect(of('transcripts')).toMatchObject([{ text: expect.stringContaining('all recorded') }])
    expect(readdirSync(failed)).toEqual([])
  })

  test('writes the script anew, and finishes a setup that was not', async () => {
    const home = await aSetUpHome()
    const before = home.snapshot()
    writeFileSync(path.join(home.dataFolder, 'hook.sh'), '#!/bin/sh\nexit 0\n')
    writeFileSync(home.crontab, '')
    const seen = await examine(home)
    expect(seen.code).toBe(1)
    expect(seen.of('hook script')).toMatchObject([{ state: 'problem' }])
    expect(seen.of('setup')).toMatchObject([
      { state: 'warning', text: expect.stringContaining('background') },
    ])

    const { code, of } = await examine(home, '--fix')

    expect(code).toBe(0)
    expect(of('setup')).toMatchObject([{ state: 'ok' }])
    expect(readFileSync(home.crontab, 'utf8')).toContain('hook.sh')
    expect(home.snapshot().get('.claude/claude-session-logger/hook.sh')).toBe(
      before.get('.claude/claude-session-logger/hook.sh'),
    )
  })

  test('records transcripts before they are deleted', async () => {
    const home = await aSetUpHome()
    const id = uuidOf(2)
    const file = await home.writeTranscript('-home-dev-orchard-api', `${id}.jsonl`, [assistantLine(id)])
    const days = (n: number) => Date.now() / 1000 - n * 86_400
    utimesSync(file, days(28), days(28))
    expect((await examine(home)).of('transcripts')).toMatchObject([
      { state: 'warning', text: expect.stringContaining('1 of which will be deleted soon') },
    ])

    expect((await examine(home, '--fix')).of('transcripts')).toMatchObject([{ state: 'ok' }])
  })

  test('removes what a killed command left, and not what one that runs is at', async () => {
    const home = await aSetUpHome()
    const fresh = `${databaseOf(home)}.new`
    writeFileSync(fresh, '', { mode: 0o600 })
    writeFileSync(path.join(home.dataFolder, 'sync.lock'), `${process.pid} here`)
    expect((await examine(home, '--fix')).of('unfinished')).toEqual([])
    rmSync(path.join(home.dataFolder, 'sync.lock'))
    expect((await examine(home)).of('unfinished')).toMatchObject([{ state: 'warning', canFix: true }])

    expect((await examine(home, '--fix')).of('unfinished')).toEqual([])
    expect(readdirSync(home.dataFolder).filter(name => name.endsWith('.new'))).toEqual([])
  })
})

test('a database in use: by whom, and nothing waits for it', async () => {
  const home = await aSetUpHome()
  const lock = await holdLock(databaseOf(home))
  onTestFinished(() => lock.release())

  const { of } = await examine(home)

  expect(of('database')).toMatchObject([
    { state: 'warning', text: expect.stringMatching(/^in use by process \d+: .*node/) },
  ])
  expect(of('transcripts')).toEqual([])
})

test.each<[string, string, RegExp]>([
  ['that is not JSON', '{"hooks": ', /settings\.json/],
  ['with a comment', '{\n  // mine\n  "model": "opus"\n}', /line 2/],
])('settings of Claude Code %s are named, and left as they are', async (_, text, words) => {
  const home = await aSetUpHome()
  writeFileSync(home.settings, text)

  const { code, of } = await examine(home, '--fix')

  expect(code).toBe(1)
  const problems = [...of('hooks'), ...of('setup')].filter(({ state }) => state !== 'ok')
  expect(problems.some(found => words.test(found.text))).toBe(true)
  expect(readFileSync(home.settings, 'utf8')).toContain(text.slice(0, 8))
})

test('broken files of ours are problems, each with what to do', async () => {
  const home = await aSetUpHome()
  writeFileSync(path.join(home.dataFolder, 'settings.json'), '{"remotes": 1}')
  writeFileSync(path.join(home.dataFolder, 'machine.json'), 'x')
  writeFileSync(path.join(home.dataFolder, 'prices.json'), '{')
  writeFileSync(path.join(home.dataFolder, 'changes.jsonl'), 'no change\n', { mode: 0o600 })

  const { code, of } = await examine(home)

  expect(code).toBe(1)
  expect(of('settings')).toMatchObject([{ state: 'problem', todo: expect.stringContaining('correct it') }])
  expect(of('identity')).toMatchObject([{ state: 'problem', todo: expect.stringContaining('restore it') }])
  expect(of('prices').some(({ state }) => state === 'warning')).toBe(true)
  expect(of('journal')).toMatchObject([
    { state: 'warning', text: expect.stringContaining("1 line of changes.jsonl can't be read") },
  ])
})

test('with --remote the remotes are tried: a file', async () => {
  const home = await aSetUpHome()
  const file = aFile()
  const added = await home.csl(['remote', 'add', 'disk', file, '--share', 'all', '--yes'])
  expect(added.code, added.stderr).toBe(0)

  const { of } = await examine(home, '--remote')
  const offline = await examine(home)
  rmSync(file)
  const gone = await examine(home, '--remote')

  expect(of('remote').map(({ text }) => text)).toEqual([
    'disk: reached',
    'disk: 0 databases have sent notes there',
    'disk: its lock holds between processes',
    'disk: runs DuckDB v1.5.6, this program v1.5.6',
    'disk: keeps primary keys',
    'disk: knows MERGE',
  ])
  expect(of('sync')).toMatchObject([{ state: 'warning', text: 'disk: never synced', todo: 'csl sync' }])
  expect(offline.of('remote')).toEqual([])
  expect(gone.code).toBe(1)
  expect(gone.of('remote')).toMatchObject([
    { state: 'problem', text: expect.stringContaining('there is no') },
  ])
})

test('with --remote: a server, whose token it never shows', async () => {
  const home = await aSetUpHome()
  const server = await startPgServer({ file: aFile() })
  onTestFinished(() => server.stop())
  const env = { motherduck_token: server.token }
  await home.csl(['remote', 'add', 'duck', server.url, '--share', 'all', '--yes'], { env })

  const found = await home.csl(['doctor', '--remote', '--json'], { env })
  const refused = await home.csl(['doctor', '--remote', '--json'], {
    env: { motherduck_token: 'another-token' },
  })
  const without = await examine(home)

  expect(found.stdout).toContain('duck: says when two write one row at once')
  expect(found.stdout).toContain('from motherduck_token')
  expect(found.stdout + found.stderr).not.toContain(server.token)
  expect(refused.code).toBe(1)
  expect(refused.stdout).toContain('refused the token')
  expect(refused.stdout).not.toContain('another-token')
  expect(without.of('token')).toMatchObject([{ state: 'problem' }])
})

test('--remote and --local do not go together', async () => {
  const run = await makeHome().csl(['doctor', '--remote', '--local'])

  expect([run.code, run.stdout]).toEqual([2, ''])
})
