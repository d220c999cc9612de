import fc from 'fast-check'
import type { UsageRecord } from '../../src/transcripts/transcript.ts'
import type { MessageUsage } from '../../src/transcripts/winner.ts'

/** A record of the ledger: without changes 10 input and 20 output tokens of Opus 4.8, final, on the main line. */
export function aRecord(changes: Partial<UsageRecord> = {}): UsageRecord {
  return {
    messageKey: 'msg_01AAAAAAAAAAAAAAAAAAAAAA',
    part: 0,
    sessionId: 'session-1',
    claimedSessionId: null,
    occurredAtMs: 1000,
    lineAtMs: 1000,
    bornAtMs: null,
    model: 'claude-opus-4-8',
    speed: null,
    serviceTier: null,
    inferenceGeo: null,
    input: 10,
    output: 20,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    cacheRead: 0,
    thinking: 0,
    webSearches: 0,
    webFetches: 0,
    requestId: null,
    isSidechain: false,
    agentId: null,
    hasUsage: true,
    hasStopReason: true,
    isFinal: true,
    fromProgress: false,
    ...changes,
  }
}

// Few values, and lines that differ in little: ties are where an order of files could show through.
const few = fc.constantFrom(0, 1, 7)
const instant = fc.constantFrom(null, 0, 1000, 2000)
const text = (...texts: string[]) => fc.constantFrom(null, ...texts)

const fields = {
  at: instant,
  bornAtMs: instant,
  claimedSessionId: text('session-0', 'session-9'),
  model: fc.constantFrom('claude-opus-4-8', 'claude-haiku-4-5'),
  speed: text('fast'),
  requestId: text('req_1', 'req_2'),
  agentId: text('a1'),
  isSidechain: fc.boolean(),
  hasUsage: fc.boolean(),
  hasStopReason: fc.boolean(),
  fromProgress: fc.boolean(),
  counts: fc.record({ input: few, output: few, cacheRead: few, cacheWrite1h: few }),
  parts: fc.array(
    fc.record({ model: fc.constantFrom('claude-opus-4-8', 'claude-fable-5'), input: few, output: few }),
    { maxLength: 2 },
  ),
}

type Line = {
  [Field in keyof typeof fields]: (typeof fields)[Field] extends fc.Arbitrary<infer T> ? T : never
}

const aLine: fc.Arbitrary<Line> = fc.record(fields)

/** A line like another but for one field. */
function changed(line: Line): fc.Arbitrary<Line> {
  return fc
    .tuple(fc.constantFrom(...(Object.keys(fields) as (keyof Line)[])), aLine)
    .map(([field, other]) => ({ ...line, [field]: other[field] }))
}

/** Lines of one message, each like the one before but for one or two fields. */
export function observations(count: number): fc.Arbitrary<MessageUsage[]> {
  let lines = aLine.map(line => [line])
  for (let i = 1; i < count; i++) {
    lines = lines.chain(known =>
      fc
        .constantFrom(...known)
        .chain(changed)
        .chain(line => fc.oneof(fc.constant(line), changed(line)))
        .map(line => [...known, line]),
    )
  }
  return lines.map(all => all.map(observationOf))
}

/** What the parser makes of a line: its parts share all but model and numbers. */
function observationOf({ at, counts, parts, ...line }: Line): MessageUsage {
  const none = { input: 0, output: 0, cacheRead: 0, cacheWrite1h: 0 }
  const head = aRecord({
    ...line,
    ...(line.hasUsage ? counts : none),
    isFinal: line.hasStopReason,
    occurredAtMs: at,
    lineAtMs: at,
  })
  return line.hasUsage
    ? [head, ...parts.map((part, i) => ({ ...head, ...none, ...part, part: i + 1 }))]
    : [head]
}
