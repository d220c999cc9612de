import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readableTexts, sessionOf, writtenAtMs } from '../../../src/transcripts/claude-code/readable.ts'
import { readTurns } from '../../support/conversations.ts'
import { hostileLine } from '../../support/hostile-transcripts.ts'
import { assistantLine, userLine, uuidOf } from '../../support/lines.ts'
import { shownTexts } from '../../support/shown-texts.ts'

const id = uuidOf(1)

function textsOf(line: object): string[] {
  return [...readableTexts(line as Record<string, unknown>)].map(({ kind, text }) => `${kind}: ${text}`)
}

test('what was said, thought, asked of tools and answered is read', () => {
  const reply = assistantLine(id, {
    content: [
      { type: 'thinking', thinking: 'which tree', signature: 'c2lnbmF0dXJl' },
      { type: 'text', text: 'I look.' },
      {
        type: 'tool_use',
        id: 'toolu_1',
        name: 'Grep',
        input: { pattern: 'pear', in: [{ id: 'orchard' }], n: 5 },
      },
    ],
  })
  const content = [
    { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'found' }] },
    { type: 'tool_result', tool_use_id: 'toolu_2', content: 'gone', is_error: true },
    { type: 'text', text: '<system-reminder>be kind</system-reminder>' },
  ]

  expect(textsOf(userLine(id, 'Count the pears'))).toEqual(['user: Count the pears'])
  expect(textsOf(reply)).toEqual([
    'thinking: which tree',
    'assistant: I look.',
    'call: Grep',
    'call: pear',
    'call: orchard',
  ])
  expect(textsOf(userLine(id, '', { message: { content }, toolUseResult: 'copy' }))).toEqual([
    'result: found',
    'result: gone',
    'notice: <system-reminder>be kind</system-reminder>',
  ])
})

test('commands are read as they were typed', () => {
  const tags =
    '<command-message>model</command-message>\n<command-name>/model</command-name>\n<command-args>opus</command-args>'

  expect(textsOf(userLine(id, tags))).toEqual(['user: /model opus'])
  expect(textsOf(userLine(id, '<bash-input>ls -l</bash-input>'))).toEqual(['user: ! ls -l'])
})

test('ids, signatures and data are not read in what we don’t know either', () => {
  const odd = {
    type: 'tool_reference',
    id: 'x1',
    block_id: 'x2',
    uuid: 'x3',
    agentId: 'x4',
    data: 'x5',
    signature: 'x6',
    encrypted_content: 'x7',
    title: 'Pears',
    inner: { note: 'ripe' },
  }
  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'x8' } }
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: [odd, picture] }
  const found = { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [odd] }

  expect(textsOf(userLine(id, '', { message: { content: [odd, picture] } }))).toEqual([
    'notice: Pears',
    'notice: ripe',
  ])
  expect(textsOf(userLine(id, '', { message: { content: [result] } }))).toEqual([
    'result: Pears',
    'result: ripe',
  ])
  expect(textsOf(assistantLine(id, { content: [odd, found] }))).toEqual([
    'notice: Pears',
    'notice: ripe',
    'result: Pears',
    'result: ripe',
  ])
  expect(
    textsOf({ type: 'system', subtype: 'api_error', error: { requestId: 'x9', message: 'busy' } }),
  ).toEqual(['notice: busy'])
})

test('what is read is what the viewer shows', () => {
  fc.assert(
    fc.property(hostileLine, line => {
      const texts = [...readableTexts(line as Record<string, unknown>)].filter(
        ({ text }) => text.trim() !== '',
      )
      const shown = readTurns([line]).flatMap(turn => turn.blocks.flatMap(shownTexts))

      for (const { text } of texts) expect(shown.some(({ whole }) => whole.includes(text))).toBe(true)
      for (const { whole, isData } of shown) {
        if (!isData && whole.trim() !== '') expect(texts.map(({ text }) => text)).toContain(whole)
      }
    }),
    { numRuns: 500 },
  )
})

test('a list of lists of lists is read to its end', () => {
  const deep = 100_000
  const input = JSON.parse(`${'['.repeat(deep)}"pear"${']'.repeat(deep)}`)

  expect(textsOf(assistantLine(id, { content: [{ type: 'tool_use', name: 'Deep', input }] }))).toEqual([
    'call: Deep',
    'call: pear',
  ])
})

test('a file’s name tells its session; only where it does not, its first lines do', () => {
  const unread = () => expect.fail('the file is read')
  const lines = () => [{ type: 'mode' }, { sessionId: '' }, { sessionId: id }, { sessionId: uuidOf(2) }]

  expect(sessionOf(`/p/${id}.jsonl`, unread)).toBe(id)
  expect(sessionOf(`/p/${id}/subagents/agent-a1.jsonl`, unread)).toBe(id)
  expect(sessionOf('/p/agent-a1.jsonl', lines)).toBe(id)
  expect(sessionOf('/p/notes.jsonl', lines)).toBe(id)
  expect(sessionOf('/p/notes.jsonl', () => [])).toBe('notes')
})

test('a line tells when it was written', () => {
  expect(writtenAtMs(userLine(id, 'x'))).toBe(Date.parse('2026-10-01T10:00:00.000Z'))
  expect(writtenAtMs({ timestamp: 'yesterday' })).toBeNull()
})
