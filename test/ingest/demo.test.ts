import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DemoOptions, writeDemoHome } from '../../src/ingest/demo.ts'

const nowMs = Date.parse('2026-11-20T12:00:00Z')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'csl-demo-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

interface Usage {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number }
  output_tokens_details?: { thinking_tokens: number }
}

interface Line {
  type: string
  uuid?: string
  timestamp?: string
  sessionId: string
  isSidechain?: boolean
  isMeta?: boolean
  isApiErrorMessage?: boolean
  customTitle?: string
  aiTitle?: string
  message?: {
    id?: string
    model?: string
    stop_reason?: string | null
    usage?: Usage
    content: string | { type: string; id?: string; name?: string; is_error?: boolean }[]
  }
}

function writeHome(options: Partial<DemoOptions> = {}, name = 'home') {
  return writeDemoHome(path.join(folder, name), { nowMs, ...options })
}

function filesIn(name = 'home'): string[] {
  return readdirSync(path.join(folder, name), { recursive: true, encoding: 'utf8' })
    .filter(file => statSync(path.join(folder, name, file)).isFile())
    .sort()
}

function transcripts(name = 'home') {
  return filesIn(name)
    .filter(file => file.endsWith('.jsonl'))
    .map(file => {
      const text = readFileSync(path.join(folder, name, file), 'utf8')
      const lines = text
        .trimEnd()
        .split('\n')
        .map((line): Line => JSON.parse(line))
      return { file, lines, sessionId: file.split(path.sep)[2]?.replace('.jsonl', '') ?? '' }
    })
}

/** Each message id once: its line with the largest output, and whether any of its lines is finished. */
function countMessages(lines: readonly Line[]) {
  const messages = new Map<string, { model: string; usage: Usage; isFinal: boolean }>()
  for (const { message } of lines) {
    if (!message?.usage || !message.id) continue
    const known = messages.get(message.id)
    const usage =
      known && known.usage.output_tokens > message.usage.output_tokens ? known.usage : message.usage
    const isFinal = known?.isFinal === true || typeof message.stop_reason === 'string'
    messages.set(message.id, { model: message.model ?? '', usage, isFinal })
  }
  return messages
}

function sumOf(usages: Iterable<{ usage: Usage }>) {
  const sum = { input: 0, output: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, thinking: 0 }
  for (const { usage } of usages) {
    sum.input += usage.input_tokens
    sum.output += usage.output_tokens
    sum.cacheWrite5m += usage.cache_creation.ephemeral_5m_input_tokens
    sum.cacheWrite1h += usage.cache_creation.ephemeral_1h_input_tokens
    sum.cacheRead += usage.cache_read_input_tokens
    sum.thinking += usage.output_tokens_details?.thinking_tokens ?? 0
  }
  return sum
}

function blocksOf(lines: readonly Line[]) {
  return lines.flatMap(line => (Array.isArray(line.message?.content) ? line.message.content : []))
}

describe('an invented home', () => {
  test('holds the messages and tokens that it says, each message once', async () => {
    const home = await writeHome()

    const messages = countMessages(transcripts().flatMap(({ lines }) => lines))
    expect(home.sessions).toBe(40)
    expect(home.messages).toBe(messages.size)
    expect(home.tokens).toEqual(sumOf(messages.values()))
    expect(home.files).toBe(transcripts().length)
  })

  test('says of each session what its files hold', async () => {
    const home = await writeHome()

    for (const session of Object.values(home.bySession)) {
      const own = transcripts().filter(({ sessionId }) => sessionId === session.id)
      const all = own.flatMap(({ lines }) => lines)
      const main = own.find(({ file }) => !file.includes('subagents'))?.lines ?? []
      const messages = countMessages(all)
      const results = blocksOf(all).filter(block => block.type === 'tool_result')
      const tools = blocksOf(all).filter(block => block.type === 'tool_use')
      const typed = main.filter(line => line.type === 'user' && typeof line.message?.content === 'string')
      const commands = typed.filter(line => String(line.message?.content).startsWith('<'))
      const custom = main.findLast(line => line.type === 'custom-title')?.customTitle
      const stamps = main
        .filter(line => line.uuid === undefined)
        .map(line => Date.parse(line.timestamp ?? ''))
      expect(session.messages + session.inherited.messages).toBe(messages.size)
      expect([...messages.values()].filter(({ isFinal }) => !isFinal)).toHaveLength(session.unfinalized)
      expect(own.length - 1).toBe(session.subagents)
      expect(typed.length - commands.length).toBe(session.prompts)
      expect(commands).toHaveLength(session.slashCommands.length * 2)
      expect(tools).toHaveLength(session.toolCalls)
      expect(tools.filter(tool => tool.name === 'Skill')).toHaveLength(session.skills.length)
      expect(results.filter(result => result.is_error)).toHaveLength(session.toolErrors)
      expect(main.filter(line => line.isApiErrorMessage)).toHaveLength(session.apiErrors)
      expect(custom ?? main.findLast(line => line.type === 'ai-title')?.aiTitle ?? null).toBe(session.title)
      expect(stamps[0]).toBe(session.startedAtMs)
      expect(Math.max(...all.map(line => Date.parse(line.timestamp ?? '') || 0))).toBe(session.endedAtMs)
    }
  })

  test('adds up: the sum over models and sessions is the total', async () => {
    const home = await writeHome()

    const sessions = Object.values(home.bySession)
    const models = sessions.flatMap(session => Object.values(session.models))
    expect(models.reduce((sum, tokens) => sum + tokens.output, 0)).toBe(home.tokens.output)
    expect(sessions.reduce((sum, session) => sum + session.tokens.cacheRead, 0)).toBe(home.tokens.cacheRead)
    expect(sessions.reduce((sum, session) => sum + session.messages, 0)).toBe(home.messages)
  })

  test('has what makes transcripts hard to count', async () => {
    const home = await writeHome()

    const sessions = Object.values(home.bySession)
    const withUnknownModel = sessions.filter(session => session.models['claude-preview-x'])
    expect(withUnknownModel).toHaveLength(1)
    expect(sessions.some(session => session.unfinalized > 0)).toBe(true)
    expect(sessions.some(session => session.subagents > 0)).toBe(true)
    expect(sessions.some(session => session.apiErrors > 0 && session.toolErrors >= 0)).toBe(true)
    expect(sessions.some(session => session.toolErrors > 0)).toBe(true)
    expect(sessions.some(session => session.title === null)).toBe(true)
    expect(sessions.some(session => session.prUrls.length > 0)).toBe(true)
    expect(sessions.some(session => session.branches.length > 1)).toBe(true)
    expect(sessions.some(session => session.slashCommands.length > 0)).toBe(true)
    expect(new Set(sessions.flatMap(session => Object.keys(session.models))).size).toBe(4)
    expect(new Set(sessions.map(session => session.project)).size).toBe(5)
    expect(home.tokens.cacheWrite5m).toBeGreaterThan(0)
    expect(home.tokens.cacheWrite1h).toBeGreaterThan(0)
  })

  test('has a fork that repeats lines of another session and was born later', async () => {
    const home = await writeHome()

    const [fork] = Object.values(home.bySession).filter(session => session.inherited.messages > 0)
    const lines = transcripts().find(({ sessionId }) => sessionId === fork?.id)?.lines ?? []
    const ids = new Set(countMessages(lines).keys())
    const parents = transcripts().filter(({ sessionId, lines: others }) => {
      return sessionId !== fork?.id && [...countMessages(others).keys()].some(id => ids.has(id))
    })
    const [parent] = parents
    const shared = [...countMessages(parent?.lines ?? [])]
      .filter(([id]) => ids.has(id))
      .map(([, message]) => message)
    const bornAt = (of: readonly Line[]) =>
      of.find(line => line.timestamp && line.uuid === undefined)?.timestamp ?? ''
    expect(parents).toHaveLength(1)
    expect(shared).toHaveLength(fork?.inherited.messages ?? 0)
    expect(sumOf(shared)).toEqual(fork?.inherited.tokens)
    expect(bornAt(lines) > bornAt(parent?.lines ?? [])).toBe(true)
    expect(lines.every(line => line.sessionId === fork?.id)).toBe(true)
    expect(parent?.lines.length).toBeGreaterThan(shared.length)
  })

  test('has the shapes of real lines: long ids, several lines a message, a growing output', async () => {
    await writeHome()

    const lines = transcripts().flatMap(file => file.lines)
    const answers = lines.filter(line => line.message?.usage)
    const growing = answers.filter((line, at) => {
      const before = answers[at - 1]?.message
      return (
        before?.id === line.message?.id &&
        (before?.usage?.output_tokens ?? 0) < (line.message?.usage?.output_tokens ?? 0)
      )
    })
    const copied =
      lines.filter(line => line.uuid).length - new Set(lines.map(line => line.uuid).filter(Boolean)).size
    expect(answers.every(line => /^msg_[0-9A-Za-z]{24}$/.test(line.message?.id ?? ''))).toBe(true)
    expect(growing.length).toBeGreaterThan(100)
    expect(copied).toBeGreaterThan(0)
    expect(copied).toBeLessThan(100)
  })

  test('lies in the thirty days before now', async () => {
    const home = await writeHome()

    const times = transcripts().flatMap(({ lines }) =>
      lines.map(line => Date.parse(line.timestamp ?? '') || nowMs),
    )
    expect(Math.max(...times)).toBe(nowMs)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(nowMs - 30 * 86_400_000)
    expect(Object.values(home.bySession).every(session => session.endedAtMs < nowMs)).toBe(true)
  })

  test('is the same for the same seed, and another for another', async () => {
    const first = await writeHome({}, 'first')
    const second = await writeHome({}, 'second')
    const other = await writeHome({ seed: 2 }, 'other')

    const contents = (name: string) =>
      filesIn(name).map(file => [file, readFileSync(path.join(folder, name, file), 'utf8')])
    expect(contents('second')).toEqual(contents('first'))
    expect(second).toEqual(first)
    expect(other.tokens).not.toEqual(first.tokens)
  })

  test('grows to a size without another total', async () => {
    const small = await writeHome({}, 'small')
    const large = await writeHome({ targetBytes: 8_000_000 }, 'large')

    const size = (name: string) =>
      filesIn(name)
        .filter(file => file.endsWith('.jsonl'))
        .reduce((sum, file) => sum + statSync(path.join(folder, name, file)).size, 0)
    expect(small.bytes).toBe(size('small'))
    expect(large.bytes).toBe(size('large'))
    expect(large.bytes).toBeGreaterThan(7_900_000)
    expect(large.bytes).toBeLessThanOrEqual(8_000_000)
    expect({ ...large, bytes: 0 }).toEqual({ ...small, bytes: 0 })
  })

  test.each([1, 6, 300])('can have %i sessions', async sessions => {
    const home = await writeHome({ sessions })

    expect(Object.keys(home.bySession)).toHaveLength(sessions)
    expect(transcripts().filter(({ file }) => !file.includes('subagents'))).toHaveLength(sessions)
  })

  test('names nothing real, and leaves no mark in the texts', async () => {
    await writeHome()

    const texts = filesIn().map(file => readFileSync(path.join(folder, 'home', file), 'utf8'))
    const homes = new Set(
      texts.flatMap(text => text.match(/\/(?:home|Users|tmp|root)\/[^/"]*\/[^/"]*/g) ?? []),
    )
    expect([...homes].sort()).toEqual(['/home/dev/.claude', '/home/dev/acme'])
    expect(texts.filter(text => text.includes('\ue000'))).toHaveLength(0)
  })
})
