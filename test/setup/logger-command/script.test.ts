import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { loggerScript } from '../../../src/setup/logger-command/script.ts'
import { mainFile, makeHome, type Run } from '../../support/home.ts'

/** Our `logger` first on PATH, and behind it one that notes what it was called with, as the system's would get it. */
function aSystem(options: { node?: string; main?: string } = {}) {
  const home = makeHome()
  const [ours, systems] = ['ours', 'systems'].map(name => path.join(home.folder, name))
  const argv = path.join(home.folder, 'argv')
  const program = (folder: string | undefined, text: string) => {
    mkdirSync(folder ?? '', { recursive: true })
    writeFileSync(path.join(folder ?? '', 'logger'), text)
    chmodSync(path.join(folder ?? '', 'logger'), 0o755)
  }
  program(ours, loggerScript({ node: process.execPath, main: mainFile, ...options }))
  program(
    systems,
    `#!/bin/sh\nfor word in "$@"; do printf '%s\\0' "$word" >> '${argv}'; done\n: >> '${argv}'\n/bin/cat\nexit 7\n`,
  )
  const env: Record<string, string> = { ...home.env, PATH: [ours, systems, '/usr/bin', '/bin'].join(':') }
  const logger = (args: readonly string[], input = ''): Promise<Run> =>
    new Promise(resolve => {
      const child = execFile(
        path.join(ours ?? '', 'logger'),
        [...args],
        { env, cwd: home.folder },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      )
      child.stdin?.on('error', () => undefined).end(input)
    })
  /** What the system's was called with; undefined: it was not. */
  const passedOn = () => {
    try {
      return readFileSync(argv, 'utf8').split('\0').slice(0, -1)
    } catch {
      return undefined
    }
  }
  return { home, ours: ours ?? '', systems: systems ?? '', env, logger, passedOn, program }
}

describe('a line that is ours, all of it', () => {
  test.each([
    ['log', '--category', 'issue', '--title', 'Refunds are slow', '--body', 'sync failed'],
    ['log', '--help'],
    ['list', '--open'],
    ['inbox', '--count'],
    ['usage', 'model', '--since', '7d'],
    ['sync'],
    ['recent'],
    ['resolve', '--title-match', 'refund'],
    ['note', '8ecd6b71', 'disk', 'is', 'full'],
    ['show', '8ecd6b71-b187-4e8b-a079-fa20f2e0a7d6'],
  ])('is carried out: logger %s %s %s', async (...args) => {
    const { logger, passedOn } = aSystem()

    const { code } = await logger(args)

    expect(passedOn()).toBeUndefined()
    expect(code).not.toBe(7)
  })

  test('logs, with its text from stdin, and has our exit codes', async () => {
    const { home, logger } = aSystem()

    const logged = await logger(
      ['log', '--category', 'issue', '--title', 'Slow', '--body', '-'],
      'from stdin\n',
    )
    const wrong = await logger(['log', '--category', 'nonsense', '--title', 'Slow'])

    const { stdout } = await home.csl(['list', '--all-projects', '--json'])
    expect(logged.stdout).toMatch(/^logged issue/)
    expect(JSON.parse(stdout).rows).toMatchObject([{ title: 'Slow', body: 'from stdin' }])
    expect(wrong.code).toBe(2)
  })

  test('may name a remote that there is', async () => {
    const { home, logger, passedOn } = aSystem()
    await home.csl(['remote', 'add', 'failed', path.join(home.folder, 'x.duckdb'), '--share', 'all', '--yes'])

    await logger(['sync', 'failed'])

    expect(passedOn()).toBeUndefined()
  })
})

describe('every other line reaches the system’s logger as it came', () => {
  test.each([
    [[]],
    [['sync', 'failed']],
    [['log']],
    [['log', 'rotated', 'by', 'cron']],
    [['log', '--category', 'issue']],
    [['list', 'of', 'hosts']],
    [['list', '-t', 'tag']],
    [['note', 'the', 'disk', 'is', 'full']],
    [['resolve']],
    [['resolve', 'everything']],
    [['resolve', 'facade']],
    [['show', 'must', 'go on']],
    [['usage', 'high']],
    [['session', 'closed']],
    [['delete']],
    [['recent', '--limit']],
    [['setup']],
    [['setup', '--uninstall', '--yes']],
    [['compact']],
    [['as-logger', 'log']],
    [['-t', 'log', 'list']],
    [['-p', 'user.notice', '--', 'log', '--category', 'issue', '--title', 'x']],
    [['--help']],
    [['', ' ', "it's", '"a"', 'b\nc', '*', '$HOME', '\\', '-e']],
    [['hello world']],
  ])('logger %j', async args => {
    const { logger, passedOn } = aSystem()

    const { code, stdout } = await logger(args, 'line one\nline two')

    expect(passedOn()).toEqual(args)
    expect([code, stdout]).toEqual([7, 'line one\nline two'])
  })

  test.each([
    ['without Node', { node: '/nowhere/node' }],
    ['without our program', { main: '/nowhere/main.mjs' }],
  ])('also %s', async (_, options) => {
    const { logger, passedOn, env, ours, systems } = aSystem(options)
    // With no other Node on it.
    env.PATH = `${ours}:${systems}`
    const line = ['log', '--category', 'issue', '--title', 'x']

    const { code } = await logger(line)

    expect([code, passedOn()]).toEqual([7, line])
  })

  test('also where our program is broken', async () => {
    const { home, logger, passedOn, program, ours } = aSystem()
    const broken = path.join(home.folder, 'main.mjs')
    writeFileSync(broken, 'this is no program')
    program(ours, loggerScript({ node: process.execPath, main: broken }))

    const { code, stderr } = await logger(['sync', 'failed'])

    expect([code, stderr, passedOn()]).toEqual([7, '', ['sync', 'failed']])
  })
})

describe('it never calls itself', () => {
  test('nor a copy of itself, whatever the order of PATH', async () => {
    const { home, env, ours, systems, logger, passedOn } = aSystem()
    const copy = path.join(home.folder, 'copy')
    mkdirSync(copy)
    copyFileSync(path.join(ours, 'logger'), path.join(copy, 'logger'))
    chmodSync(path.join(copy, 'logger'), 0o755)
    env.PATH = `${ours}:${copy}::.:/nowhere:${ours}:${systems}:/bin`

    await logger(['hello'])

    expect(passedOn()).toEqual(['hello'])
  })

  test('and says so where there is no other', async () => {
    const { home, ours } = aSystem()
    const script = path.join(home.folder, 'alone')
    // The system's own, which is always looked for.
    writeFileSync(script, readFileSync(path.join(ours, 'logger'), 'utf8').replace('/usr/bin /bin', ''))
    chmodSync(script, 0o755)

    const run = await new Promise<Run>(resolve => {
      execFile('/bin/sh', [script, 'hello'], { env: { PATH: ours } }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      )
    })

    expect(run).toEqual({ code: 127, stdout: '', stderr: 'logger: this system has no logger of its own\n' })
  })
})
