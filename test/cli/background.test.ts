import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { makeHome } from '../support/home.ts'
import { addCrontab, makeStandIns } from '../support/stand-ins.ts'

function aMachine() {
  const home = makeHome()
  const standIns = makeStandIns(home.folder)
  const table = addCrontab(standIns)
  standIns.add('systemctl', 'echo "Failed to connect to bus" >&2; exit 1')
  standIns.add('launchctl', '[ "$1" != print ]')
  const PATH = [standIns.bin, home.env.PATH].join(path.delimiter)
  const csl = (...args: string[]) => home.csl(args, { env: { PATH } })
  const lastRun = () => JSON.parse(readFileSync(path.join(home.dataFolder, 'background.json'), 'utf8'))
  return { home, standIns, table, csl, lastRun, env: { PATH } }
}

const remote = (home: { folder: string }) => path.join(home.folder, 'hub.duckdb')

test('cron is enabled, says so, runs what its line says, and is disabled', async () => {
  const { home, table, csl, lastRun } = aMachine()
  await csl('remote', 'add', 'hub', remote(home), '--share', 'all', '--yes')
  await csl('log', '--category', 'note', '--title', 'Amounts are whole cents')

  const enabled = await csl('background', 'enable', 'cron')
  const before = await csl('background', 'status')
  const command = /\* \* \* \* (.*)\n$/.exec(table() ?? '')?.[1] ?? ''
  const ran = await runShell(command, home.folder)
  const status = await csl('background', 'status', '--json')
  const disabled = await csl('background', 'disable')

  expect(enabled.stdout).toContain('a line of your crontab: a sync every 15 minutes')
  expect(before.stdout).toMatch(/^job {7}cron: crontab\n/)
  expect(before.stdout).toMatch(/last run {2}never\n/)
  expect(ran).toBe('')
  expect(lastRun()).toMatchObject({ ok: true, result: expect.stringMatching(/^hub: \d+ rows sent/) })
  expect(JSON.parse(status.stdout)).toMatchObject({
    jobs: [{ kind: 'cron', isInstalled: true, isCurrent: true }],
    lastRun: lastRun(),
  })
  expect(disabled.stdout).toBe('taken out: the line of your crontab\n')
  expect(table()).toBeUndefined()
  expect((await csl('background', 'disable')).stdout).toBe('nothing to do: none is set up\n')
})

/** As cron does: by sh, with next to nothing in the environment. */
function runShell(command: string, home: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { HOME: home, PATH: '/usr/bin:/bin' }, cwd: home }
    execFile('/bin/sh', ['-c', command], options, (error, stdout, stderr) =>
      error ? reject(error) : resolve(stdout + stderr),
    )
  })
}

test('a job prints nothing, notes how it went, keeps to pauses, and takes an unreachable remote for no failure', async () => {
  const { home, csl, lastRun } = aMachine()
  await csl('remote', 'add', 'hub', remote(home), '--share', 'all', '--yes')
  writeFileSync(remote(home), 'no database at all, but long enough to look like something')

  const first = await csl('background', 'run', '--scheduled')
  const firstRun = lastRun()
  const second = await csl('background', 'run', '--scheduled')
  const secondRun = lastRun()
  const byHand = await csl('background', 'run')

  expect([first, second]).toEqual([
    { code: 0, stdout: '', stderr: '' },
    { code: 0, stdout: '', stderr: '' },
  ])
  expect(firstRun).toMatchObject({ ok: false, result: expect.stringMatching(/^hub: failed: /) })
  expect(secondRun).toMatchObject({ ok: false, result: expect.stringMatching(/^hub: left alone until /) })
  expect(byHand.code).toBe(1)
  expect(byHand.stderr).toContain('hub')
})

test('a job whose settings cannot be read says so in the log, and fails', async () => {
  const { home, csl, lastRun } = aMachine()
  await csl('init')
  writeFileSync(path.join(home.dataFolder, 'settings.json'), '{"remotes":')

  const ran = await csl('background', 'run', '--scheduled')

  expect(ran).toEqual({ code: 1, stdout: '', stderr: '' })
  expect(lastRun()).toMatchObject({ ok: false, result: expect.stringContaining('not JSON') })
  expect(readFileSync(path.join(home.dataFolder, 'sync.log'), 'utf8')).toMatch(/ sync: .*not JSON/)
  expect((await csl('background', 'status')).stdout).toMatch(/last run {2}\S+ \S+ UTC: failed: .*not JSON/)
})

test('a job records what hooks left behind, also without a remote', async () => {
  const { home, csl } = aMachine()
  await csl('init')
  const transcript = await home.writeTranscript('p', '11111111-1111-4111-8111-111111111111.jsonl', [
    {
      type: 'user',
      sessionId: '11111111-1111-4111-8111-111111111111',
      message: { role: 'user', content: 'x' },
    },
  ])
  const spool = path.join(home.dataFolder, 'spool')
  await home.csl(['record'], { input: '{}' })
  writeFileSync(
    path.join(spool, '1.json'),
    JSON.stringify({ transcript_path: transcript, session_id: 'x' }),
    {
      mode: 0o600,
    },
  )

  const ran = await csl('background', 'run', '--scheduled')

  expect(ran.code).toBe(0)
  expect(readdirSync(spool).filter(name => name.endsWith('.json'))).toEqual([])
})

test('two jobs at once do no harm: one works, the other leaves', async () => {
  const { home, csl, lastRun } = aMachine()
  await csl('remote', 'add', 'hub', remote(home), '--share', 'all', '--yes')

  const runs = await Promise.all([1, 2, 3].map(() => csl('background', 'run', '--scheduled')))

  expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
    [0, ''],
  ])
  expect(lastRun().ok).toBe(true)
  expect(existsSync(path.join(home.dataFolder, 'sync.lock'))).toBe(false)
})

test('where nothing can start syncs, enabling says why and fails, and nothing is left behind', async () => {
  const { csl, standIns, home } = aMachine()
  standIns.add('crontab', 'echo "You (ada) are not allowed to use this program (crontab)" >&2; exit 1')

  const tried = await csl('background', 'enable')
  const named = await csl('background', 'enable', 'cron')
  const unknown = await csl('background', 'enable', 'anacron')

  expect(tried.code).toBe(1)
  expect(tried.stdout).toMatch(/not set up: neither cron nor systemd can be used here\n.*not allowed/)
  expect(named).toMatchObject({ code: 1, stderr: expect.stringContaining('not allowed') })
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("'anacron'") })
  expect(existsSync(path.join(home.dataFolder, 'hook.sh'))).toBe(false)
})

test('a token that only a shell has is no token for a job, and status says so', async () => {
  const { home, csl } = aMachine()
  await csl('init')
  const settings = { remotes: [{ name: 'mine', url: 'md:claude_sessions', share: 'all', projects: [] }] }
  writeFileSync(path.join(home.dataFolder, 'settings.json'), JSON.stringify(settings))
  const status = (env: Record<string, string>) => home.csl(['background', 'status'], { env })
  const note = /token .*csl setup/

  const [without, inShell] = [await status({}), await status({ motherduck_token: 'abc' })]
  mkdirSync(path.join(home.folder, '.config/motherduck'), { recursive: true })
  writeFileSync(path.join(home.folder, '.config/motherduck/token'), 'abc')
  const inFile = await status({ motherduck_token: 'abc' })

  expect([without, inShell, inFile].map(({ stdout }) => note.test(stdout))).toEqual([false, true, false])
  expect(inShell.stdout).not.toContain('abc')
})

test('what is written for a job is private', async () => {
  const { home, csl } = aMachine()

  await csl('background', 'run', '--scheduled')

  expect(statSync(path.join(home.dataFolder, 'background.json')).mode & 0o777).toBe(0o600)
})
