import { expect, test } from 'vitest'
import { call, prompt, reply, results, text, viewedId } from '../support/conversations.ts'
import { type Home, makeHome } from '../support/home.ts'
import { messageId } from '../support/lines.ts'
import { keys, openTerminal, type TerminalRun } from '../support/terminal.ts'

const drawn = /[\u2500-\u259f●•❯›▪▸▾┊✓★⚠]/

function openSpoken(home: Home, args: readonly string[] = []): TerminalRun {
  return openTerminal(home, args, { columns: 80, rows: 24, env: { INK_SCREEN_READER: 'true' } })
}

async function aHome(): Promise<Home> {
  const home = makeHome()
  const id = messageId(951)
  await home.writeTranscript('-p', `${viewedId}.jsonl`, [
    prompt('Plant 👩‍👩‍👧 trees', { cwd: home.folder }),
    reply(id, text('| what | why |\n|---|---|\n| oaks | old |\n\n- one')),
    reply(id, call('t1', 'Bash', { command: 'dig' })),
    results([{ id: 't1', content: 'deep\nenough' }]),
  ])
  await home.writeTranscript('-p', '00000000-0000-4000-8000-0000000000bb.jsonl', [
    prompt('Water them', {
      sessionId: '00000000-0000-4000-8000-0000000000bb',
      timestamp: '2026-10-02T10:00:00.000Z',
    }),
  ])
  await home.csl(['backfill'])
  await home.csl(['log', '--category', 'issue', '--title', 'Refunds twice', '--tag', 'money'])
  await home.csl(['log', '--category', 'note', '--title', 'Pears'])
  return home
}

test('a screen reader gets every screen as plain lines, and which row is selected', async () => {
  const run = openSpoken(await aHome())
  const screens: string[] = []

  screens.push(await run.shows('(selected) 1 Resume a session'))
  run.type(keys.down)
  screens.push(await run.shows('(selected) 2 Summary'))
  run.type(keys.enter)
  screens.push(await run.shows('Summary'))
  run.type('q')
  await run.shows('(selected) 2 Summary')
  run.type('1')
  await run.shows('Plant')
  run.type(`${keys.tab}${keys.down}`)
  screens.push(await run.shows(/\(selected\) .*Plant/))
  run.type('q')
  await run.shows('(selected)')
  run.type('3')
  screens.push(await run.shows(/\(selected\) .*Pears/))
  run.type(keys.down)
  screens.push(await run.shows(/\(selected\) .*Refunds twice #money/))
  run.type('t')
  screens.push(await run.shows('(selected) Tags money'))
  run.type(keys.escape)
  await run.shows(/\(selected\) .*Refunds twice/)
  run.type('qq')
  const code = await run.ended()

  expect(code).toBe(0)
  expect(run.isRestored()).toBe(true)
  for (const screen of screens) expect(screen).not.toMatch(drawn)
  // One after the other, and nothing is left of what was shown before.
  expect(screens.at(-2)?.match(/\(selected\)/g)).toHaveLength(1)
  expect(screens.at(-2)?.match(/Pears/g)).toHaveLength(1)
})

test('a screen reader gets a transcript in the order in which it is to be read', async () => {
  const run = openSpoken(await aHome(), ['view', viewedId])

  const folded = await run.shows('folded: result · 2 lines')
  run.type('r')
  const open = await run.shows('open: result · 2 lines')
  run.type('q')
  await run.ended()

  expect(folded.replace(/\n+/g, '\n')).toMatch(
    /turn 1\/2\nUser\nPlant 👩‍👩‍👧 trees\n.*\nwhat why\n.*oaks old\n.*one\ntool Bash dig\nfolded: result · 2 lines, 11 B\n/s,
  )
  expect(open).toMatch(/deep\nenough/)
  expect(folded).not.toMatch(drawn)
})
