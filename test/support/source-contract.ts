import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ReadBudgetError } from '../../src/base/jsonl.ts'
import { applyReadings, type Reading } from '../../src/ingest/apply.ts'
import { fingerprintOf } from '../../src/ingest/fingerprint.ts'
import { packUsage, unpackUsage } from '../../src/ingest/pack.ts'
import { turnsOf } from '../../src/transcripts/conversation.ts'
import type { TranscriptFile, TranscriptSource, UnreadablePlace } from '../../src/transcripts/source.ts'
import { usageSnapshot, withNewLedger } from './ledger.ts'

/** A session to be written in a tool's own format. */
export interface InventedSession {
  readonly id: string
  readonly cwd: string
  readonly title: string
  readonly prompt: string
  readonly startedAtMs: number
  readonly messages: readonly InventedMessage[]
  /** What each of its subagents was told, in a file of its own. */
  readonly subagents: readonly (readonly InventedMessage[])[]
}

export interface InventedMessage {
  readonly serial: number
  readonly atMs: number
  readonly model: string
  readonly input: number
  readonly output: number
  readonly cacheRead: number
}

/** What the suite must be told of a tool. */
export interface SourceKind {
  readonly source: TranscriptSource
  /** Session ids as the tool makes them. */
  sessionId(n: number): string
  /** Writes a session below a root, as the tool would. Answers the path of its main transcript. */
  write(root: string, session: InventedSession): string
  /** One more message, as the tool would append it to the main transcript. */
  line(session: InventedSession, message: InventedMessage): string
}

const startedAtMs = Date.parse('2026-10-01T10:00:00.000Z')

function message(serial: number, changes: Partial<InventedMessage> = {}): InventedMessage {
  return {
    serial,
    atMs: startedAtMs + serial * 1000,
    model: 'claude-opus-4-8',
    input: 10 * serial,
    output: 100 + serial,
    cacheRead: 5,
    ...changes,
  }
}

/** What every source must hold, so that the floors above need not know which tool it is. */
export function sourceContract(name: string, kind: SourceKind): void {
  const { source } = kind

  function aSession(n: number, changes: Partial<InventedSession> = {}): InventedSession {
    return {
      id: kind.sessionId(n),
      cwd: '/home/dev/orchard-api',
      title: 'Plant the orchard',
      prompt: 'Plant apple trees',
      startedAtMs,
      messages: [message(10 * n + 1), message(10 * n + 2, { model: 'claude-haiku-4-5' })],
      subagents: [[message(10 * n + 3)], [message(10 * n + 4), message(10 * n + 5)]],
      ...changes,
    }
  }

  function aRoot(): string {
    const root = mkdtempSync(path.join(tmpdir(), 'csl-source-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    return root
  }

  async function theFile(main: string): Promise<TranscriptFile> {
    const file = (await source.listSession(main)).find(found => found.path === main)
    if (!file) throw new Error(`${main} is not listed`)
    return file
  }

  async function readingOf(file: TranscriptFile): Promise<Reading> {
    return { file, fingerprint: fingerprintOf(file), transcript: await source.read(file) }
  }

  describe(`a source of transcripts: ${name}`, () => {
    test('lists the files of every root, newest first, and passes over what is not there', async () => {
      const [one, two] = [aRoot(), aRoot()]
      const older = kind.write(one, aSession(1, { subagents: [] }))
      const newer = kind.write(two, aSession(2, { subagents: [] }))
      utimesSync(older, 1_700_000_000, 1_700_000_000)
      utimesSync(newer, 1_800_000_000, 1_800_000_000)

      const files = await source.list([one, path.join(one, 'nowhere'), two])

      expect(files.map(file => file.path)).toEqual([newer, older])
      const { size, mtimeMs, ino } = statSync(newer)
      expect(files[0]).toMatchObject({ tool: source.tool, size, mtimeMs, inode: ino })
      expect(files.every(file => file.birthMs > 0 && file.birthMs <= Date.now())).toBe(true)
    })

    test('tells of a folder that it can’t read, and lists the files of the others', async () => {
      const [one, two] = [aRoot(), aRoot()]
      const loop = path.dirname(kind.write(one, aSession(1, { subagents: [] })))
      const other = kind.write(two, aSession(2, { subagents: [] }))
      rmSync(loop, { recursive: true })
      symlinkSync(loop, loop)
      const told: UnreadablePlace[] = []

      const files = await source.list([one, two], place => told.push(place))

      expect(files.map(file => file.path)).toEqual([other])
      expect(told).toMatchObject([{ path: loop, why: expect.stringContaining('ELOOP') }])
      expect(await source.list([one, two])).toEqual(files)
    })

    const { findStarting, converse } = source
    if (findStarting && converse) {
      test('shows conversations, finds their files by the beginning of an id and has their prompts', async () => {
        const root = aRoot()
        const main = kind.write(root, aSession(1))
        kind.write(root, aSession(2))
        const id = kind.sessionId(1)

        const found = await findStarting([root, path.join(root, 'nowhere')], id.toUpperCase())
        const conversation = await converse(main)
        const turns = [...turnsOf(conversation)]
        conversation.close()

        expect(found).toEqual([{ tool: source.tool, sessionId: id, path: main }])
        expect(await findStarting([root], id.slice(0, -2))).toHaveLength(2)
        expect(turns.filter(turn => turn.kind === 'user').flatMap(turn => turn.blocks)).toEqual([
          { kind: 'text', text: 'Plant apple trees' },
        ])
        expect(turns.filter(turn => turn.kind === 'assistant').map(turn => turn.tokens?.output)).toEqual([
          111, 112,
        ])
      })
    }

    test('lists the files of subagents with those of their session, and no other session’s', async () => {
      const root = aRoot()
      const main = kind.write(root, aSession(1))
      kind.write(root, aSession(2))

      const [all, own] = [await source.list([root]), await source.listSession(main)]

      expect(all).toHaveLength(6)
      expect(own).toHaveLength(3)
      const transcripts = await Promise.all(own.map(file => source.read(file)))
      expect(new Set(transcripts.map(({ sessionId }) => sessionId))).toEqual(new Set([kind.sessionId(1)]))
      expect(new Set(transcripts.map(({ member }) => member)).size).toBe(3)
      expect(transcripts.filter(({ member }) => member === '')).toHaveLength(1)
    })

    test('finds a session by its id, and nothing by what is none', async () => {
      const root = aRoot()
      const main = kind.write(root, aSession(1))

      const found = await source.find([path.join(root, 'nowhere'), root], kind.sessionId(1))

      expect(found).toBe(main)
      for (const id of [kind.sessionId(2), '', '../secret', '/etc/passwd', 'a\0b']) {
        expect(await source.find([root], id)).toBeUndefined()
      }
    })

    // Not every tool can tell.
    if (source.active) {
      test('knows which session of a directory was written last', async () => {
        const root = aRoot()
        const older = kind.write(root, aSession(1))
        kind.write(root, aSession(2))
        kind.write(root, aSession(3, { cwd: '/home/dev/press' }))
        const past = Date.now() / 1000 - 3600
        utimesSync(older, past, past)

        const active = (cwd: string) => source.active?.([path.join(root, 'nowhere'), root], cwd)

        expect((await active('/home/dev/orchard-api'))?.sessionId).toBe(kind.sessionId(2))
        expect((await active('/home/dev/press'))?.sessionId).toBe(kind.sessionId(3))
        expect(await active('/home/dev')).toBeUndefined()
      })
    }

    test('reads when and where a session was, and what it is called', async () => {
      const main = kind.write(aRoot(), aSession(1))

      const { tool, sessionId, member, facts } = await source.read(await theFile(main))

      expect({ tool, sessionId, member }).toEqual({
        tool: source.tool,
        sessionId: kind.sessionId(1),
        member: '',
      })
      expect(facts).toMatchObject({
        cwd: '/home/dev/orchard-api',
        title: 'Plant the orchard',
        firstPrompt: 'Plant apple trees',
        prompts: 1,
        malformedLines: 0,
        startedAtMs,
        endedAtMs: message(12).atMs,
        bornAtMs: startedAtMs,
      })
    })

    test('reads each message once, with a key of its own, its time, model and tokens', async () => {
      const session = aSession(1)
      const main = kind.write(aRoot(), session)

      const { usage } = await source.read(await theFile(main))

      expect(usage).toMatchObject(
        session.messages.map(({ atMs, model, input, output, cacheRead }) => ({
          sessionId: session.id,
          part: 0,
          occurredAtMs: atMs,
          bornAtMs: startedAtMs,
          model,
          input,
          output,
          cacheRead,
          cacheWrite5m: 0,
          cacheWrite1h: 0,
          hasUsage: true,
          isSidechain: false,
        })),
      )
      expect(new Set(usage.map(record => record.messageKey)).size).toBe(usage.length)
    })

    test('reads the same again, and leaves the file as it is', async () => {
      const main = kind.write(aRoot(), aSession(1))
      const file = await theFile(main)
      const before = readFileSync(main)

      const [first, second] = [await source.read(file), await source.read(file)]

      expect(second).toEqual(first)
      expect(readFileSync(main)).toEqual(before)
    })

    test('reads a file that has grown, whole', async () => {
      const session = aSession(1)
      const main = kind.write(aRoot(), session)
      const before = await source.read(await theFile(main))
      appendFileSync(main, `${kind.line(session, message(99))}\n`)

      const after = await source.read(await theFile(main))

      expect(after.usage.slice(0, -1)).toEqual(before.usage)
      expect(after.usage.at(-1)).toMatchObject({ output: 199 })
    })

    test('passes over what is malformed and a cut-off end, and counts it', async () => {
      const session = aSession(1)
      const main = kind.write(aRoot(), session)
      const cut = kind.line(session, message(99)).slice(0, -10)
      appendFileSync(main, `[]\n\u0000\n${kind.line(session, message(98))}\n${cut}`)

      const { facts, usage } = await source.read(await theFile(main))

      expect(facts.malformedLines).toBe(3)
      expect(usage).toHaveLength(session.messages.length + 1)
    })

    test.each([
      ['nothing', Buffer.alloc(0)],
      ['bytes of all kinds', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256))],
      ['one object of no known shape', Buffer.from('{"a":[{"b":null}]}\n')],
    ])('reads a file of %s, and finds no message in it', async (_, bytes) => {
      const main = kind.write(aRoot(), aSession(1))
      writeFileSync(main, bytes)

      const { sessionId, usage, facts } = await source.read(await theFile(main))

      expect(sessionId).toBe(kind.sessionId(1))
      expect(usage).toEqual([])
      expect(facts.startedAtMs).toBeNull()
    })

    test('says so when a file has vanished', async () => {
      const main = kind.write(aRoot(), aSession(1))
      const file = await theFile(main)
      rmSync(main)

      await expect(source.read(file)).rejects.toMatchObject({ code: 'ENOENT' })
    })

    test('stops when there is no time left', async () => {
      const main = kind.write(aRoot(), aSession(1))
      const file = await theFile(main)

      await expect(source.read(file, { deadlineMs: performance.now() - 1 })).rejects.toThrow(ReadBudgetError)
    })

    test('gives records that survive the way from one thread to another', async () => {
      const { usage } = await source.read(await theFile(kind.write(aRoot(), aSession(1))))

      const packed = structuredClone(packUsage(usage))

      expect(unpackUsage(packed)).toEqual(usage)
    })

    test('says how to continue a session, if it can, without a shell', () => {
      const id = kind.sessionId(1)

      const line = source.resume?.({ id, cwd: '/home/dev/a b' })

      if (line === undefined) return
      expect(line.cwd).toBe('/home/dev/a b')
      expect(line.args).toContain(id)
      expect(line.command).toMatch(/^[a-z-]+$/)
    })

    test('can be recorded: every message counts once into its session, and again changes nothing', async () => {
      const session = aSession(1)
      const main = kind.write(aRoot(), session)
      const readings = await Promise.all((await source.listSession(main)).map(readingOf))

      await withNewLedger(async ledger => {
        await applyReadings(ledger, readings)
        const once = await usageSnapshot(ledger.db)
        await applyReadings(ledger, [...readings].reverse())

        expect(await usageSnapshot(ledger.db)).toEqual(once)
        const rows = await ledger.db.rows(
          `SELECT session_id, tool, title, api_message_count, input_tokens, output_tokens, cache_read_tokens, subagent_count,
             revision FROM sessions`,
        )
        const messages = [...session.messages, ...session.subagents.flat()]
        const sum = (count: (each: InventedMessage) => number) =>
          messages.map(count).reduce((a, b) => a + b, 0)
        expect(rows).toEqual([
          {
            sessionId: session.id,
            tool: source.tool,
            title: session.title,
            apiMessageCount: messages.length,
            inputTokens: sum(each => each.input),
            outputTokens: sum(each => each.output),
            cacheReadTokens: sum(each => each.cacheRead),
            subagentCount: session.subagents.length,
            revision: 1,
          },
        ])
      })
    })
  })
}
