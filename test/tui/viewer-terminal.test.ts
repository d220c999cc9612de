import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { call, prompt, reply, results, text, viewedId } from '../support/conversations.ts'
import { makeHome } from '../support/home.ts'
import { messageId } from '../support/lines.ts'
import { hostile } from '../support/rich-home.ts'
import { keys, openTerminal } from '../support/terminal.ts'

test('csl view opens the transcript on a terminal, and q leaves the terminal as it was', async () => {
  const home = makeHome()
  await home.writeTranscript('-p', `${viewedId}.jsonl`, [
    prompt(`Plant ${hostile}`),
    reply(messageId(951), text('## Oaks\n\n漢字 **here**')),
    reply(messageId(951), call('t1', 'Bash', { command: hostile })),
    results([{ id: 't1', content: hostile }]),
    ...Array.from({ length: 100 }, (_, n) => prompt(`tree ${n}`)),
  ])
  const run = openTerminal(home, ['view', viewedId.slice(0, 30)])

  const first = await run.shows('turn 1/102')
  run.type('/tree 55\r')
  await run.shows('  tree 55')
  run.type('n')
  await run.shows('not found further down: tree 55')
  const found = run.screen()
  run.resize(40, 10)
  run.type('G')
  const end = await run.shows('tree 99')
  run.type('q')
  const code = await run.ended()

  expect(first).toContain('漢字 here')
  expect(found).toContain('tree 55')
  expect(end.split('\n').length).toBeLessThanOrEqual(10)
  expect(code).toBe(0)
  expect(run.isRestored()).toBe(true)
  expect(run.written()).not.toContain('owned')
})

test('a transcript that grows is followed, and one that is gone or written anew is told', async () => {
  const home = makeHome()
  const file = await home.writeTranscript('-p', `${viewedId}.jsonl`, [prompt('Plant trees')])
  const run = openTerminal(home, ['view', viewedId])
  await run.shows('turn 1/1')

  run.type('G')
  appendFileSync(file, `${JSON.stringify(prompt('And pears?'))}\n`)
  await run.shows('And pears?')
  rmSync(file)
  const gone = await run.shows('the file is gone')
  writeFileSync(file, `${JSON.stringify(prompt('Only figs'))}\n`)
  const anew = await run.shows('Only figs')
  run.type('q')
  const code = await run.ended()

  expect(gone).toContain('Plant trees')
  expect(anew).toContain('the file was written anew')
  expect(code).toBe(0)
})

test('what is long, wide or hostile is shown in its place, and saved whole', async () => {
  const home = makeHome()
  const long = `${'word '.repeat(200_000)}the end`
  await home.writeTranscript('-p', `${viewedId}.jsonl`, [
    prompt('Look'),
    reply(messageId(951), call('t1', 'Bash', { command: 'cat' })),
    results([{ id: 't1', content: `${hostile}\n${long}\n\ttabbed 漢字` }]),
    prompt('Next', { isSidechain: true }),
    prompt('Thanks'),
  ])
  const run = openTerminal(home, ['view', viewedId], { columns: 60, rows: 20 })

  const folded = await run.shows(/▸ result · 4 lines, 1\.\d MB/)
  run.type('r')
  await run.shows('▾ result')
  run.type('/the end\r')
  const found = await run.shows(/word the end/)
  run.type('G')
  const end = await run.shows('▸ subagent · 1 turn')
  run.type('m')
  await run.shows('saved: ')
  run.type('q')
  await run.ended()

  const [saved = ''] = readdirSync(home.folder).filter(name => name.endsWith('.md'))
  expect(folded).toContain('▪ Bash cat')
  expect(found.split('\n').every(line => line.length <= 60)).toBe(true)
  expect(end).toContain('        tabbed 漢字')
  expect(readFileSync(path.join(home.folder, saved), 'utf8')).toContain(long)
  expect(run.written()).not.toContain('owned')
  expect(run.written()).not.toMatch(/[\u202a-\u202e\x9b]/)
})

test('the next session of the list is one key away, and none is lost on the way', async () => {
  const home = makeHome()
  const ids = [1, 2, 3].map(n => `00000000-0000-4000-8000-00000000000${n}`)
  for (const [at, sessionId] of ids.entries()) {
    await home.writeTranscript('-p', `${sessionId}.jsonl`, [
      prompt(`Tree ${at + 1}`, { sessionId, timestamp: `2026-10-0${9 - at}T10:00:00.000Z` }),
      prompt(`Leaf ${at + 1}`, { sessionId, timestamp: `2026-10-0${9 - at}T10:01:00.000Z` }),
    ])
  }
  await home.csl(['backfill'])
  const run = openTerminal(home, ['sessions'])
  await run.shows('Tree 3')

  run.type(`${keys.tab}jo>/leaf\r`)
  const third = await run.shows('Leaf 3')
  run.type('<<')
  await run.shows('1/3')
  run.type('<')
  const none = await run.shows('no transcript was opened before')
  run.type('q')
  await run.shows('Sessions')
  run.type('q')
  await run.shows('q Quit')
  run.type('q')
  await run.ended()

  expect(third).toContain('3/3')
  expect(none).toContain('Tree 1')
})

test.each([
  ['Esc', '\x1b'],
  ['q', 'q'],
])('all keys work again after the help was closed with %s', async (_, back) => {
  const home = makeHome()
  const lines = Array.from({ length: 60 }, (_, n) => prompt(`tree ${n}`))
  await home.writeTranscript('-p', `${viewedId}.jsonl`, lines)
  const run = openTerminal(home, ['view', viewedId])
  await run.shows('turn 1/60')

  run.type('?')
  await run.shows('Keys of the viewer')
  run.type(back)
  await run.shows('turn 1/60')
  run.type('G')
  await run.shows('tree 59')
  run.type('q')

  expect(await run.ended()).toBe(0)
})
