import { expect, test } from 'vitest'
import { call, prompt, reply, results, text, viewedId } from '../../../support/conversations.ts'
import { makeHome } from '../../../support/home.ts'
import { messageId } from '../../../support/lines.ts'
import { hostile } from '../../../support/rich-home.ts'
import { openTerminal } from '../../../support/terminal.ts'

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
