import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { recorded, select } from '../support/database.ts'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'
import { hostile } from '../support/rich-home.ts'

const session = uuidOf(1)

/** What `csl init` said, by the word in front of it. */
function said(stdout: string): Record<string, string> {
  return Object.fromEntries(
    stdout
      .trimEnd()
      .split('\n')
      .map(line => [line.slice(0, 8).trim(), line.slice(9)]),
  )
}

function machineFile(home: Home): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(home.dataFolder, 'machine.json'), 'utf8'))
}

async function homeWithSession(): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript('-home-dev-orchard-api', `${session}.jsonl`, [assistantLine(session)])
  return home
}

describe('csl init', () => {
  test('makes the data folder, the database, the identity and the script, and says where', async () => {
    const home = makeHome()

    const run = await home.csl(['init', '--label', 'laptop'])

    expect(run).toMatchObject({ code: 0, stderr: '' })
    const { machineId } = machineFile(home)
    expect(said(run.stdout)).toEqual({
      machine: `laptop (${machineId})`,
      person: 'Test Person',
      data: home.dataFolder,
      hook: path.join(home.dataFolder, 'hook.sh'),
    })
    expect(readdirSync(home.dataFolder).sort()).toEqual(['hook.sh', 'machine.json', 'sessions.duckdb'])
    expect(await select(home, `SELECT count(*)::INTEGER AS n FROM sessions`)).toEqual([{ n: 0 }])
  })

  test('changes nothing when it is done again', async () => {
    const home = await homeWithSession()
    await home.csl(['init', '--label', 'laptop'])
    await home.csl(['backfill'])
    const files = ['hook.sh', 'machine.json'].map(name => path.join(home.dataFolder, name))
    const looks = () => files.map(file => [readFileSync(file, 'utf8'), statSync(file).ino])
    const [before, rows] = [looks(), await recorded(home)]

    const runs = [await home.csl(['init']), await home.csl(['init'])]

    expect(runs.map(run => run.code)).toEqual([0, 0])
    expect(looks()).toEqual(before)
    expect(await recorded(home)).toEqual(rows)
  })

  test('at the same time as others makes one identity', async () => {
    const home = makeHome()

    const runs = await Promise.all([1, 2, 3].map(() => home.csl(['init'])))

    expect(runs.map(run => run.code)).toEqual([0, 0, 0])
    expect(new Set(runs.map(run => said(run.stdout).machine)).size).toBe(1)
  })

  test('mends a script that somebody changed', async () => {
    const home = makeHome()
    await home.csl(['init'])
    const script = path.join(home.dataFolder, 'hook.sh')
    const right = readFileSync(script, 'utf8')
    writeFileSync(script, 'exit 1')

    await home.csl(['init'])

    expect(readFileSync(script, 'utf8')).toBe(right)
    expect((statSync(script).mode & 0o777).toString(8)).toBe('700')
  })

  test('gives a new label to what was recorded, and keeps it', async () => {
    const home = await homeWithSession()
    await home.csl(['init', '--label', 'desk'])
    await home.csl(['backfill'])
    const before = machineFile(home)

    await home.csl(['init', '--label', ' work laptop '])
    const again = await home.csl(['init'])

    expect(said(again.stdout).machine).toMatch(/^work laptop \(/)
    expect(machineFile(home)).toEqual({ ...before, label: 'work laptop' })
    expect(await select(home, `SELECT machine_label AS label FROM sessions`)).toEqual([
      { label: 'work laptop' },
    ])
  })

  test.each([[''], ['   '], ['x'.repeat(61)], ['a\nb'], ['a\u001b[2Jb'], [hostile]])(
    'refuses the label %j, and makes nothing',
    async label => {
      const home = makeHome()

      const run = await home.csl(['init', '--label', label])

      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(run.stderr).toMatch(/^csl: a label is 1 to 60 characters/)
      expect(existsSync(home.dataFolder)).toBe(false)
    },
  )

  test('says what the environment sets, and does not keep it', async () => {
    const home = makeHome()
    await home.csl(['init', '--label', 'desk'])
    const before = machineFile(home)
    const elsewhere = path.join(home.folder, 'elsewhere')
    const env = {
      CLAUDE_LOGGER_MACHINE_ID: 'ci-7',
      CLAUDE_LOGGER_MACHINE_LABEL: 'build farm',
      CLAUDE_LOGGER_USER: 'Grace',
    }

    const run = await home.csl(['init'], { env })
    const moved = await home.csl(['init'], { env: { CLAUDE_LOGGER_HOME: '~/elsewhere' } })

    expect(said(run.stdout)).toMatchObject({ machine: 'build farm (ci-7)', person: 'Grace' })
    expect(machineFile(home)).toEqual(before)
    expect(said((await home.csl(['init'])).stdout).machine).toBe(`desk (${before.machineId})`)
    expect(said(moved.stdout)).toMatchObject({ data: elsewhere, hook: path.join(elsewhere, 'hook.sh') })
    expect(existsSync(path.join(elsewhere, 'sessions.duckdb'))).toBe(true)
  })

  test('refuses an id that is none, and the identity stays', async () => {
    const home = makeHome()
    await home.csl(['init'])
    const before = machineFile(home)

    const run = await home.csl(['init'], { env: { CLAUDE_LOGGER_MACHINE_ID: '../up' } })

    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('CLAUDE_LOGGER_MACHINE_ID is not usable')
    expect(machineFile(home)).toEqual(before)
  })

  test('knows the person by the name that git has, else by the machine', async () => {
    const home = makeHome()
    const env = { CLAUDE_LOGGER_USER: '', GIT_CONFIG_NOSYSTEM: '1' }

    const nameless = await home.csl(['init', '--label', 'desk'], { env })
    writeFileSync(path.join(home.folder, '.gitconfig'), '[user]\n\tname = Ada \u202eLovelace\n')
    const named = await home.csl(['init'], { env })

    expect(said(nameless.stdout).person).toBe('unknown@desk')
    expect(said(named.stdout).person).toBe('Ada Lovelace')
  })
})
