import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { databaseOf, select } from '../support/database.ts'
import { type Home, homeIn, makeHome, type Run } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'
import { holdLock } from '../support/lock.ts'

// The script that hooks call: it makes the payload safe whatever else is missing, and is never in anybody's way.

const session = uuidOf(0x5e55)
const payload = JSON.stringify({ session_id: session })
const quiet = { code: 0, stdout: '', stderr: '' }

async function anInstalledHome(home = makeHome()): Promise<Home> {
  await home.writeTranscript('-home-dev-orchard-api', `${session}.jsonl`, [assistantLine(session)])
  const run = await home.csl(['init'])
  if (run.code !== 0) throw new Error(run.stderr)
  return home
}

function scriptOf(home: Home): string {
  return path.join(home.dataFolder, 'hook.sh')
}

function callHook(
  home: Home,
  options: { input?: string; args?: readonly string[]; env?: Record<string, string>; cwd?: string } = {},
): Promise<Run> {
  return new Promise(resolve => {
    const { input = payload, args = [], env = {}, cwd = home.folder } = options
    const child = execFile(
      '/bin/sh',
      [scriptOf(home), ...args],
      { env: { ...home.env, ...env }, cwd },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

function jobs(dataFolder: string): string[] {
  const spool = path.join(dataFolder, 'spool')
  if (!existsSync(spool)) return []
  return readdirSync(spool).filter(name => name.endsWith('.json'))
}

async function sessionIds(home: Home): Promise<string[]> {
  return (await select<{ id: string }>(home, `SELECT session_id AS id FROM sessions`)).map(({ id }) => id)
}

/** Waits, long, until the spool is empty and nobody is at it. */
async function drained(home: Home): Promise<void> {
  const left = () => readdirSync(path.join(home.dataFolder, 'spool')).filter(name => name !== 'failed')
  for (let n = 0; n < 300 && left().length > 0; n++) await sleep(50)
}

test('a hook records its session and leaves nothing behind', async () => {
  const home = await anInstalledHome()

  const run = await callHook(home)
  await drained(home)

  expect(run).toEqual(quiet)
  expect(await sessionIds(home)).toEqual([session])
  expect(readdirSync(path.join(home.dataFolder, 'spool'))).toEqual([])
})

test('nobody is kept from leaving: what records goes on when the hook is gone', async () => {
  const home = await anInstalledHome()
  const [main, left, done] = ['main.mjs', 'left', 'done'].map(name => path.join(home.folder, name)) as [
    string,
    string,
    string,
  ]
  // Recording takes until the person has left.
  writeFileSync(
    main,
    `import fs from 'node:fs'
    setInterval(() => {
      if (!fs.existsSync(${JSON.stringify(left)})) return
      fs.writeFileSync(${JSON.stringify(done)}, '')
      process.exit()
    }, 5)`,
  )
  writeFileSync(scriptOf(home), readFileSync(scriptOf(home), 'utf8').replace(/^main=.*$/m, `main='${main}'`))

  // It is ended after a second, which can be over on a machine with too much to do.
  for (let n = 0; n < 5 && !existsSync(done); n++) {
    rmSync(left, { force: true })
    await callHook(home, { args: ['record', '--no-sync'] })
    writeFileSync(left, '')
    for (let i = 0; i < 40 && !existsSync(done); i++) await sleep(50)
  }

  expect(existsSync(done)).toBe(true)
})

test('a data folder may have any name', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), `csl it's "$HOME" \`x\` ü-`))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const home = await anInstalledHome(homeIn(folder))

  const run = await callHook(home)
  await drained(home)

  expect(run).toEqual(quiet)
  expect(await sessionIds(home)).toEqual([session])
})

describe('CLAUDE_LOGGER_HOME', () => {
  test.each([
    ['an absolute path is followed', (home: Home) => path.join(home.folder, 'elsewhere'), 'elsewhere'],
    ['a path below the home is followed', () => '~/elsewhere', 'elsewhere'],
    [
      'a relative path is not: it would depend on where a session runs',
      () => 'elsewhere',
      '.claude/claude-session-logger',
    ],
  ])('%s', async (_, value, place) => {
    const home = await anInstalledHome()
    // Without the program only the spool tells where the payload went.
    writeFileSync(
      scriptOf(home),
      readFileSync(scriptOf(home), 'utf8').replace(/^main=.*$/m, `main='/nowhere'`),
    )

    const run = await callHook(home, { env: { CLAUDE_LOGGER_HOME: value(home) } })

    expect(run).toEqual(quiet)
    expect(jobs(path.join(home.folder, place))).toHaveLength(1)
  })

  test('with a tilde means the same to the script and to the program', async () => {
    const home = await anInstalledHome()
    const env = { CLAUDE_LOGGER_HOME: '~/else where' }
    const moved = { ...home, dataFolder: path.join(home.folder, 'else where') }

    const run = await callHook(home, { env })
    await drained(moved)
    const shown = await home.csl(['sessions', '--json'], { env })

    expect(run).toEqual(quiet)
    expect(await sessionIds(moved)).toEqual([session])
    expect(JSON.parse(shown.stdout).rows).toMatchObject([{ id: session }])
    expect(await sessionIds(home)).toEqual([])
  })
})

describe('a payload is safe', () => {
  test('where the program is gone, until it is there again', async () => {
    const home = await anInstalledHome()
    const script = readFileSync(scriptOf(home), 'utf8')
    writeFileSync(scriptOf(home), script.replace(/^main=.*$/m, `main='/nowhere/main.mjs'`))

    const run = await callHook(home)
    const waiting = jobs(home.dataFolder)
    await home.csl(['usage'])

    expect(run).toEqual(quiet)
    expect(waiting).toHaveLength(1)
    expect(jobs(home.dataFolder)).toEqual([])
    expect(await sessionIds(home)).toEqual([session])
  })

  test('where Node was moved: the one on the path does', async () => {
    const home = await anInstalledHome()
    writeFileSync(
      scriptOf(home),
      readFileSync(scriptOf(home), 'utf8').replace(/^node=.*$/m, `node='/nowhere/node'`),
    )
    const PATH = `${path.dirname(process.execPath)}:${process.env.PATH}`

    const run = await callHook(home, { env: { PATH } })
    await drained(home)

    expect(run).toEqual(quiet)
    expect(await sessionIds(home)).toEqual([session])
  })

  test('where another process holds the database: it is worked off when that lets go, without a command', async () => {
    const home = await anInstalledHome()
    const lock = await holdLock(databaseOf(home))

    const run = await callHook(home)
    const waiting = jobs(home.dataFolder)
    await lock.release()
    await drained(home)

    expect(run).toEqual(quiet)
    expect(waiting).toHaveLength(1)
    expect(await sessionIds(home)).toEqual([session])
  })

  test('where the one before left its lock behind', async () => {
    const home = await anInstalledHome()
    mkdirSync(path.join(home.dataFolder, 'spool'), { recursive: true })
    const lock = path.join(home.dataFolder, 'spool/drain.lock')
    writeFileSync(lock, `${2 ** 22 + 1}\n`)

    const run = await callHook(home)
    await drained(home)

    expect(run).toEqual(quiet)
    expect(await sessionIds(home)).toEqual([session])
    expect(existsSync(lock)).toBe(false)
  })

  test.each([
    ['nothing', ''],
    ['bytes', '\u0000\u0001\n\u0000'],
    ['shell', '$(touch pwned) `touch pwned`; touch pwned\n'],
  ])('and %s is none: the hook is quiet', async (_, input) => {
    const home = await anInstalledHome()

    const run = await callHook(home, { input })
    await drained(home)

    expect(run).toEqual(quiet)
    expect(existsSync(path.join(home.folder, 'pwned'))).toBe(false)
  })
})

test('a data folder that cannot be written is not the session’s trouble', async () => {
  const home = await anInstalledHome()
  const occupied = path.join(home.folder, 'occupied')
  writeFileSync(occupied, '')

  const run = await callHook(home, { env: { CLAUDE_LOGGER_HOME: occupied } })

  expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 0, stdout: '' })
})

test('other words are commands that show something', async () => {
  const home = await anInstalledHome()
  await home.csl(['backfill'])

  const run = await callHook(home, { args: ['recent', '--hook'], input: '' })

  expect(run.code).toBe(0)
  expect(JSON.parse(run.stdout)).toMatchObject({ systemMessage: expect.any(String), suppressOutput: true })
})

/** Lets the script call a program that only writes down what it was called with. Answers those words, once there are any. */
function withStandIn(home: Home): () => Promise<string[]> {
  const [main, log] = ['main.mjs', 'called.txt'].map(name => path.join(home.folder, name)) as [string, string]
  writeFileSync(
    main,
    `import fs from 'node:fs'\nfs.appendFileSync(${JSON.stringify(log)}, process.argv.slice(2).join(' ') + '\\n')\n`,
  )
  const script = readFileSync(scriptOf(home), 'utf8')
  writeFileSync(scriptOf(home), script.replace(/^main=.*$/m, `main='${main}'`))
  return async () => {
    for (let n = 0; n < 300 && !existsSync(log); n++) await sleep(50)
    // Whoever comes later has come by now.
    await sleep(300)
    return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []
  }
}

const startPayload = JSON.stringify({
  session_id: session,
  hook_event_name: 'SessionStart',
  source: 'startup',
})
const remotes = '{"remotes":[{"name":"hub","url":"/hub.duckdb","share":"all"}]}'

describe('at a session’s start', () => {
  test('the person is told, and what no hook announced is recorded behind it', async () => {
    const home = await anInstalledHome()
    await home.csl(['backfill'])
    const killed = uuidOf(0x6ead)
    await home.writeTranscript('-home-dev-orchard-api', `${killed}.jsonl`, [assistantLine(killed)])

    // On a machine with too much to do it says nothing rather than keep anybody waiting.
    let run = quiet
    for (let n = 0; n < 9 && run.stdout === ''; n++)
      run = await callHook(home, { args: ['start'], input: startPayload })
    for (let n = 0; n < 300 && (await sessionIds(home)).length < 2; n++) await sleep(100)

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/^[^\n]+\n$/)
    expect(JSON.parse(run.stdout)).toMatchObject({ systemMessage: expect.any(String), suppressOutput: true })
    expect((await sessionIds(home)).sort()).toEqual([session, killed].sort())
    expect(existsSync(path.join(home.dataFolder, 'hook.sh.started'))).toBe(true)
  })

  test('without a terminal nobody is told, and nothing less is recorded', async () => {
    const home = await anInstalledHome()
    const called = withStandIn(home)

    const run = await callHook(home, {
      args: ['start'],
      input: startPayload,
      env: { CLAUDE_CODE_ENTRYPOINT: 'sdk-cli' },
    })

    expect(run).toEqual(quiet)
    expect(await called()).toEqual(['catch-up'])
  })

  test('a sync comes last, if there is a remote and the hook may use the network', async () => {
    const [home, local] = [await anInstalledHome(), await anInstalledHome()]
    const [called, calledLocally] = [home, local].map(one => {
      writeFileSync(path.join(one.dataFolder, 'settings.json'), remotes)
      return withStandIn(one)
    })

    await callHook(home, { args: ['start'], input: startPayload })
    await callHook(local, { args: ['start', '--local'], input: startPayload })
    await sleep(2500)

    expect(await called?.()).toEqual(['session-start', 'catch-up', 'sync --auto'])
    expect(await calledLocally?.()).toEqual(['session-start', 'catch-up'])
  })

  test('a session that was only made shorter is told nothing again', async () => {
    const home = await anInstalledHome()
    const called = withStandIn(home)

    const run = await callHook(home, { args: ['start'], input: startPayload.replace('startup', 'compact') })
    await callHook(home, { args: ['recent'] })

    expect(run).toEqual(quiet)
    expect(await called()).toEqual(['recent'])
  })

  test('a folder that cannot be written, and a program that is gone, are not its trouble', async () => {
    const home = await anInstalledHome()
    const occupied = path.join(home.folder, 'occupied')
    writeFileSync(occupied, '')

    const runs = [await callHook(home, { args: ['start'], env: { CLAUDE_LOGGER_HOME: occupied } })]
    writeFileSync(
      scriptOf(home),
      readFileSync(scriptOf(home), 'utf8').replace(/^main=.*$/m, `main='/nowhere'`),
    )
    runs.push(await callHook(home, { args: ['start'] }), await callHook(home, { args: ['kick'] }))

    expect(runs).toEqual([quiet, quiet, quiet])
  })
})

describe('a sync is started behind a session’s end', () => {
  test('as the hook’s whole command line does it, and the next one moments later does not', async () => {
    const home = await anInstalledHome()
    writeFileSync(path.join(home.dataFolder, 'settings.json'), remotes)
    const called = withStandIn(home)
    const command = `'${scriptOf(home)}' record --no-sync; '${scriptOf(home)}' kick`

    for (const _ of [1, 2]) {
      const run = execFileSync('/bin/sh', ['-c', command], {
        env: home.env,
        input: payload,
        encoding: 'utf8',
      })
      expect(run).toBe('')
    }

    expect((await called()).filter(words => words.startsWith('sync'))).toEqual(['sync --auto'])
    expect(jobs(home.dataFolder)).toHaveLength(2)
  })

  test.each([
    ['where there is no remote', undefined, []],
    ['where the settings name none', '{"remotes":[]}', []],
    ['where the hook is to ask nothing of the network', remotes, ['--local']],
  ])('but not %s', async (_, settings, words) => {
    const home = await anInstalledHome()
    if (settings !== undefined) writeFileSync(path.join(home.dataFolder, 'settings.json'), settings)
    const called = withStandIn(home)

    const run = await callHook(home, { args: ['kick', ...words] })
    await callHook(home, { args: ['recent'] })

    expect(run).toEqual(quiet)
    expect(await called()).toEqual(['recent'])
  })
})

test.each([['record', '--no-sync'], ['start'], ['kick']])(
  'within a hook of ours %s does nothing: it could go on for ever',
  async (...args) => {
    const home = await anInstalledHome()
    writeFileSync(path.join(home.dataFolder, 'settings.json'), remotes)
    const called = withStandIn(home)

    const run = await callHook(home, { args, env: { CLAUDE_LOGGER_HOOK: '1' } })
    await callHook(home, { args: ['recent'] })

    expect(run).toEqual(quiet)
    expect(await called()).toEqual(['recent'])
    expect(jobs(home.dataFolder)).toEqual([])
  },
)

test('what a hook of ours starts knows that it was', async () => {
  const home = await anInstalledHome()
  const main = path.join(home.folder, 'main.mjs')
  writeFileSync(main, `console.log(process.env.CLAUDE_LOGGER_HOOK)`)
  writeFileSync(scriptOf(home), readFileSync(scriptOf(home), 'utf8').replace(/^main=.*$/m, `main='${main}'`))

  expect((await callHook(home, { args: ['start'] })).stdout).toBe('1\n')
  expect((await callHook(home, { args: ['usage'] })).stdout).toBe('undefined\n')
})

test('csl init writes the script anew only where it is another one’s', async () => {
  const home = await anInstalledHome()
  const first = readFileSync(scriptOf(home), 'utf8')
  writeFileSync(scriptOf(home), '#!/bin/sh\necho mine\n')

  await home.csl(['init'])

  expect(readFileSync(scriptOf(home), 'utf8')).toBe(first)
})
