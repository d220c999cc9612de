import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { recorded } from '../support/database.ts'
import { assistantLine, uuidOf } from '../support/lines.ts'
import { makeSetupHome, type SetupHome } from '../support/setup-home.ts'

const session = uuidOf(1)

async function withSession(home: SetupHome): Promise<SetupHome> {
  await home.writeTranscript('-home-dev-orchard', `${session}.jsonl`, [assistantLine(session)])
  return home
}

describe('csl setup', () => {
  test('sets everything up, reads what is there, and says what to try', async () => {
    const home = await withSession(makeSetupHome())

    const run = await home.setup('--yes', '--label', 'desk')

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('this machine is called desk')
    expect(run.stdout).toContain('done: 1 of 1 transcript read')
    expect(run.stdout).toContain('csl setup --uninstall')
    expect((await recorded(home)).sessions).toHaveLength(1)
    expect(readFileSync(home.crontab, 'utf8')).toContain('hook.sh')
    expect(statSync(path.join(home.dataFolder, 'hook.sh')).mode & 0o777).toBe(0o700)
  })

  test('has nothing to do when it is done again', async () => {
    const home = makeSetupHome()
    await home.setup('--yes')
    const before = home.snapshot()

    const again = await home.setup('--yes')

    expect(again).toMatchObject({ code: 0, stdout: 'nothing to do: all of it is set up\n' })
    expect(home.snapshot()).toEqual(before)
  })

  test('does again only what has changed', async () => {
    const home = makeSetupHome()
    await home.setup('--yes', '--label', 'desk')
    const before = home.snapshot()
    chmodSync(path.join(home.dataFolder, 'hook.sh'), 0o600)

    const mended = await home.setup('--yes')
    const after = home.snapshot()
    const renamed = await home.setup('--yes', '--label', 'laptop')

    expect(mended.stdout).toMatch(/does this:\n {2}data .*\n +hooks will call .*\n {2}done {2}data/)
    expect(after).toEqual(before)
    expect(renamed.stdout).toMatch(/does this:\n {2}data .*\n +this machine is called laptop\n {2}done/)
  })

  test('only says what it would do with --dry-run', async () => {
    const home = await withSession(makeSetupHome())
    const before = home.snapshot()

    const run = await home.setup('--dry-run')

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/does this:\n {2}data .*\n +a database is made/)
    expect(run.stdout).not.toContain('done')
    expect(home.snapshot()).toEqual(before)
  })

  test.each([[[]], [['--uninstall']], [['--uninstall', '--delete-data']]])(
    'refuses %j without a terminal and without --yes',
    async words => {
      const home = makeSetupHome()
      await home.setup('--yes')
      const before = home.snapshot()

      const run = await home.setup(...words)

      expect(run).toMatchObject({ code: 2, stdout: '' })
      expect(run.stderr).toMatch(/no terminal to ask on\n +say --yes/)
      expect(home.snapshot()).toEqual(before)
    },
  )

  test.each([
    [['--label', 'a\nb'], 'a label is'],
    [['--background', 'smoke'], 'no way to sync in the background'],
    [['--command', 'ls'], 'no command that can be installed'],
    [['--delete-data'], '--delete-data is for --uninstall'],
    [['now'], 'too many arguments'],
  ])('refuses %j, and changes nothing', async (words, said) => {
    const home = makeSetupHome()
    const before = home.snapshot()

    const run = await home.setup('--yes', ...words)

    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain(said)
    expect(home.snapshot()).toEqual(before)
  })

  test('is refused while another one is running, which then finishes', async () => {
    const home = makeSetupHome()
    mkdirSync(home.dataFolder)
    writeFileSync(path.join(home.dataFolder, 'setup.lock'), `${process.pid} other`)

    const run = await home.setup('--yes')

    expect(run.code).toBe(75)
    expect(run.stderr).toContain('another csl setup is running')
    expect(existsSync(home.crontab)).toBe(false)
  })

  test('two at once leave what one leaves', async () => {
    const [one, two] = [makeSetupHome(), makeSetupHome()]
    await one.setup('--yes')

    const runs = await Promise.all([1, 2, 3].map(() => two.setup('--yes')))

    const codes = runs.map(({ code }) => code)
    expect(codes).toContain(0)
    for (const { code, stderr } of runs) expect([0, 1, 75], stderr).toContain(code)
    const names = (home: SetupHome) => [...home.snapshot().keys()]
    expect(names(two)).toEqual(names(one))
    expect((await two.setup('--yes')).stdout).toBe('nothing to do: all of it is set up\n')
  })
})

describe('csl setup where something is in the way', () => {
  test('there is no telling where home is', async () => {
    const home = makeSetupHome()

    const run = await home.csl(['setup', '--yes'], { env: { HOME: 'here', CLAUDE_CONFIG_DIR: '' } })

    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('set HOME')
  })

  test('the home folder is not there', async () => {
    const home = makeSetupHome()

    const run = await home.csl(['setup', '--yes'], { env: { HOME: path.join(home.folder, 'gone') } })

    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('there is no home folder')
  })

  test('the Claude folder is not there: it is made, and taken away again', async () => {
    const home = makeSetupHome()
    const env = { CLAUDE_CONFIG_DIR: path.join(home.folder, 'new/claude') }
    const before = home.snapshot()

    const run = await home.csl(['setup', '--yes'], { env })
    const made = existsSync(env.CLAUDE_CONFIG_DIR)
    await home.csl(['setup', '--uninstall', '--yes', '--delete-data'], { env })

    expect(run.code).toBe(0)
    expect(made).toBe(true)
    expect(home.snapshot()).toEqual(before)
  })

  test('the data folder is the Claude folder', async () => {
    const home = makeSetupHome()
    const before = home.snapshot()

    const run = await home.csl(['setup', '--yes'], { env: { CLAUDE_LOGGER_HOME: home.claudeRoot } })

    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('a folder of its own')
    expect(home.snapshot()).toEqual(before)
  })

  test('the database is none', async () => {
    const home = makeSetupHome()
    mkdirSync(home.dataFolder, { mode: 0o700 })
    writeFileSync(path.join(home.dataFolder, 'sessions.duckdb'), 'not a database at all')
    const before = home.snapshot()

    const run = await home.setup('--yes')

    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('not a DuckDB file')
    expect(home.snapshot()).toEqual(before)
  })

  test('node is not on the PATH: what is set up calls it by its own path', async () => {
    const home = makeSetupHome()
    const PATH = `${home.env.PATH?.split(':')[0]}:${emptyOfNode(home)}`

    const run = await home.csl(['setup', '--yes'], { env: { PATH } })

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(path.join(home.dataFolder, 'hook.sh'), 'utf8')).toContain(
      `node='${process.execPath}'`,
    )
  })
})

/** A folder with the few programs that scripts need, and no node. */
function emptyOfNode(home: SetupHome): string {
  const bin = path.join(home.folder, '.few')
  mkdirSync(bin)
  for (const name of ['sh', 'cat', 'mv', 'rm']) symlinkSync(`/bin/${name}`, path.join(bin, name))
  return bin
}
