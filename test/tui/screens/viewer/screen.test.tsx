import { appendFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { render } from 'ink-testing-library'
import { expect, test } from 'vitest'
import { UserError } from '../../../../src/base/errors.ts'
import type { Conversation } from '../../../../src/transcripts/conversation.ts'
import type { TuiData } from '../../../../src/tui/data.ts'
import type { Size } from '../../../../src/tui/screen.ts'
import { type TranscriptToRead, ViewerScreen } from '../../../../src/tui/screens/viewer/screen.tsx'
import {
  aConversation,
  call,
  prompt,
  reply,
  results,
  text,
  viewedId,
} from '../../../support/conversations.ts'
import { messageId } from '../../../support/lines.ts'
import { someData } from '../../../support/tui-data.ts'

interface Shown {
  readonly left: string[]
  readonly changed: () => void
  /** Presses keys, each after the other was drawn. */
  press(...keys: string[]): Promise<string>
  /** Waits until the frame shows a text. */
  until(text: string): Promise<string>
  resize(size: Size): Promise<string>
  /** All of it at once. */
  write(keys: string): void
}

/** The viewer with transcripts by session id. */
function show(
  conversations: Readonly<Record<string, Conversation>>,
  {
    size = { columns: 60, rows: 14 },
    data = {},
    slowMs = 0,
    reads = {},
  }: { size?: Size; data?: Partial<TuiData>; slowMs?: number; reads?: Partial<TranscriptToRead> } = {},
): Shown {
  const left: string[] = []
  let tell: () => void = () => undefined
  const answers = someData({
    openTranscript: async ({ sessionId, agentId }) => {
      await sleep(slowMs)
      const found = conversations[agentId ?? sessionId]
      if (!found) throw new UserError('the transcript is not on this machine', 'it was recorded on desk')
      // The test closes it.
      return {
        ...found,
        state: () => found.state(),
        sessionId: found.sessionId,
        agentId: found.agentId,
        close() {},
      }
    },
    onTranscriptChange: (_, listener) => {
      tell = listener
      return () => undefined
    },
    ...data,
  })
  const transcripts = Object.keys(conversations)
    .filter(id => !id.startsWith('agent'))
    .map(sessionId => ({ sessionId, ...reads }))
  const screen = (now: Size) => (
    <ViewerScreen
      data={answers}
      size={now}
      isActive
      onBack={() => left.push('back')}
      onOpen={({ screen }) => left.push(screen)}
      transcripts={transcripts}
    />
  )
  const { stdin, lastFrame, rerender } = render(screen(size))
  const frame = () => lastFrame() ?? ''
  return {
    left,
    changed: () => tell(),
    write: keys => stdin.write(keys),
    async press(...keys) {
      for (const key of keys) {
        stdin.write(key)
        await sleep(60)
      }
      return frame()
    },
    async until(wanted) {
      for (let tries = 0; !frame().includes(wanted) && tries < 200; tries++) await sleep(25)
      expect(frame()).toContain(wanted)
      return frame()
    },
    async resize(now) {
      rerender(screen(now))
      await sleep(60)
      return frame()
    },
  }
}

const [a, b] = [messageId(901), messageId(902)]
const orchard = () =>
  aConversation([
    prompt('Plant the trees'),
    reply(a, { type: 'thinking', thinking: 'Oaks?\nElms!' }),
    reply(a, text('I **begin**.')),
    reply(a, call('t1', 'Bash', { command: 'dig' })),
    results([{ id: 't1', content: Array.from({ length: 30 }, (_, n) => `hole ${n}`).join('\n') }]),
    prompt('Water them'),
    reply(b, text(`Done.\n\n${Array.from({ length: 20 }, (_, n) => `- tree ${n}`).join('\n')}`)),
    { type: 'custom-title', customTitle: 'The \x1b[31morchard' },
  ])

test('a transcript is read as a conversation, folded, with what there is at a glance', async () => {
  const { until } = show({ one: orchard() })

  await until('turn 1/4')
  const frame = await until('I begin.')

  expect(frame.split('\n')[0]).toMatch(/^The orchard {2,}turn 1\/4$/)
  expect(frame).toContain('● User\n  Plant the trees\n\n● Opus 4.8\n  ▸ thinking · 2 lines, 11 B\n  I begin.')
  expect(frame).toContain('▪ Bash dig\n  ▸ result · 30 lines, 229 B')
})

test('keys move, fold, search and show facts', async () => {
  const { press, until, left } = show({ one: orchard() })
  await until('turn 1/4')

  const opened = await press('r', 't')
  const facts = await press('r', 't', 'i')
  const prompted = await press('i', ']')
  const end = await press('G')
  await press('g', '/', 'h', 'o', 'l', 'e', ' ', '2', '5', '\r')
  const hit = await until('hole 24')
  await press('n')
  const missed = await until('not found')
  await press('?')

  expect(opened).toContain('    Elms!')
  expect(opened).toContain('▾ input · 3 lines')
  expect(facts).toContain('2026-10-01 10:00:05 · claude-opus-4-8')
  expect(prompted).toContain('Water them')
  expect(end).toContain('• tree 19')
  expect(end).toContain('4 turns of 8 lines; 1 line is no part')
  expect(hit).toContain('hole 25')
  expect(missed).toContain('not found further down: hole 25')
  expect(left).toEqual(['help'])
})

test('opens at what was found, under the name that the session was given; in a subagent’s transcript, too', async () => {
  const reads = { title: 'Trees', find: 'hole 25' }
  const own = show({ one: orchard() }, { reads })
  await own.until('hole 24')
  await own.press('n')
  const searched = await own.until('not found')
  const below = show(
    { one: orchard(), agent7: aConversation([prompt('Dig hole 25 deeper')]) },
    { reads: { ...reads, foundIn: 'agent7' } },
  )
  const agent = await below.until('Dig »hole 25«')
  await below.press('q')
  const above = await below.until('Plant the trees')

  expect(searched).toMatch(/^Trees +turn \d\/4/)
  expect(searched).toContain('not found further down: hole 25')
  expect(agent).not.toContain('Plant the trees')
  expect(above).not.toContain('not found')
  expect(below.left).toEqual([])
})

test('leads from one transcript to the next and back to where one was', async () => {
  const other = aConversation([prompt('Another one')])
  const { press, until, left } = show({ one: orchard(), two: other, three: undefined as never })
  await until('turn 1/4 · 1/3')

  await press('j', 'j', 'j')
  await until('turn 2/4')
  await press('\x1b[C')
  const second = await until('Another one')
  await press('>')
  const third = await until('not on this machine')
  await press('<')
  await until('2/3')
  await press('\x1b[D')
  const first = await until('turn 2/4 · 1/3')
  await press('q')

  expect(second).toContain('2/3')
  expect(third).toContain('(it was recorded on')
  expect(first).not.toContain('Plant the trees')
  await expect.poll(() => left).toEqual(['back'])
})

test('loses no key that comes while the next transcript is being opened', async () => {
  const others = Object.fromEntries(
    ['two', 'three'].map(id => [id, aConversation([prompt(id), prompt(`pears of ${id}`), prompt('end')])]),
  )
  const { until, write, left } = show(
    { one: orchard(), ...others },
    { size: { columns: 60, rows: 6 }, slowMs: 150 },
  )
  await until('turn 1/4 · 1/3')

  write('>>/pears\r')
  const found = await until('»pears« of three')
  write('<]q')
  await expect.poll(() => left).toEqual(['back'])

  expect(found).toContain('3/3')
})

test('says where there is no further one, and goes on listening', async () => {
  const { press, until } = show({ one: orchard() })
  await until('turn 1/4')

  await press('>')
  await until('no further transcript')
  await press('j', 'j', 'j')

  await until('turn 2/4')
})

test('opens the transcript of a subagent, and leads back', async () => {
  const main = aConversation([
    reply(a, call('t1', 'Agent', { description: 'count' })),
    results([{ id: 't1' }], { toolUseResult: { agentId: 'agent-7' } }),
  ])
  const agent = aConversation([prompt('Count the trees', { agentId: 'agent-7' })], 'agent-7.jsonl')
  const { press, until, left } = show({ [viewedId]: main, 'agent-7': agent })
  await until('subagent agent-7')

  await press('a')
  const inside = await until('Count the trees')
  await press('\x1b')
  await until('▪ Agent count')

  expect(inside).toContain('subagent agent-7 · ')
  expect(left).toEqual([])
})

test('saves, and says where', async () => {
  const saved: string[] = []
  const { press, until } = show(
    { one: orchard() },
    {
      data: {
        saveTranscript: async (conversation, format) => {
          saved.push(`${conversation.sessionId} ${format}`)
          if (format === 'json') throw new UserError('no room')
          return '/home/dev/transcript.md'
        },
      },
    },
  )
  await until('turn 1/4')

  await press('m')
  await until('saved: /home/dev/transcript.md')
  await press('s')
  await until('no room')

  expect(saved).toEqual([`${viewedId} md`, `${viewedId} json`])
})

test('follows a file that grows, and goes on with one that is gone', async () => {
  const conversation = orchard()
  const { press, until, changed } = show({ one: conversation })
  await until('turn 1/4')
  await press('G')

  appendFileSync(conversation.file, `${JSON.stringify(prompt('And pears?'))}\n`)
  changed()
  await until('And pears?')
  rmSync(conversation.file)
  changed()
  await until('the file is gone')

  expect(await press('g')).toContain('Plant the trees')
})

test('fits every size, and keeps what is at the top when that changes', async () => {
  const { press, until, resize } = show({ one: orchard() })
  await until('turn 1/4')
  await press(']')

  for (const size of [
    { columns: 20, rows: 5 },
    { columns: 20, rows: 2 },
    { columns: 200, rows: 60 },
    { columns: 80, rows: 24 },
  ]) {
    const frame = await resize(size)
    expect(frame.split('\n').length).toBeLessThanOrEqual(size.rows)
    expect(frame).toContain('Water them')
  }
})
