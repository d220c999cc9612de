import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyReadings, type Reading } from '../../../src/ingest/apply.ts'
import type { Ledger } from '../../../src/ingest/open-ledger.ts'
import { readFile } from '../../../src/ingest/read-file.ts'
import { describeFile } from '../../../src/transcripts/claude-code/locate.ts'
import {
  emptyLedger,
  sessionSnapshot,
  usageSnapshot,
  withNewLedger,
  writeLines,
} from '../../support/ledger.ts'
import { messageId, uuidOf } from '../../support/lines.ts'

// The ledger is a union: whatever the order in which lines, files and sessions come, its rows are the same.

const examples = process.env.CSL_TEST_LONG ? 400 : 20

/** Who a line says it belongs to: its own session, one that it was copied from, or nobody. */
type Claim = 'own' | 'forked' | 'carried over' | 'none'

interface MessageLine {
  readonly message: number
  readonly at: number
  readonly output: number
  readonly input: number
  readonly isSidechain: boolean
  readonly isFinal: boolean
  readonly advisor: boolean
  readonly isProgress: boolean
  readonly model: string
  readonly claim: Claim
}

const few = fc.constantFrom(0, 3, 80)

const messageLine: fc.Arbitrary<MessageLine> = fc.record({
  message: fc.integer({ min: 0, max: 5 }),
  at: fc.integer({ min: 0, max: 3 }),
  output: few,
  input: few,
  isSidechain: fc.boolean(),
  isFinal: fc.boolean(),
  advisor: fc.boolean(),
  isProgress: fc.boolean(),
  model: fc.constantFrom('claude-opus-4-8', 'claude-haiku-4-5', 'nobody-knows-1'),
  claim: fc.constantFrom<Claim>('own', 'own', 'own', 'forked', 'carried over', 'none'),
})

// Real ids, ids of gateways that repeat in other sessions, and none at all.
const keys: readonly object[] = [
  { id: messageId(1) },
  { id: messageId(2) },
  { id: 'chatcmpl-1' },
  { id: 'msg_7' },
  {},
  { id: messageId(3) },
]

const origin = uuidOf(0xf00d)

function jsonOf(line: MessageLine, sessionId: string): object {
  const usage = {
    input_tokens: line.input,
    output_tokens: line.output,
    cache_creation_input_tokens: 5,
    ...(line.advisor
      ? {
          iterations: [
            { type: 'advisor_message', model: 'claude-fable-5', input_tokens: 7, output_tokens: line.input },
          ],
        }
      : {}),
  }
  const timestamp = `2026-10-01T10:0${line.at}:00.000Z`
  const assistant = {
    type: 'assistant',
    // Only the message without an id needs one, and then it is the key.
    ...(line.message === 4 ? { uuid: uuidOf(40 + line.at) } : {}),
    timestamp,
    ...(line.claim === 'none' ? {} : { sessionId: line.claim === 'carried over' ? origin : sessionId }),
    ...(line.claim === 'forked' ? { forkedFrom: { sessionId: origin, messageUuid: uuidOf(1) } } : {}),
    isSidechain: line.isSidechain,
    message: {
      ...keys[line.message],
      role: 'assistant',
      model: line.model,
      content: [],
      stop_reason: line.isFinal ? 'end_turn' : null,
      usage,
    },
  }
  if (!line.isProgress) return assistant
  return {
    type: 'progress',
    timestamp,
    sessionId,
    data: { type: 'agent_progress', message: assistant },
  }
}

/** A stamped line without uuid, so that all files of a session are born at once. */
function born(sessionId: string, minute: number): object {
  return { type: 'queue-operation', timestamp: `2026-10-01T09:0${minute}:00.000Z`, sessionId }
}

async function read(file: string): Promise<Reading> {
  const found = await describeFile(file)
  if (!found) throw new Error(`${file} is not there`)
  return readFile(found)
}

let serial = 0

/** A folder of its own for every example: files of another would be there too. */
function newProject(folder: string): string {
  return path.join(folder, 'projects', `-example-${++serial}`)
}

/** Applies readings in batches that end where `cuts` says. */
async function applyInBatches(ledger: Ledger, readings: readonly Reading[], cuts: readonly boolean[]) {
  let batch: Reading[] = []
  for (const [i, reading] of readings.entries()) {
    batch.push(reading)
    if (cuts[i]) {
      await applyReadings(ledger, batch)
      batch = []
    }
  }
  await applyReadings(ledger, batch)
}

test('any order, repetition and split of the lines of a session over its files and batches gives the same rows', async () => {
  const sessionId = uuidOf(0xabc)
  const names = [
    `${sessionId}.jsonl`,
    `${sessionId}/subagents/agent-a.jsonl`,
    `${sessionId}/subagents/agent-b.jsonl`,
  ]
  const place = fc.record({
    file: fc.integer({ min: 0, max: 2 }),
    rank: fc.integer(),
    again: fc.option(fc.integer({ min: 0, max: 2 })),
  })
  const example = fc.array(messageLine, { minLength: 1, maxLength: 10 }).chain(lines =>
    fc.record({
      lines: fc.constant(lines),
      places: fc.array(place, { minLength: lines.length, maxLength: lines.length }),
      order: fc.shuffledSubarray([0, 1, 2, 0, 1, 2], { minLength: 6 }),
      cuts: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    }),
  )

  await withNewLedger((ledger, folder) =>
    fc.assert(
      fc.asyncProperty(example, async ({ lines, places, order, cuts }) => {
        await emptyLedger(ledger)
        const all = lines.map(line => jsonOf(line, sessionId))
        const whole = writeLines(path.join(newProject(folder), `${sessionId}.jsonl`), [
          born(sessionId, 0),
          ...all,
        ])
        await applyReadings(ledger, [await read(whole)])
        const expected = await usageSnapshot(ledger.db)

        await emptyLedger(ledger)
        const project = newProject(folder)
        const shuffled = all
          .map((line, i) => ({
            line,
            file: places[i]?.file,
            again: places[i]?.again,
            rank: places[i]?.rank ?? 0,
          }))
          .sort((a, b) => a.rank - b.rank)
        const files = names.map((name, file) =>
          writeLines(path.join(project, name), [
            born(sessionId, 0),
            ...shuffled.filter(item => item.file === file).map(item => item.line),
            ...shuffled.filter(item => item.again === file).map(item => item.line),
          ]),
        )
        const readings = await Promise.all(files.map(read))
        await applyInBatches(
          ledger,
          order.flatMap(file => readings[file] ?? []),
          cuts,
        )

        expect(await usageSnapshot(ledger.db)).toEqual(expected)
      }),
      { numRuns: examples },
    ),
  )
}, 600_000)

test('sessions that share history give the same rows, counts and owners in any order', async () => {
  const ids = [uuidOf(0xa), uuidOf(0xb), uuidOf(0xc)]
  const session = fc.record({
    bornMinute: fc.integer({ min: 0, max: 3 }),
    lines: fc.array(
      fc.record({ line: messageLine, copiedFrom: fc.option(fc.constantFrom(...ids, origin)) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  })
  const example = fc.record({
    sessions: fc.tuple(session, session, session),
    first: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
    second: fc.shuffledSubarray([0, 1, 2, 0, 1, 2], { minLength: 6 }),
    cuts: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  })

  await withNewLedger((ledger, folder) =>
    fc.assert(
      fc.asyncProperty(example, async ({ sessions, first, second, cuts }) => {
        await emptyLedger(ledger)
        const project = newProject(folder)
        const files = sessions.map(({ bornMinute, lines }, i) => {
          const sessionId = ids[i] ?? ''
          return writeLines(path.join(project, `${sessionId}.jsonl`), [
            born(sessionId, bornMinute),
            ...lines.map(({ line, copiedFrom }) => {
              const json = jsonOf({ ...line, claim: 'own' }, sessionId)
              const isCopy = copiedFrom !== null && copiedFrom !== sessionId
              return isCopy
                ? { ...json, forkedFrom: { sessionId: copiedFrom, messageUuid: uuidOf(1) } }
                : json
            }),
          ])
        })
        const readings = await Promise.all(files.map(read))
        await applyReadings(
          ledger,
          first.flatMap(i => readings[i] ?? []),
        )
        const expected = { usage: await usageSnapshot(ledger.db), ...(await sessionSnapshot(ledger.db)) }

        await emptyLedger(ledger)
        await applyInBatches(
          ledger,
          second.flatMap(i => readings[i] ?? []),
          cuts,
        )

        const again = { usage: await usageSnapshot(ledger.db), ...(await sessionSnapshot(ledger.db)) }
        expect(again).toEqual(expected)
        // Whatever came when: each message counts once.
        const counts = await ledger.db.rows<{ n: number }>(
          `SELECT count(*)::INTEGER AS n FROM usage_records WHERE counted AND part = 0 GROUP BY message_key`,
        )
        expect(counts.every(({ n }) => n === 1)).toBe(true)
      }),
      { numRuns: examples },
    ),
  )
}, 600_000)
