import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { turnsOf } from '../../../src/transcripts/conversation.ts'
import {
  aConversation,
  call,
  outline,
  prompt,
  readTurns,
  reply,
  results,
  text,
  viewedId,
} from '../../support/conversations.ts'
import { assistantLine, messageId } from '../../support/lines.ts'

const [a, b] = [messageId(501), messageId(502)]

describe('a conversation', () => {
  test('has the turns of both sides in order, with time, model and tokens', () => {
    const turns = readTurns([
      prompt('Plant trees', { timestamp: '2026-10-01T10:00:00.000Z' }),
      assistantLine(viewedId, { id: a, at: '2026-10-01T10:00:05.000Z', content: [text('Where?')] }),
    ])

    expect(turns.map(({ kind }) => kind)).toEqual(['user', 'assistant'])
    expect(turns[0]).toMatchObject({
      atMs: Date.parse('2026-10-01T10:00:00.000Z'),
      model: null,
      tokens: null,
    })
    expect(turns[1]).toMatchObject({ model: 'claude-opus-4-8', tokens: { input: 10, output: 20 } })
  })

  test('joins the lines of one message, with the tokens of the line that counts', () => {
    const usage = (output: number) => ({ input_tokens: 10, output_tokens: output })
    const turns = readTurns([
      assistantLine(viewedId, { id: a, usage: usage(1), content: [{ type: 'thinking', thinking: 'Hm' }] }),
      assistantLine(viewedId, { id: a, usage: usage(90), content: [text('Oaks')] }),
      assistantLine(viewedId, { id: a, usage: usage(90), content: [call('t1', 'Bash', { command: 'ls' })] }),
    ])

    expect(turns).toHaveLength(1)
    expect(outline(turns[0])).toEqual(['thinking Hm', 'text Oaks', 'tool Bash ls → nothing'])
    expect(turns[0]?.tokens?.output).toBe(90)
  })

  test('has what was streamed several times once, in its longest form', () => {
    const again = reply(a, text('One two'))
    const turns = readTurns([
      reply(a, text('One')),
      reply(a, text('One two')),
      again,
      again,
      reply(a, call('t1', 'Bash', {})),
      reply(a, call('t1', 'Bash', { command: 'ls' })),
    ])

    expect(outline(turns[0])).toEqual(['text One two', 'tool Bash ls → nothing'])
  })

  test('puts results to their calls, however far behind and whatever stands between', () => {
    const turns = readTurns([
      reply(a, call('t1', 'Bash', { command: 'slow' })),
      reply(a, call('t2', 'Read', { file_path: 'a.ts' })),
      results([{ id: 't2', content: [{ type: 'text', text: 'text of a' }] }]),
      reply(b, text('Meanwhile')),
      results([{ id: 't1', content: 'late', isError: true }]),
    ])

    expect(turns.map(turn => outline(turn))).toEqual([
      ['tool Bash slow → late', 'tool Read a.ts → text of a'],
      ['text Meanwhile'],
    ])
    expect(turns[0]?.blocks[0]).toMatchObject({ result: { isError: true } })
  })

  test('shows a result without a call, and names pictures', () => {
    const picture = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(4000) },
    }
    const turns = readTurns([
      results([{ id: 'unknown', content: [text('x'), picture] }]),
      prompt('', { message: { role: 'user', content: [picture, text('see')] } }),
    ])

    expect(turns[0]).toMatchObject({
      kind: 'result',
      blocks: [{ result: { images: ['image/png, 3.0 kB'] } }],
    })
    expect(outline(turns[1])).toEqual(['image image/png, 3.0 kB', 'text see'])
  })

  test('tells prompts, commands, notices, summaries and compactions apart', () => {
    const turns = readTurns([
      prompt('<command-name>/model</command-name>\n<command-args>opus</command-args>'),
      prompt('<local-command-stdout>Set</local-command-stdout>'),
      prompt('<bash-input>ls -l</bash-input>'),
      prompt('Skill text', { isMeta: true }),
      {
        type: 'system',
        subtype: 'compact_boundary',
        uuid: 'c',
        compactMetadata: { trigger: 'auto', preTokens: 5000 },
      },
      prompt('What was done', { isCompactSummary: true }),
      {
        type: 'attachment',
        uuid: 'q',
        attachment: { type: 'queued_command', commandMode: 'prompt', prompt: 'and pears' },
      },
      { type: 'summary', summary: 'Orchard', leafUuid: 'x' },
      { type: 'system', subtype: 'turn_duration', uuid: 'd', durationMs: 5 },
    ])

    expect(turns.map(turn => [turn.kind, ...outline(turn)])).toEqual([
      ['command', 'text /model opus'],
      ['notice', 'text <local-command-stdout>Set</local-command-stdout>'],
      ['command', 'text ! ls -l'],
      ['notice', 'text Skill text'],
      ['compaction', 'text Conversation compacted (auto, 5,000 tokens before)'],
      ['summary', 'text What was done'],
      ['user', 'text and pears'],
      ['summary', 'text Orchard'],
    ])
  })

  test('keeps apart what a subagent said, unless the file is that subagent’s', () => {
    const side = { isSidechain: true, agentId: 'a1' }
    const lines = [prompt('Look', side), reply(a, text('Seen'), side), reply(a, text('Main'))]

    const main = readTurns(lines)
    const agent = readTurns(lines, 'agent-a1.jsonl')

    expect(main.map(turn => [turn.isSidechain, turn.agentId])).toEqual([
      [true, 'a1'],
      [true, 'a1'],
      [false, null],
    ])
    expect(agent.map(turn => turn.isSidechain)).toEqual([false, false, false])
    expect(agent[0]?.kind).toBe('user')
  })

  test('tells which turns of subagents stand together, also of the end alone', () => {
    const side = { isSidechain: true }
    const lines = [
      prompt('Count them'),
      prompt('Count the trees', side),
      reply(a, call('t1', 'Grep', { pattern: 'tree' }), side),
      results([{ id: 't1', content: '31' }], side),
      reply(b, text('Done')),
      prompt('And the pears', side),
    ]
    const bytes = (from: number, to: number) =>
      lines.slice(from, to).reduce((sum, line) => sum + JSON.stringify(line).length, 0)
    const whole = aConversation(lines)
    whole.readOn(1 << 20)
    const end = aConversation(lines)
    end.readEnd(5)
    const own = aConversation(lines, 'agent-a1.jsonl')
    own.readOn(1 << 20)

    expect([0, 1, 2, 3, 4].map(turn => whole.asideOf(turn))).toEqual([
      null,
      { first: 1, turns: 2, bytes: bytes(1, 4) },
      { first: 1, turns: 2, bytes: bytes(1, 4) },
      null,
      { first: 4, turns: 1, bytes: bytes(5, 6) },
    ])
    expect(end.asideOf(-3)).toEqual({ first: -4, turns: 2, bytes: bytes(1, 4) })
    expect(own.asideOf(1)).toBeNull()
  })

  test('names the subagent that a call started', () => {
    const turns = readTurns([
      reply(a, call('t1', 'Agent', { description: 'count trees' })),
      results([{ id: 't1' }], { toolUseResult: { agentId: 'a77' } }),
    ])

    expect(turns[0]?.blocks[0]).toMatchObject({ name: 'Agent', gist: 'count trees', agentId: 'a77' })
  })

  test('counts what it can’t read and what is no conversation, and goes on', () => {
    const conversation = aConversation([
      '\ufeff{"type":"mode"}',
      '{"type":"user","message"',
      '[1,2]',
      '{"type":"user","message":{"content":[null,7,{"type":"text"},{"type":"odd","x":"\\ud800"}]},"timestamp":12}',
      '{"type":"assistant","message":{"id":7,"model":3,"content":[{"type":"tool_use"},{"type":"tool_use","input":"x"}]}}',
      '{"type":"assistant","message":"no"}',
      { type: 'custom-title', customTitle: 'Orchard' },
      { type: 'ai-title', aiTitle: 'Trees' },
      prompt('still here'),
    ])

    const turns = [...turnsOf(conversation)]

    expect(turns.map(({ kind }) => kind)).toEqual(['notice', 'assistant', 'user'])
    expect(conversation.state()).toMatchObject({
      lines: 9,
      malformedLines: 2,
      otherLines: 4,
      title: 'Orchard',
    })
  })

  test('takes history that was written again once', () => {
    const again = prompt('Plant trees')

    expect(readTurns([again, again])).toHaveLength(1)
  })

  test('holds lines of a megabyte, and names one that is too long to be held', () => {
    const turns = readTurns([prompt('x'.repeat(1 << 20)), prompt('y'.repeat(33 << 20)), prompt('after')])

    expect(outline(turns[0])[0]).toHaveLength('text '.length + (1 << 20))
    expect(turns[1]?.kind).toBe('unread')
    expect(outline(turns[1])).toEqual(['note a line of 34.6 MB is not shown'])
    expect(outline(turns[2])).toEqual(['text after'])
  })

  test('is read in steps; the same turn is the same object until something is added to it', () => {
    const filler = Array.from({ length: 400 }, (_, n) => prompt(`${n} ${'tree '.repeat(300)}`))
    const conversation = aConversation([reply(a, call('t1', 'Bash', {})), ...filler, results([{ id: 't1' }])])

    const hasMore = conversation.readOn(1)
    const early = conversation.turn(0)
    const again = conversation.turn(0)
    const known = conversation.state()
    while (conversation.readOn(1000)) {
      // To the end.
    }

    expect(hasMore).toBe(true)
    expect(known.turns).toBeLessThan(401)
    expect(again).toBe(early)
    expect(outline(early)).toEqual(['tool Bash  → nothing'])
    expect(outline(conversation.turn(0))).toEqual(['tool Bash  → fine'])
    expect(conversation.state()).toMatchObject({ turns: 401, isComplete: true })
  })
})

describe('the end of a conversation', () => {
  const filler = Array.from({ length: 3000 }, (_, n) => prompt(`${n} ${'tree '.repeat(300)}`))

  test('can be read before what is between, and keeps its place when all is read', () => {
    const conversation = aConversation([...filler, reply(a, call('t1', 'Bash', {})), results([{ id: 't1' }])])
    conversation.readOn(1)

    const known = conversation.readEnd(10)
    const [last, before] = [conversation.turn(-1), conversation.turn(-2)]
    const more = conversation.readEnd(1500)
    const turns = [...turnsOf(conversation)]

    expect(known).toBeGreaterThan(10)
    expect(known).toBeLessThan(1000)
    expect(more).toBeGreaterThan(1500)
    expect(outline(last)).toEqual(['tool Bash  → fine'])
    expect(outline(before)[0]).toContain('text 2999 tree')
    expect(conversation.kindOf(-1)).toBe('assistant')
    expect(turns).toHaveLength(3001)
    expect([-1, -2, -more].map(conversation.settled)).toEqual([3000, 2999, 3001 - more])
  })

  test('is all of it where the file is short', () => {
    const conversation = aConversation([prompt('one'), prompt('two')])

    expect(conversation.readEnd(10)).toBe(2)
    expect(outline(conversation.turn(-2))).toEqual(['text one'])
  })
})

describe('a conversation whose file changes', () => {
  const line = (words: string) => `${JSON.stringify(prompt(words))}\n`

  test('goes on where it grew, a line in halves included', () => {
    const conversation = aConversation([prompt('one')])
    const whole = line('two')
    appendFileSync(conversation.file, whole.slice(0, 40))
    const first = [...turnsOf(conversation)].length
    appendFileSync(conversation.file, whole.slice(40))

    const change = conversation.refresh()

    expect([first, change]).toEqual([1, 'grown'])
    expect([...turnsOf(conversation)].map(turn => outline(turn))).toEqual([['text one'], ['text two']])
    expect(conversation.state().malformedLines).toBe(0)
    expect(conversation.refresh()).toBe('same')
  })

  test('can be read to its end after it was deleted', () => {
    const conversation = aConversation([prompt('one'), prompt('two')])
    rmSync(conversation.file)

    expect(conversation.refresh()).toBe('gone')
    expect([...turnsOf(conversation)]).toHaveLength(2)
  })

  test('is not read any more once it is closed, and may be closed twice', () => {
    const conversation = aConversation([prompt('one')])
    conversation.readOn(1)

    conversation.close()
    conversation.close()

    expect(() => conversation.turn(0)).toThrow('closed')
    expect(conversation.readOn(1)).toBe(false)
    expect(conversation.refresh()).toBe('same')
  })

  test('begins anew when the file was replaced or cut', () => {
    const conversation = aConversation([prompt('one'), prompt('two')])
    expect([...turnsOf(conversation)]).toHaveLength(2)
    truncateSync(conversation.file)
    writeFileSync(conversation.file, line('new'))

    const change = conversation.refresh()

    expect(change).toBe('replaced')
    expect([...turnsOf(conversation)].map(turn => outline(turn))).toEqual([['text new']])
  })
})
