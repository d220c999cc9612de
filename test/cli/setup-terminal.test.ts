import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { assistantLine, uuidOf } from '../support/lines.ts'
import { makeSetupHome, type SetupHome } from '../support/setup-home.ts'
import { keys, openTerminal, type TerminalRun } from '../support/terminal.ts'

const token = `eyJhbGciOiJIUzI1NiJ9.${'q7'.repeat(60)}.sig`

function tokenFile(home: SetupHome): string {
  return path.join(home.folder, '.config/motherduck/token')
}

async function withSession(): Promise<SetupHome> {
  const home = makeSetupHome()
  await home.writeTranscript('-home-dev-orchard', `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])
  return home
}

function setup(home: SetupHome, ...words: string[]): TerminalRun {
  return openTerminal(home, ['setup', '--background', 'cron', ...words], { rows: 40 })
}

/** What setup asks, one question after the other, and what is answered to come to the next. */
const questions = [
  { asked: 'What is this machine to be called?', answer: `desk${keys.enter}` },
  { asked: 'MotherDuck token', answer: `${token}${keys.enter}` },
  { asked: 'Add it?', answer: 'n' },
  { asked: 'Do it?', answer: 'y' },
  { asked: 'Read the 1 transcript', answer: 'y' },
] as const

async function answerUntil(terminal: TerminalRun, last: string): Promise<void> {
  for (const { asked, answer } of questions) {
    await terminal.shows(asked)
    if (asked === last) return
    terminal.type(answer)
  }
}

/** All that is in the home's files, but for the token's own. */
function allTexts(home: SetupHome): string {
  return readdirSync(home.folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .filter(file => file !== tokenFile(home))
    .map(file => readFileSync(file, 'latin1'))
    .join('\n')
}

describe('csl setup on a terminal', () => {
  test('asks, does what was agreed to, and reads what is there', async () => {
    const home = await withSession()
    const terminal = setup(home)

    await answerUntil(terminal, 'nothing')
    const code = await terminal.ended()

    expect(code).toBe(0)
    expect(terminal.screen()).toContain('done: 1 of 1 transcript read')
    const machine = JSON.parse(readFileSync(path.join(home.dataFolder, 'machine.json'), 'utf8'))
    expect(machine).toMatchObject({ label: 'desk', labelChosen: true })
    expect(readFileSync(tokenFile(home), 'utf8')).toBe(`${token}\n`)
    expect(statSync(tokenFile(home)).mode & 0o777).toBe(0o600)
    expect(statSync(path.dirname(tokenFile(home))).mode & 0o777).toBe(0o700)
    expect((await home.csl(['remote', 'list'])).stdout).toContain('no remotes')
  })

  test('shows the token to nobody, and keeps it in its one file', async () => {
    const home = await withSession()
    const terminal = setup(home)

    await answerUntil(terminal, 'nothing')
    await terminal.ended()

    expect(terminal.written()).not.toContain(token.slice(0, 8))
    expect(terminal.written()).not.toContain('q7q7')
    // Nor how long it is.
    expect(terminal.written().split('Do it?')[0]).not.toMatch(/([^\s─])\1{20}/)
    expect(allTexts(home)).not.toContain('q7q7')
  })

  test('without a token it is complete, and nobody is asked for one that is there', async () => {
    const home = makeSetupHome()
    const first = setup(home)
    await first.shows('to be called')
    first.type(keys.enter)
    await first.shows('MotherDuck token')
    first.type(keys.enter)
    await first.shows('Do it?')
    first.type('y')
    const code = await first.ended()
    const machine = JSON.parse(readFileSync(path.join(home.dataFolder, 'machine.json'), 'utf8'))

    const second = openTerminal(home, ['setup'], { rows: 40, env: { MOTHERDUCK_TOKEN: token } })
    await second.shows('Add it?')
    const shown = second.screen()
    second.type('n')

    expect([code, machine.labelChosen, existsSync(tokenFile(home))]).toEqual([0, false, false])
    expect(shown).toContain('A MotherDuck token is there already: MOTHERDUCK_TOKEN')
    expect(shown).toContain('Everybody who can open that database')
    expect(await second.ended()).toBe(0)
    expect(second.screen()).toContain('nothing to do')
  })

  test.each(['--no-token', '--local'])('with %s nobody is asked for a token', async word => {
    const home = makeSetupHome()
    const terminal = setup(home, word, '--label', 'desk')

    await terminal.shows('Do it?')

    expect(terminal.written()).not.toContain('MotherDuck')
    terminal.type('n')
    await terminal.ended()
  })

  test('what cannot be a token or a label is asked for again', async () => {
    const home = makeSetupHome()
    const terminal = setup(home)
    await terminal.shows('to be called')
    terminal.type(`${'x'.repeat(61)}${keys.enter}`)
    await terminal.shows('1 to 60 characters')
    terminal.type(`${'\x7f'.repeat(61)}desk${keys.enter}`)
    await terminal.shows('MotherDuck token')
    terminal.type(`short${keys.enter}`)
    await terminal.shows('too short for a token')
    terminal.type(keys.enter)

    await terminal.shows('this machine is called desk')
    terminal.type(keys.ctrlC)
    await terminal.ended()

    expect(existsSync(home.dataFolder)).toBe(false)
  })

  test.each(questions.slice(0, -1).map(({ asked }) => asked))(
    'Ctrl-C at "%s" leaves everything as it was',
    async asked => {
      const home = await withSession()
      const before = home.snapshot()
      const terminal = setup(home)

      await answerUntil(terminal, asked)
      terminal.type(keys.ctrlC)

      expect(await terminal.ended()).toBe(130)
      expect(terminal.screen()).toMatch(/csl: stopped\n +nothing was changed/)
      expect(home.snapshot()).toEqual(before)
    },
  )

  test('Ctrl-C at the last question leaves what is set up, and says what is not done', async () => {
    const home = await withSession()
    const terminal = setup(home)

    await answerUntil(terminal, 'Read the 1 transcript')
    terminal.type(keys.ctrlC)

    expect(await terminal.ended()).toBe(130)
    expect(terminal.screen()).toContain('csl backfill')
    expect((await home.setup('--yes', '--dry-run')).stdout).toContain('nothing to do')
  })

  test('Ctrl-C while it works waits for the step that runs, and says how far it came', async () => {
    const home = await withSession()
    home.standIns.add('git', "trap '' INT; sleep 1")
    const terminal = setup(home, '--no-token', '--label', 'desk')
    await terminal.shows('Do it?')
    terminal.type('y')
    while (!home.standIns.calls().some(call => call.startsWith('git '))) await sleep(10)

    terminal.type(keys.ctrlC)

    expect(await terminal.ended()).toBe(130)
    expect(terminal.screen()).toMatch(/done, and whole: data\n +not begun: hooks, usage doc, background/)
    expect((await home.csl(['init'])).code).toBe(0)
    expect(existsSync(home.crontab)).toBe(false)
    expect((await home.setup('--yes')).code).toBe(0)
  })

  test('a no changes nothing', async () => {
    const home = await withSession()
    const before = home.snapshot()
    const terminal = setup(home, '--no-token', '--label', 'desk')
    await terminal.shows('Do it?')

    terminal.type('n')

    expect(await terminal.ended()).toBe(0)
    expect(terminal.screen()).toContain('nothing was changed')
    expect(home.snapshot()).toEqual(before)
  })
})

describe('csl setup --uninstall on a terminal', () => {
  async function aSetUpHome(): Promise<{ home: SetupHome; before: Map<string, string> }> {
    const home = await withSession()
    const before = home.snapshot()
    const terminal = setup(home)
    await answerUntil(terminal, 'nothing')
    expect(await terminal.ended()).toBe(0)
    return { home, before }
  }

  test('takes out what was added, the token too, and deletes the data for a word', async () => {
    const { home, before } = await aSetUpHome()
    const terminal = setup(home, '--uninstall')
    await terminal.shows('Do it?')
    terminal.type('y')
    await terminal.shows('Delete it, too?')
    const stillThere = existsSync(path.join(home.dataFolder, 'sessions.duckdb'))
    terminal.type('y')
    await terminal.shows('Type delete')
    terminal.type(`yes${keys.enter}`)
    await terminal.shows('press Ctrl-C to keep it')
    terminal.type(`\x7f\x7f\x7fdelete${keys.enter}`)

    expect(await terminal.ended()).toBe(0)
    expect(stillThere).toBe(true)
    expect(home.snapshot()).toEqual(before)
  })

  test('keeps the data where nobody says otherwise', async () => {
    const { home } = await aSetUpHome()
    const terminal = setup(home, '--uninstall')
    await terminal.shows('Do it?')
    terminal.type('y')
    await terminal.shows('Delete it, too?')

    terminal.type(keys.enter)

    expect(await terminal.ended()).toBe(0)
    expect(terminal.screen()).toContain('kept: machine.json, sessions.duckdb')
    expect(existsSync(path.join(home.dataFolder, 'sessions.duckdb'))).toBe(true)
    expect(existsSync(tokenFile(home))).toBe(false)
  })

  test('Ctrl-C at its questions keeps what was not agreed to', async () => {
    const { home } = await aSetUpHome()
    const before = home.snapshot()
    const first = setup(home, '--uninstall')
    await first.shows('Do it?')
    first.type(keys.ctrlC)
    const firstCode = await first.ended()
    const unchanged = home.snapshot()
    const second = setup(home, '--uninstall', '--delete-data')
    await second.shows('Do it?')
    second.type('y')
    await second.shows('Type delete')
    second.type(keys.ctrlC)

    expect([firstCode, await second.ended()]).toEqual([130, 130])
    expect(first.screen()).toMatch(/csl: stopped\n +nothing was changed/)
    expect(second.screen()).toMatch(/csl: stopped\n +the logbook is kept/)
    expect(unchanged).toEqual(before)
    expect(existsSync(path.join(home.dataFolder, 'sessions.duckdb'))).toBe(true)
    expect(existsSync(home.crontab)).toBe(false)
  })

  test('a token that is not the one that setup stored stays', async () => {
    const { home } = await aSetUpHome()
    writeFileSync(tokenFile(home), 'another\n')

    const run = await home.setup('--uninstall', '--yes')

    expect(run.stdout).toContain('not the one that setup stored any more')
    expect(readFileSync(tokenFile(home), 'utf8')).toBe('another\n')
  })
})
