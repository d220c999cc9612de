import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { prompt, viewedId } from '../support/conversations.ts'
import { type Home, mainFile, makeHome } from '../support/home.ts'
import { keys, openTerminal, type TerminalRun } from '../support/terminal.ts'

/** The program in a shell that notes how the terminal is before and after it. */
function openInShell(
  home: Home,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): TerminalRun {
  const script = path.join(home.folder, 'run.sh')
  const command = ['node', mainFile, ...args].map(word => `'${word}'`).join(' ')
  writeFileSync(
    script,
    `trap : INT; stty -g > before; printf 'the shell begins\\n'; ${command}; echo "code $?"; stty -g > after; printf 'the shell goes on\\n'\n`,
  )
  const PATH = `${path.dirname(process.execPath)}:${process.env.PATH ?? ''}`
  return openTerminal(home, [script], { program: '/bin/sh', env: { PATH, ...env } })
}

async function expectRestored(run: TerminalRun, home: Home): Promise<void> {
  await run.shows('the shell goes on')
  await run.ended()
  const mode = (name: string) => readFileSync(path.join(home.folder, name), 'utf8')
  const written = run.written()
  expect(mode('after')).toBe(mode('before'))
  expect(run.isRestored()).toBe(true)
  // Seen again: the cursor; given back: how wide lines end, and what is pasted.
  expect(written.lastIndexOf('\x1b[?25h')).toBeGreaterThanOrEqual(written.lastIndexOf('\x1b[?25l'))
  expect(written.lastIndexOf('\x1b[?7h')).toBeGreaterThanOrEqual(written.lastIndexOf('\x1b[?7l'))
  for (const mode of ['2004', '1000']) {
    expect(written.lastIndexOf(`\x1b[?${mode}h`)).toBeLessThanOrEqual(written.lastIndexOf(`\x1b[?${mode}l`))
  }
  // The wheel is as it was saved before it was set: many terminals have it as arrow keys from the start.
  const wheel = [...written.matchAll(/\x1b\[\?1007([hlrs])/g)].map(([, change]) => change).join('')
  expect(wheel).toMatch(/^(?:shr)*$/)
}

async function aHome(): Promise<Home> {
  const home = makeHome()
  await home.writeTranscript('-p', `${viewedId}.jsonl`, [prompt('Plant trees'), prompt('And pears')])
  return home
}

describe('the terminal is as it was', () => {
  const places: readonly [string, string[], string, string][] = [
    ['the menu', [], '', 'q Quit'],
    ['the sessions', ['sessions'], 'gate', '/ gate'],
    ['the summary', [], '2', 'Summary ·'],
    ['a note that is being written', [], '3lHello', 'Hello'],
    ['a transcript', ['view', viewedId], '', 'Plant trees'],
  ]
  const ways: readonly [string, (run: TerminalRun, home: Home) => void][] = [
    ['Ctrl-C', run => run.type(keys.ctrlC)],
    ['SIGTERM', (_, home) => killProgram(home, 'SIGTERM')],
    ['SIGHUP', (_, home) => killProgram(home, 'SIGHUP')],
    ['SIGINT from elsewhere', (_, home) => killProgram(home, 'SIGINT')],
    ['an error that nobody caught', run => run.type('\x07')],
    ['an error while it is drawn', run => run.type('\x0e')],
  ]
  const cases = places.flatMap(([place, args, typed, shown], at) =>
    ways
      // What ends the program ends it everywhere; what a screen has to do with is tried on each.
      .filter(([way]) => at === 0 || /Ctrl-C|drawn/.test(way))
      .map(([way, leave]) => ({ way, place, args, typed, shown, leave })),
  )
  test.each(cases)('after $way in $place', async ({ args, typed, shown, leave }) => {
    const home = await aHome()
    const run = openInShell(home, args, { NODE_OPTIONS: `--import=${writeBomb(home)}` })
    await run.shows(/q Quit|type to search|Plant trees/)
    for (const key of typed) {
      run.type(key)
      await sleep(30)
    }
    await run.shows(shown)

    leave(run, home)

    await expectRestored(run, home)
  })

  test.each([0, 60, 120, 180, 240, 300, 400, 500])('after Ctrl-C %i ms after the start', async wait => {
    const home = await aHome()
    const run = openInShell(home)
    await run.shows('the shell begins')
    await sleep(wait)

    run.type(keys.ctrlC)

    await expectRestored(run, home)
  })
})

test('Ctrl-Z gives the shell the terminal, and fg brings the screen back', async () => {
  const home = await aHome()
  const PATH = `${path.dirname(process.execPath)}:${process.env.PATH ?? ''}`
  const run = openTerminal(home, ['-i'], { program: '/bin/sh', env: { PATH, PS1: 'shell> ' } })
  await run.shows('shell>')
  run.type(`stty -g > before; node '${mainFile}'\r`)
  await run.shows('q Quit')

  run.type('\x1a')
  await run.shows(/Stopped|Suspended/)
  expect(run.isRestored()).toBe(true)
  run.type('stty -g > meanwhile; fg\r')
  await run.shows('q Quit')
  run.type('2')
  await run.shows('Summary ·')
  run.type(keys.ctrlC)
  await run.shows(/fg\n(.*\n)*shell>$/)
  run.type('exit\r')
  await run.ended()

  // Shells that edit their lines themselves set the mode for every command, to what it was for the one before.
  const mode = (name: string) => readFileSync(path.join(home.folder, name), 'utf8')
  expect(mode('meanwhile')).toBe(mode('before'))
})

function killProgram(home: Home, signal: string): void {
  process.kill(Number(readFileSync(path.join(home.folder, 'pid'), 'utf8')), signal)
}

/** Ctrl-G throws where nobody catches, Ctrl-N lets the next thing that is drawn fail. */
function writeBomb(home: Home): string {
  const bomb = path.join(home.folder, 'bomb.mjs')
  writeFileSync(
    bomb,
    `import { writeFileSync } from 'node:fs'
    writeFileSync('pid', String(process.pid))
    process.stdin.on('data', text => {
      if (String(text).includes('\\x07')) throw new Error('boom')
      if (!String(text).includes('\\x0e')) return
      String.prototype.repeat = () => { throw new Error('boom while drawing') }
      process.stdout.columns--
      process.stdout.emit('resize')
    })`,
  )
  return bomb
}
