import { expect, test } from 'vitest'
import { makeHome } from '../support/home.ts'
import { keys, openTerminal } from '../support/terminal.ts'

const save = '\x13'

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
    { title: 'Staging counts queries twice', category: 'note', status: 'resolved', noteCount: 1 },
  ])
})

test('the inbox is empty on the command line once it was looked at on a terminal', async () => {
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

  const run = openTerminal(ana, [], { columns: 80, rows: 24 })
  await run.shows('1 new in the inbox')
  run.type('3')
  await run.shows('Refunds twice')
  run.type(keys.tab)
  await run.shows('Bea logged it')
  run.type('q')
  await run.shows('q Quit')
  run.type('q')
  await run.ended()

  const { entries } = JSON.parse((await ana.csl(['inbox', '--json'])).stdout)
  expect(entries).toEqual([])
})
