import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { describeFile } from '../../../src/transcripts/claude-code/locate.ts'
import { claudeCode } from '../../../src/transcripts/claude-code/source.ts'
import type { Transcript } from '../../../src/transcripts/transcript.ts'
import { writeLines } from '../../support/ledger.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from '../../support/lines.ts'

const session = uuidOf(0x5e55)
const other = uuidOf(0x07e4)

function aFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-parse-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function read(file: string): Promise<Transcript> {
  const found = await describeFile(file)
  if (!found) throw new Error(`${file} is not there`)
  return claudeCode.read(found)
}

/** Reads lines as the main transcript of `session`, or under another name. */
function parse(lines: readonly (object | string)[], name = `${session}.jsonl`): Promise<Transcript> {
  return read(writeLines(path.join(aFolder(), name), lines))
}

describe('the messages of a transcript', () => {
  test('are counted once however many lines show them, with the numbers of the last and largest line', async () => {
    const id = messageId()
    const usage = { input_tokens: 10, output_tokens: 1 }
    const lines = [
      assistantLine(session, { id, at: '2026-10-01T10:00:01.000Z', usage, stopReason: null }),
      assistantLine(session, { id, at: '2026-10-01T10:00:02.000Z', usage: { ...usage, output_tokens: 90 } }),
      assistantLine(session, { id, at: '2026-10-01T10:00:03.000Z', usage, stopReason: null }),
    ]

    const { usage: records } = await parse(lines)

    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({
      messageKey: id,
      output: 90,
      isFinal: true,
      occurredAtMs: Date.parse('2026-10-01T10:00:01.000Z'),
      lineAtMs: Date.parse('2026-10-01T10:00:02.000Z'),
    })
  })

  test('have a key that is global, of their tree, or of their line', async () => {
    const forked = { forkedFrom: { sessionId: other, messageUuid: uuidOf(1) } }
    const lines = [
      assistantLine(session, { id: messageId(7) }),
      assistantLine(session, { id: 'msg_short' }),
      assistantLine(session, { id: 'chatcmpl-with-more-than-twenty-characters' }),
      assistantLine(session, { id: 'msg_short', extra: forked }),
      assistantLine(session, { id: ' ', uuid: uuidOf(77) }),
    ]

    const { usage } = await parse(lines)

    expect(usage.map(record => record.messageKey)).toEqual([
      messageId(7),
      `${session}/msg_short`,
      `${session}/chatcmpl-with-more-than-twenty-characters`,
      `${other}/msg_short`,
      `uuid:${uuidOf(77)}`,
    ])
  })

  test('without id and uuid are the same if their lines are', async () => {
    const line = { type: 'assistant', message: { usage: { output_tokens: 4 } } }

    const { usage } = await parse([line, { ...line, n: 2 }, line])

    expect(usage.map(record => record.output)).toEqual([4, 4])
  })

  test('name the session they were copied from', async () => {
    const lines = [
      assistantLine(session, { id: messageId(1) }),
      assistantLine(other, { id: messageId(2) }),
      assistantLine(session, { id: messageId(3), extra: { forkedFrom: { sessionId: other } } }),
      assistantLine(session, { id: messageId(4), extra: { forkedFrom: { sessionId: session } } }),
    ]

    const { usage } = await parse(lines)

    expect(usage.map(record => record.claimedSessionId)).toEqual([null, other, other, null])
    expect(usage.map(record => record.sessionId)).toEqual([session, session, session, session])
  })

  test('name it even if only one of their lines does, and not the one that wins', async () => {
    const id = messageId()
    const small = { input_tokens: 1, output_tokens: 1 }

    for (const origin of [other, uuidOf(0xffff)]) {
      const { usage } = await parse([
        assistantLine(session, { id }),
        assistantLine(origin, { id, usage: small }),
      ])

      expect(usage).toHaveLength(1)
      expect(usage[0]).toMatchObject({ output: 20, claimedSessionId: origin })
    }
  })

  test('of a synthetic model are no API calls, and errors only if they say so', async () => {
    const model = '<synthetic>'
    const lines = [
      assistantLine(session, { model, id: 'a' }),
      assistantLine(session, { model, id: 'b', extra: { isApiErrorMessage: true } }),
    ]

    const { usage, facts } = await parse(lines)

    expect(usage).toEqual([])
    expect(facts).toMatchObject({ syntheticMessages: 2, apiErrorMessages: 1 })
  })

  test('split cache writes into five minutes and one hour, by the larger of the two accounts', async () => {
    const nested = { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 70 }
    const usages = [
      { cache_creation_input_tokens: 0, cache_creation: nested },
      { cache_creation_input_tokens: 150, cache_creation: nested },
      { cache_creation_input_tokens: 40 },
    ]

    const { usage } = await parse(usages.map(each => assistantLine(session, { usage: each })))

    expect(usage.map(record => [record.cacheWrite5m, record.cacheWrite1h])).toEqual([
      [30, 70],
      [80, 70],
      [40, 0],
    ])
  })

  test('count what is no number above 0 as 0, and cut fractions', async () => {
    const usage = { input_tokens: '12', output_tokens: -3, cache_read_input_tokens: 7.9, cache_creation: [1] }

    const { usage: records } = await parse([assistantLine(session, { usage })])

    expect(records[0]).toMatchObject({ input: 0, output: 0, cacheRead: 7, cacheWrite5m: 0, cacheWrite1h: 0 })
  })

  test('have a part of its own for every advisor and compaction, under its own model', async () => {
    const iterations = [
      { type: 'message', input_tokens: 10, output_tokens: 20 },
      { type: 'advisor_message', model: 'claude-fable-5', input_tokens: 300, output_tokens: 40 },
      { type: 'compaction', input_tokens: 5, output_tokens: 6 },
    ]
    const usage = { input_tokens: 10, output_tokens: 20, iterations }

    const { usage: records } = await parse([assistantLine(session, { usage })])

    expect(records.map(({ part, model, input, output }) => [part, model, input, output])).toEqual([
      [0, 'claude-opus-4-8', 10, 20],
      [1, 'claude-fable-5', 300, 40],
      [2, 'claude-opus-4-8', 5, 6],
    ])
  })

  test('of a progress line count only if no other line shows them', async () => {
    const known = messageId()
    const progress = (id: string, from = session) => ({
      type: 'progress',
      sessionId: session,
      data: { type: 'agent_progress', message: assistantLine(from, { id, usage: { output_tokens: 500 } }) },
    })
    const lines = [
      progress(known),
      progress(known, other),
      assistantLine(session, { id: known }),
      progress(known, other),
      progress(messageId(5)),
    ]

    const { usage } = await parse(lines)

    expect(usage).toMatchObject([
      { messageKey: known, output: 20, fromProgress: false, claimedSessionId: null },
      { messageKey: messageId(5), output: 500, fromProgress: true, claimedSessionId: null },
    ])
  })

  test('are born when the file began, told by lines that forks do not copy', async () => {
    const lines = [
      userLine(session, 'hello', { timestamp: '2026-10-01T08:00:00.000Z' }),
      bornLine(session, '2026-10-01T09:30:00.000Z'),
      bornLine(session, '2026-10-01T09:00:00.000Z'),
      assistantLine(session),
    ]

    const { usage, facts } = await parse(lines)

    expect(usage[0]?.bornAtMs).toBe(Date.parse('2026-10-01T09:00:00.000Z'))
    expect(facts.startedAtMs).toBe(Date.parse('2026-10-01T08:00:00.000Z'))
  })

  test('keep text that a database can hold, and no more of it than is honest', async () => {
    const usage = { output_tokens: 1, speed: 'x'.repeat(9000) }
    const lines = [
      assistantLine(session, { id: 'a\u0000\ud800', model: 'm\u0000\ud800', usage }),
      assistantLine(session, { id: '😀'.repeat(9000).slice(1) }),
    ]

    const { usage: records } = await parse(lines)

    expect(records[0]).toMatchObject({ messageKey: `${session}/a\ufffd\ufffd`, model: 'm\ufffd\ufffd' })
    expect(records[0]?.speed).toHaveLength(200)
    expect(records[1]?.messageKey.isWellFormed()).toBe(true)
    expect(records[1]?.messageKey.length).toBeLessThan(300)
  })

  test('are of a session whose id a database can hold, and own what its lines say', async () => {
    const hostile = 'a\u0000b\ud800'

    const { sessionId, usage } = await parse([assistantLine(hostile, { id: 'short' })], 'full.jsonl')

    expect(sessionId).toBe('a\ufffdb\ufffd')
    expect(usage).toMatchObject([{ sessionId, messageKey: `${sessionId}/short`, claimedSessionId: null }])
  })

  test('never count more than a database can add up', async () => {
    const server_tool_use = { web_search_requests: 1e300, web_fetch_requests: 1e300 }
    const usage = { input_tokens: 1e300, output_tokens: 1e300, server_tool_use }

    const { usage: records } = await parse([assistantLine(session, { usage })])

    expect(records).toMatchObject([{ input: 1e10, output: 1e10, webSearches: 10_000, webFetches: 10_000 }])
  })
})

describe('a transcript', () => {
  test.each([
    ['its name is one', `${session}.jsonl`, other, session, ''],
    ['the first line that names one, where its name is none', 'full.jsonl', other, other, ''],
    ['the folder above, for a subagent', `${session}/subagents/agent-1.jsonl`, other, session, 'agent-1'],
    [
      'the folder above, for a subagent of a workflow',
      `${session}/subagents/workflows/wf_1/agent-1.jsonl`,
      other,
      session,
      'workflows/wf_1/agent-1',
    ],
    ['its first line, for a flat old subagent', 'agent-old.jsonl', other, other, 'agent-old'],
  ])('belongs to the session: %s', async (_, name, sessionIdInside, expected, member) => {
    const { sessionId, member: found } = await parse([userLine(sessionIdInside, 'hello')], name)

    expect([sessionId, found]).toEqual([expected, member])
  })

  test('of nothing but its name says so', async () => {
    const { sessionId, facts, usage } = await parse([])

    expect(sessionId).toBe(session)
    expect(facts).toMatchObject({ lines: 0, malformedLines: 0, startedAtMs: null, title: null })
    expect(usage).toEqual([])
  })

  test('gives what it can and counts what is malformed', async () => {
    const file = path.join(aFolder(), `${session}.jsonl`)
    const whole = JSON.stringify(assistantLine(session))
    const bytes = [
      '\ufeff',
      whole,
      '\r\n\n \t\r\n',
      '[1]\n',
      'NaN\n',
      '{"a":1} {"b":2}\n',
      whole.slice(0, 60),
    ]
    writeFileSync(file, bytes.join(''))

    const { facts, usage } = await read(file)

    expect(facts).toMatchObject({ lines: 5, malformedLines: 4 })
    expect(usage).toHaveLength(1)
  })

  test('takes its title from a name given, then from one made up, then from its own summary, then from the prompt', async () => {
    const prompt = userLine(session, '\n  Plant the orchard \nand water it')
    const summary = { type: 'summary', summary: 'Orchard planted', leafUuid: prompt.uuid }
    const foreign = { type: 'summary', summary: 'Another session', leafUuid: uuidOf(9) }
    const ai = { type: 'ai-title', aiTitle: 'Planting' }
    const custom = [
      { type: 'custom-title', customTitle: 'first name' },
      { type: 'custom-title', customTitle: 'last name' },
      { type: 'custom-title', customTitle: ' ' },
    ]

    const titles = await Promise.all(
      [
        [prompt, foreign],
        [prompt, summary, foreign],
        [prompt, summary, ai],
        [...custom, prompt, summary, ai],
      ].map(async lines => (await parse(lines)).facts),
    )

    expect(titles.map(facts => [facts.titleSource, facts.title])).toEqual([
      ['prompt', 'Plant the orchard \nand water it'],
      ['summary', 'Orchard planted'],
      ['ai', 'Planting'],
      ['custom', 'last name'],
    ])
  })

  test('counts as prompts only what a person typed', async () => {
    const lines = [
      userLine(session, 'a prompt'),
      userLine(session, 'a note of the client', { isMeta: true }),
      userLine(session, 'the summary of a compaction', { isCompactSummary: true }),
      userLine(session, 'of a subagent', { isSidechain: true }),
      userLine(session, 'of a peer', { origin: { kind: 'peer' } }),
      userLine(session, '<bash-input>ls</bash-input>'),
      userLine(session, '[Request interrupted by user]'),
      userLine(session, '', {
        message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't' }] },
      }),
      userLine(session, '', { message: { role: 'user', content: [{ type: 'image' }] } }),
      userLine(session, '', {
        message: { role: 'user', content: [{ type: 'text', text: '<ide_opened_file>x</ide_opened_file>' }] },
      }),
    ]

    const { facts } = await parse(lines)

    expect(facts.prompts).toBe(2)
  })

  test('names skills of the tool, and those that a person started as a command', async () => {
    const skill = (input: object) => ({
      content: [{ type: 'tool_use', id: JSON.stringify(input), name: 'Skill', input }],
    })
    const lines = [
      assistantLine(session, skill({ skill: 'garden:pruning' })),
      assistantLine(session, skill({ command: 'weeding' })),
      userLine(session, '<command-name>/watering</command-name>'),
      userLine(session, 'Base directory for this skill: /skills/watering', { isMeta: true }),
      userLine(session, 'Base directory for this skill: /skills/watering', { isMeta: true }),
      userLine(session, '<command-name>/help</command-name>'),
    ]

    const { facts } = await parse(lines)

    expect(facts.skills.map(({ name }) => name)).toEqual(['garden:pruning', 'weeding'])
    expect(facts.commandSkills).toMatchObject([{ name: 'watering', count: 1 }])
    expect(facts.slashCommands.map(({ name }) => name)).toEqual(['watering', 'help'])
  })

  test('counts a line that stands twice once', async () => {
    const content = [{ type: 'tool_use', id: 'tool-1', name: 'Read', input: {} }]
    const prompt = userLine(session, 'once')
    const reply = assistantLine(session, { content })

    const { facts, usage } = await parse([prompt, reply, prompt, reply])

    expect(facts).toMatchObject({ lines: 4, prompts: 1 })
    expect(facts.tools).toMatchObject([{ name: 'Read', count: 1 }])
    expect(usage).toHaveLength(1)
  })
})
