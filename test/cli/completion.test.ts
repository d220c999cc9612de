import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { databaseOf } from '../support/database.ts'
import { type Home, mainFile, makeHome } from '../support/home.ts'
import { assistantLine, userLine, uuidOf } from '../support/lines.ts'
import { holdLock } from '../support/lock.ts'
import { keys, openTerminal } from '../support/terminal.ts'

// Each script in its own shell. Where one is not installed its tests say "not run".

const session = '4a1b2c3d-0000-4000-8000-000000000001'

/** A home with `csl` on its PATH, one session, one remote and a file. */
async function aHome(): Promise<Home & { readonly bin: string }> {
  const home = makeHome()
  const bin = path.join(home.folder, 'bin')
  mkdirSync(bin)
  writeFileSync(path.join(bin, 'csl'), `#!/bin/sh\nexec '${process.execPath}' '${mainFile}' "$@"\n`, {
    mode: 0o755,
  })
  writeFileSync(path.join(home.folder, 'my backup.duckdb'), '')
  mkdirSync(path.join(home.folder, 'folder one'))
  const title = 'Touch it: $(touch owned) `touch owned` \u001b]0;x\u0007'
  await home.writeTranscript('-home-dev', `${session}.jsonl`, [
    userLine(session, title),
    assistantLine(session),
  ])
  const run = await home.csl(['backfill'])
  if (run.code !== 0) throw new Error(run.stderr)
  const remotes = [{ name: 'mine', url: '/tmp/hub.duckdb', share: 'all', projects: [] }]
  writeFileSync(path.join(home.dataFolder, 'settings.json'), JSON.stringify({ remotes }))
  return { ...home, bin }
}

/** Takes away what was typed. */
const wholeLine = '\x15'

/**
 * Whether a shell is installed. Says so where it is not: such a test passes without having run. Looked up, not started: fish makes
 * folders in the home of who starts it.
 */
function hasShell(shell: string): boolean {
  if (spawnSync('/bin/sh', ['-c', `command -v ${shell}`]).status === 0) return true
  console.log(`not run: there is no ${shell}`)
  return false
}

/** What is typed before Tab is pressed, and what the line is then. */
const lines: readonly (readonly [string, string])[] = [
  ['csl rem', 'csl remote '],
  ['csl remote li', 'csl remote list '],
  ['csl usage --sin', 'csl usage --since '],
  ['csl usage mach', 'csl usage machine '],
  ['csl --debug usage mach', 'csl --debug usage machine '],
  ['csl log --category fin', 'csl log --category finding '],
  ['csl list --search usage --stat', 'csl list --search usage --status '],
  ['csl resume 4', 'csl resume 4a1b2c3d '],
  ['csl sync mi', 'csl sync mine '],
  ['csl restore my', 'csl restore my\\ backup.duckdb '],
  ['csl export fold', 'csl export folder\\ one/'],
  ['csl help comp', 'csl help comp'],
  ['csl help compa', 'csl help compact '],
  ['csl completion fi', 'csl completion fish '],
  ['claude-session-logger undel', 'claude-session-logger undelete '],
]

describe.each([
  ['bash', ['--noprofile', '--norc', '-i'], ''],
  ['zsh', ['-f', '-i'], 'autoload -U compinit; compinit -D -u; unsetopt auto_menu; '],
] as const)('in %s', (shell, words, before) => {
  test('Tab completes commands, options, values, ids and files', async () => {
    if (!hasShell(shell)) return
    const home = await aHome()
    const terminal = openTerminal(home, words, {
      program: shell,
      env: { PATH: `${home.bin}:${home.env.PATH}`, PS1: '> ' },
      columns: 200,
    })
    await terminal.shows(/[>#%$]/)
    terminal.type(`${before}eval "$(csl completion ${shell})"; echo re""ady${keys.enter}`)
    await terminal.shows('ready')

    for (const [typed, wanted] of lines) {
      terminal.type(`${typed}${keys.tab}`)
      await terminal.shows(wanted.trimEnd())
      // Behind a word that is whole stands a blank: what is typed next is a word of its own.
      if (wanted.endsWith(' ')) {
        terminal.type('NEXT')
        await terminal.shows(`${wanted}NEXT`)
      }
      terminal.type(`${wholeLine}clear${keys.enter}`)
      await terminal.sheds(wanted.trimEnd())
    }
    terminal.type(`csl log --title "$(touch owned)" --cat${keys.tab}`)
    await terminal.shows('--category')
    expect(existsSync(path.join(home.folder, 'owned'))).toBe(false)
  })
})

test('in fish, commands, options, values, ids and files are completed', async () => {
  const shell = 'fish'
  if (!hasShell(shell)) return
  const home = await aHome()
  const found = (typed: string) => {
    const script = `csl completion fish | source; complete -C ${JSON.stringify(typed)}`
    const run = spawnSync(shell, ['--no-config', '-c', script], {
      cwd: home.folder,
      env: { ...home.env, PATH: `${home.bin}:${home.env.PATH}` },
      encoding: 'utf8',
    })
    if (run.stderr !== '') throw new Error(run.stderr)
    return run.stdout.split('\n').map(line => line.split('\t')[0])
  }

  for (const [typed, wanted] of lines.filter(([typed]) => typed !== 'csl help comp')) {
    const word = wanted
      .trimEnd()
      .split(/(?<!\\) /)
      .at(-1)
      ?.replaceAll('\\', '')
    expect(found(typed), typed).toContain(word)
  }
  expect(existsSync(path.join(home.folder, 'owned'))).toBe(false)
})

describe('csl complete', () => {
  test('names what there is, without what a terminal would obey', async () => {
    const home = await aHome()

    const run = await home.csl(['complete', 'sessions'])

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toMatch(/^4a1b2c3d\tTouch it: \$\(touch owned\) `touch owned`\n$/)
    expect((await home.csl(['complete', 'remotes'])).stdout).toBe('mine\t/tmp/hub.duckdb\n')
    expect(await home.csl(['complete', 'nonsense'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test('says nothing while the database is in use, and waits for nobody', async () => {
    const home = await aHome()
    const lock = await holdLock(databaseOf(home))

    const run = await home.csl(['complete', 'sessions'])
    await lock.release()

    expect(run).toMatchObject({ code: 0, stdout: '', stderr: '' })
  })

  test('ids that are not of our shape are left out', async () => {
    const home = makeHome()
    const odd = 'x;touch owned'
    await home.writeTranscript('-home-dev', `${uuidOf(1)}.jsonl`, [assistantLine(uuidOf(1))])
    await home.writeTranscript('-home-dev', `${odd}.jsonl`, [assistantLine(odd)])
    await home.csl(['backfill'])

    expect((await home.csl(['complete', 'sessions'])).stdout).not.toContain(';')
  })
})

test('a shell that there is no script for is named', async () => {
  const run = await makeHome().csl(['completion', 'tcsh'])

  expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('bash, zsh, fish') })
})
