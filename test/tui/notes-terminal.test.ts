import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Home, makeHome } from '../support/home.ts'
import { keys, openTerminal } from '../support/terminal.ts'

const save = '\x13'

/** Two people who share notes; the first has not seen yet what the second logged. */
async function twoPeople(): Promise<[Home, Home]> {
  const [ana, bea] = [makeHome(), makeHome()]
  const remote = ['remote', 'add', 'team', `${ana.folder}/team.duckdb`, '--share', 'notes', '--yes']
  for (const [home, name] of [
    [ana, 'Ana'],
    [bea, 'Bea'],
  ] as const) {
    home.env.CLAUDE_LOGGER_USER = name
    await home.csl(remote)
  }
  await bea.csl(['log', '--category', 'issue', '--title', 'Refunds twice'])
  await bea.csl(['sync'])
  await ana.csl(['sync'])
  return [ana, bea]
}

test('what is logged, noted and resolved on a terminal is what csl list shows', async () => {
  const home = makeHome()
  await home.csl(['init'])
  const run = openTerminal(home, [], { columns: 80, rows: 24 })
  await run.shows('q Quit')
  run.type('3')
  await run.shows('No entry fits.')

  // All at once, as from a fast hand: a letter that is a command in the list is text in a field.
  run.type('lStaging counts queries twice')
  await run.shows('queries twice')
  run.type(keys.enter)
  run.type(`#money${keys.enter}`)
  run.type('Seen in order 1041.')
  await run.shows('1041.')
  run.type(save)
  await run.shows('logged: note')
  await run.shows(/› .*note info Staging/)
  run.type('n')
  await run.shows('A note to: Staging')
  run.type(`The worker ran twice.${save}`)
  await run.shows('(+1)')
  run.type(`s${keys.up}${keys.enter}`)
  await run.shows('No entry fits.')
  run.type('q')
  await run.shows('q Quit')
  run.type('q')
  const code = await run.ended()

  const { rows } = JSON.parse((await home.csl(['list', '--all-projects', '--json'])).stdout)
  expect(code).toBe(0)
  expect(run.isRestored()).toBe(true)
  expect(rows).toMatchObject([
    {
      title: 'Staging counts queries twice',
      category: 'note',
      status: 'resolved',
      noteCount: 1,
      tags: ['money'],
    },
  ])
})

test('what is edited, deleted and brought back on a terminal is what csl show shows', async () => {
  const home = makeHome()
  const editor = path.join(home.folder, 'my editor.sh')
  writeFileSync(
    editor,
    `#!/bin/sh\nstty -a | grep -o -- '-\\?icanon' > '${home.folder}/mode'\nprintf 'By hand.' >> "$1"\n`,
  )
  chmodSync(editor, 0o755)
  await home.csl(['log', '--category', 'issue', '--title', 'Refunds twice', '--body', 'Old.', '--tag', 'old'])
  const run = openTerminal(home, [], { columns: 80, rows: 24, env: { EDITOR: `'${editor}'` } })
  await run.shows('q Quit')
  run.type('3')
  await run.shows('Refunds twice')

  run.type('e')
  await run.shows('› Title')
  run.type(` again${keys.tab}\x15new${keys.tab}`)
  await run.shows('› Text')
  run.type('\x0f')
  await run.shows('By hand.')
  run.type(save)
  await run.shows(/changed\s/)
  await run.shows('Refunds twice again #new')
  run.type('x')
  await run.shows('Delete it for everybody? Refunds twice again')
  run.type('y')
  await run.shows('No entry fits.')
  const deleted = await home.csl(['list', '--all-projects', '--json'])
  run.type('u')
  await run.shows('brought back')
  run.type('q')
  await run.shows('q Quit')
  run.type('q')
  await run.ended()

  const shown = JSON.parse((await home.csl(['show', '--title-match', 'refunds', '--json'])).stdout)
  expect(JSON.parse(deleted.stdout).rows).toEqual([])
  expect(shown).toMatchObject({ title: 'Refunds twice again', tags: ['new'], category: 'issue' })
  expect(JSON.stringify(shown)).toContain('Old.By hand.')
  // The editor had the terminal as shells leave it.
  expect(readFileSync(path.join(home.folder, 'mode'), 'utf8').trim()).toBe('icanon')
  expect(run.isRestored()).toBe(true)
})

test('what the inbox showed is not seen where the program was killed over it', async () => {
  const [ana] = await twoPeople()

  const run = openTerminal(ana, [], { columns: 80, rows: 24 })
  await run.shows('1 new in the inbox')
  run.type(`3${keys.tab}`)
  await run.shows('Bea logged it')
  run.kill('SIGKILL')
  await run.ended()

  const { entries } = JSON.parse((await ana.csl(['inbox', '--json'])).stdout)
  expect(entries).toMatchObject([{ title: 'Refunds twice' }])
})

test('the inbox is empty on the command line once it was looked at on a terminal', async () => {
  const [ana] = await twoPeople()

  const run = openTerminal(ana, [], { columns: 80, rows: 24 })
  await run.shows('1 new in the inbox')
  run.type('3')
  await run.shows('Refunds twice')
  run.type(keys.tab)
  await run.shows('Bea logged it')
  // As fast as can be: what was seen is noted all the same.
  run.type('q')
  await run.shows('q Quit')
  run.type('q')
  await run.ended()

  const { entries } = JSON.parse((await ana.csl(['inbox', '--json'])).stdout)
  expect(entries).toEqual([])
})
