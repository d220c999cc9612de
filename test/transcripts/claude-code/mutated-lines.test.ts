import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { applyReadings } from '../../../src/ingest/apply.ts'
import { readFile } from '../../../src/ingest/read-file.ts'
import { describeFile } from '../../../src/transcripts/claude-code/locate.ts'
import { claudeCode } from '../../../src/transcripts/claude-code/source.ts'
import type { Transcript } from '../../../src/transcripts/transcript.ts'
import { emptyLedger, withNewLedger } from '../../support/ledger.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from '../../support/lines.ts'
import { hasShared, sharedFolder } from '../../support/shared.ts'

// The format is internal to the client and changes without notice: whatever a line holds, it is read or counted as
// malformed, and what is read can be stored.

const isLong = Boolean(process.env.CSL_TEST_LONG)
const session = uuidOf(0x5e55)

/** One line of every kind that the parser looks into. */
function inventedLines(): object[] {
  const usage = {
    input_tokens: 10,
    output_tokens: 20,
    output_tokens_details: { thinking_tokens: 5 },
    cache_creation_input_tokens: 30,
    cache_read_input_tokens: 40,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    server_tool_use: { web_search_requests: 1, web_fetch_requests: 2 },
    service_tier: 'standard',
    speed: 'fast',
    inference_geo: 'us',
    iterations: [
      { type: 'message', input_tokens: 10 },
      { type: 'advisor_message', model: 'claude-fable-5', input_tokens: 4, output_tokens: 5 },
    ],
  }
  const content = [
    { type: 'thinking', thinking: '' },
    { type: 'tool_use', id: 'tool-1', name: 'Skill', input: { skill: 'garden:pruning' } },
    { type: 'server_tool_use', id: 'tool-2', name: 'web_search', input: {} },
  ]
  const copied = { forkedFrom: { sessionId: uuidOf(2), messageUuid: uuidOf(3) }, agentId: 'a1' }
  const reply = assistantLine(session, { usage, content, id: messageId(1), extra: copied })
  const blocks = [
    { type: 'text', text: 'Plant the orchard' },
    { type: 'image', source: {} },
    { type: 'tool_result', tool_use_id: 'tool-1', is_error: true, content: [{ type: 'image' }] },
  ]
  return [
    bornLine(session, '2026-10-01T09:00:00.000Z'),
    userLine(session, 'Plant the orchard', { origin: { kind: 'human' } }),
    userLine(session, '', { message: { role: 'user', content: blocks }, toolUseResult: { searchCount: 3 } }),
    userLine(session, '<command-name>/help</command-name>'),
    userLine(session, 'Base directory for this skill: /skills/x', { isMeta: true }),
    reply,
    assistantLine(session, { model: '<synthetic>', id: 'synthetic', extra: { isApiErrorMessage: true } }),
    assistantLine(session, { id: 'short', usage }),
    { type: 'progress', sessionId: session, data: { type: 'agent_progress', message: reply } },
    { type: 'system', subtype: 'compact_boundary', uuid: uuidOf(5), timestamp: '2026-10-01T10:00:00.000Z' },
    {
      type: 'attachment',
      attachment: { type: 'queued_command', commandMode: 'prompt', prompt: [{ text: 'x' }] },
    },
    { type: 'summary', summary: 'Orchard', leafUuid: uuidOf(5) },
    { type: 'custom-title', customTitle: 'orchard' },
    { type: 'ai-title', aiTitle: 'Orchard' },
    { type: 'pr-link', prUrl: 'https://github.com/acme/shop/pull/41' },
    { type: 'relocated', relocatedCwd: '/home/dev/elsewhere' },
    { type: 'cost-state', totalCostUSD: 0.5, modelUsage: { 'claude-opus-4-8': { costUSD: 0.5 } } },
  ]
}

/** Lines of real transcripts, of a size that many can be tried: every file's first ones and some from further on. */
function realLines(): string[] {
  const folder = path.join(sharedFolder, 'fixtures/transcripts')
  const files = readdirSync(folder, { recursive: true }).filter(file => String(file).endsWith('.jsonl'))
  return files.flatMap(file => {
    const lines = readFileSync(path.join(folder, String(file)), 'utf8').split('\n')
    return lines.filter((line, i) => line.length > 0 && line.length < 20_000 && (i < 8 || i % 37 === 0))
  })
}

const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 31,
  '',
  ' ',
  '12',
  '\u0000',
  '\ud800',
  '\u2028\u202e\u001b[31m',
  'x'.repeat(3000),
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-31T25:00:00Z',
  '__proto__',
  '<command-name>',
  '../../etc/passwd',
  [],
  {},
  [null],
  [[[]]],
  { type: 'text', text: 7 },
]

/** Every place in a value: what holds it, and by which key. */
function placesIn(value: unknown): { holder: Record<string, unknown>; key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap(key => [{ holder, key }, ...placesIn(holder[key])])
}

type Change =
  | { readonly kind: 'value'; readonly at: number; readonly value: unknown }
  | { readonly kind: 'missing'; readonly at: number }
  | { readonly kind: 'byte'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'double' }

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('value' as const), at, value: fc.constantFrom(...oddValues) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('missing' as const), at }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('byte' as const), at, byte: fc.integer({ min: 0, max: 255 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'double' as const }) },
)

function mutated(line: string, changes: readonly Change[]): Buffer {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    value = undefined
  }
  for (const each of changes) {
    const places = placesIn(value)
    const place = 'at' in each ? places[Math.floor(each.at * places.length)] : undefined
    if (!place) continue
    if (each.kind === 'value') place.holder[place.key] = each.value
    if (each.kind === 'missing') delete place.holder[place.key]
  }
  let bytes = Buffer.from(value === undefined ? line : JSON.stringify(value))
  for (const each of changes) {
    const offset = 'at' in each ? Math.floor(each.at * bytes.length) : 0
    if (each.kind === 'byte') bytes[offset] = each.byte
    if (each.kind === 'cut') bytes = bytes.subarray(0, offset)
    if (each.kind === 'double') bytes = Buffer.concat([bytes, bytes])
  }
  return Buffer.concat([bytes, Buffer.from('\n')])
}

/** A file of mutated lines, as bytes. */
function aFileOf(lines: readonly string[]): fc.Arbitrary<Buffer> {
  const line = fc
    .tuple(fc.constantFrom(...lines), fc.array(change, { maxLength: 3 }))
    .map(([text, changes]) => mutated(text, changes))
  return fc.array(line, { minLength: 1, maxLength: 30 }).map(all => Buffer.concat(all))
}

async function readBytes(file: string, bytes: Buffer): Promise<Transcript> {
  writeFileSync(file, bytes)
  const found = await describeFile(file)
  if (!found) throw new Error(`${file} is not there`)
  return claudeCode.read(found)
}

function expectSane({ facts, usage }: Transcript): void {
  expect(facts.malformedLines).toBeLessThanOrEqual(facts.lines)
  for (const record of usage) {
    const { input, output, cacheWrite5m, cacheWrite1h, cacheRead, thinking, webSearches, webFetches } = record
    for (const n of [
      input,
      output,
      cacheWrite5m,
      cacheWrite1h,
      cacheRead,
      thinking,
      webSearches,
      webFetches,
    ]) {
      expect(Number.isSafeInteger(n) && n >= 0).toBe(true)
    }
    expect(record.model).not.toBe('')
    expect(record.messageKey.isWellFormed()).toBe(true)
  }
}

function aFile(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-mutated-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'transcript.jsonl')
}

test('reading invented lines, changed at random, never throws and gives sane numbers', async () => {
  const file = aFile()
  const lines = inventedLines().map(line => JSON.stringify(line))

  await fc.assert(
    fc.asyncProperty(aFileOf(lines), async bytes => expectSane(await readBytes(file, bytes))),
    { numRuns: isLong ? 20_000 : 400 },
  )
}, 600_000)

test('reading real lines, changed at random, never throws and gives sane numbers', async () => {
  if (!hasShared('fixtures/transcripts')) return
  const file = aFile()
  const lines = realLines()
  expect(lines.length).toBeGreaterThan(500)

  await fc.assert(
    fc.asyncProperty(aFileOf(lines), async bytes => expectSane(await readBytes(file, bytes))),
    { numRuns: isLong ? 10_000 : 150 },
  )
}, 600_000)

test('what was read of lines changed at random can be recorded', async () => {
  const file = aFile()
  const lines = inventedLines().map(line => JSON.stringify(line))

  await withNewLedger(ledger =>
    fc.assert(
      fc.asyncProperty(aFileOf(lines), async bytes => {
        await emptyLedger(ledger)
        writeFileSync(file, bytes)
        const found = await describeFile(file)
        if (!found) throw new Error('the file is not there')
        const reading = await readFile(found)

        await applyReadings(ledger, [reading])

        const rows = await ledger.db.rows<{ n: number }>(`SELECT count(*)::INTEGER AS n FROM usage_records`)
        expect(rows[0]?.n).toBe(reading.transcript.usage.length)
      }),
      { numRuns: isLong ? 2000 : 50 },
    ),
  )
}, 600_000)
