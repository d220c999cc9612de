import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { call, prompt, reply, results, text, viewedId } from '../support/conversations.ts'
import { makeHome } from '../support/home.ts'
import { assistantLine, messageId, uuidOf } from '../support/lines.ts'

const otherId = `${viewedId.slice(0, -2)}bb`

const lines = [
  prompt('Plant # trees'),
  reply(messageId(601), { type: 'thinking', thinking: 'Which\nones?' }),
  reply(messageId(601), text('**Oaks** it is')),
  reply(messageId(601), call('t1', 'Bash', { command: 'echo `hi`\nls' })),
  results([{ id: 't1', content: 'a\n```\nb', isError: true }]),
  { type: 'ai-title', aiTitle: 'The orchard' },
  'no json',
]

test('prints a transcript as Markdown, with what is folded and how much it is', async () => {
  const home = makeHome()
  await home.writeTranscript('-p', `${viewedId}.jsonl`, lines)

  const { code, stdout, stderr } = await home.csl(['view', viewedId.toUpperCase()])

  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^# The orchard\n/)
  expect(stdout).toContain('Plant # trees')
  expect(stdout).toContain('<details><summary>Thinking: 2 lines, 11 B</summary>\n\n```\nWhich\nones?\n```')
  expect(stdout).toContain('**Oaks** it is')
  expect(stdout).toContain('**Bash** ``echo `hi` ls``'.replace('``echo', '`` echo').replace('ls``', 'ls ``'))
  expect(stdout).toContain(
    '<details><summary>Result, an error: 3 lines, 7 B</summary>\n\n````\na\n```\nb\n````',
  )
  expect(stdout).toContain("1 line can't be read")
})

test('needs no database, and names the candidates where several ids begin so', async () => {
  const home = makeHome()
  await home.writeTranscript('-p', `${viewedId}.jsonl`, lines)
  await home.writeTranscript('-q', `${otherId}.jsonl`, lines)

  const several = await home.csl(['view', viewedId.slice(0, 30)])
  const one = await home.csl(['view', viewedId, '--json'])

  expect(several.code).toBe(1)
  expect(several.stderr).toContain(viewedId)
  expect(several.stderr).toContain(otherId)
  expect(JSON.parse(one.stdout)).toMatchObject({ sessionId: viewedId, turns: [{ kind: 'user' }, {}] })
})

test('prints the transcript of a subagent, and says where there is none', async () => {
  const home = makeHome()
  await home.writeTranscript('-p', `${viewedId}.jsonl`, lines)
  await home.writeTranscript('-p', `${viewedId}/subagents/agent-a1.jsonl`, [
    prompt('Count them', { isSidechain: true, agentId: 'a1' }),
  ])

  const found = await home.csl(['view', viewedId, '--agent', 'a1', '--json'])
  const missing = await home.csl(['view', viewedId, '--agent', 'a2'])

  expect(JSON.parse(found.stdout)).toMatchObject({
    agentId: 'a1',
    turns: [{ kind: 'user', isSidechain: false }],
  })
  expect(missing.stderr).toContain('no transcript of a subagent a2')
})

test('finds a transcript by what was recorded, and says when it is gone', async () => {
  const home = makeHome()
  const id = uuidOf(0x77)
  const file = await home.writeTranscript('-p', 'notes.jsonl', [
    assistantLine(id, { content: [text('Hello')], extra: { sessionId: id } }),
  ])
  await home.csl(['backfill'])

  const named = await home.csl(['view', id])
  rmSync(file)
  const gone = await home.csl(['view', id])
  const unknown = await home.csl(['view', 'ffff'])

  expect(named.stdout).toContain('Hello')
  expect(gone.code).toBe(1)
  expect(gone.stderr).toContain(`the transcript of ${id} is gone`)
  expect(gone.stderr).toContain(file)
  expect(unknown.stderr).toContain('there is no session ffff')
})
