import type { UsageRecord } from './transcript.ts'

/**
 * One message as one set of lines shows it: its own numbers, then its advisor and compaction parts.
 * All of them come from the same line.
 */
export type MessageUsage = readonly [UsageRecord, ...UsageRecord[]]

/**
 * Which of two observations of one message wins, as a whole line: above 0 if `a` does, 0 if they say the same.
 * Order (transcript-format notes, section 4): a conversation line before a progress line, one with usage,
 * the largest output, main before subagent, with a stop reason, the later line. What is left is decided by
 * content, so that the result never depends on the order in which files are read.
 */
export function compareObservations(a: UsageRecord, b: UsageRecord): number {
  return (
    Number(b.fromProgress) - Number(a.fromProgress) ||
    Number(a.hasUsage) - Number(b.hasUsage) ||
    a.output - b.output ||
    Number(b.isSidechain) - Number(a.isSidechain) ||
    Number(a.hasStopReason) - Number(b.hasStopReason) ||
    (a.lineAtMs ?? Number.NEGATIVE_INFINITY) - (b.lineAtMs ?? Number.NEGATIVE_INFINITY) ||
    compareContent(a, b)
  )
}

function compareContent(a: UsageRecord, b: UsageRecord): number {
  return (
    a.input - b.input ||
    a.cacheRead - b.cacheRead ||
    a.cacheWrite1h - b.cacheWrite1h ||
    a.cacheWrite5m - b.cacheWrite5m ||
    a.thinking - b.thinking ||
    a.webSearches - b.webSearches ||
    a.webFetches - b.webFetches ||
    compareText(a.model, b.model) ||
    compareText(a.speed, b.speed) ||
    compareText(a.serviceTier, b.serviceTier) ||
    compareText(a.inferenceGeo, b.inferenceGeo) ||
    compareText(a.requestId, b.requestId) ||
    compareText(a.agentId, b.agentId)
  )
}

export function compareText(a: string | null, b: string | null): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}

/**
 * Two observations of one message by one session made into one: the winner's line, the earliest time, final
 * if any line was. A progress line gives nothing once a conversation line is known.
 * Commutative, associative and idempotent: tested with random orders.
 */
export function mergeObservations(a: MessageUsage, b: MessageUsage): MessageUsage {
  const isFirst = compareParts(a, b) >= 0
  const winner = withParts(isFirst ? a : b, isFirst ? b.length : a.length)
  const other = isFirst ? b : a
  if (other[0].fromProgress && !winner[0].fromProgress) return withShared(winner, winner[0], bornOf(a, b))
  return withShared(
    winner,
    {
      occurredAtMs: smallest(a[0].occurredAtMs, b[0].occurredAtMs),
      isFinal: a[0].isFinal || b[0].isFinal,
      claimedSessionId: smallestText(a[0].claimedSessionId, b[0].claimedSessionId),
    },
    bornOf(a, b),
  )
}

function compareParts(a: MessageUsage, b: MessageUsage): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i] ?? emptyPart(a[0], i)
    const right = b[i] ?? emptyPart(b[0], i)
    const order = i === 0 ? compareObservations(left, right) : comparePart(left, right)
    if (order !== 0) return order
  }
  return 0
}

function comparePart(a: UsageRecord, b: UsageRecord): number {
  return a.output - b.output || Number(a.hasUsage) - Number(b.hasUsage) || compareContent(a, b)
}

/** A part that the winning line does not have counts nothing; its row stays, since rows travel and deletions do not. */
function withParts(message: MessageUsage, count: number): MessageUsage {
  if (message.length >= count) return message
  const [head, ...rest] = message
  for (let part = message.length; part < count; part++) rest.push(emptyPart(head, part))
  return [head, ...rest]
}

function emptyPart(head: UsageRecord, part: number): UsageRecord {
  return {
    ...head,
    part,
    input: 0,
    output: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    cacheRead: 0,
    thinking: 0,
    webSearches: 0,
    webFetches: 0,
    hasUsage: false,
  }
}

type Shared = Pick<UsageRecord, 'occurredAtMs' | 'isFinal' | 'claimedSessionId'>

function withShared(message: MessageUsage, shared: Shared, bornAtMs: number | null): MessageUsage {
  const { occurredAtMs, isFinal, claimedSessionId } = shared
  const [head, ...rest] = message
  if (
    head.occurredAtMs === occurredAtMs &&
    head.isFinal === isFinal &&
    head.claimedSessionId === claimedSessionId &&
    head.bornAtMs === bornAtMs
  )
    return message
  const merge = (record: UsageRecord): UsageRecord => ({
    ...record,
    occurredAtMs,
    isFinal,
    claimedSessionId,
    bornAtMs,
  })
  return [merge(head), ...rest.map(merge)]
}

function bornOf(a: MessageUsage, b: MessageUsage): number | null {
  return smallest(a[0].bornAtMs, b[0].bornAtMs)
}

/** The smaller of two numbers of which either may be unknown. */
export function smallest(a: number | null, b: number | null): number | null {
  if (a === null) return b
  if (b === null) return a
  return Math.min(a, b)
}

function smallestText(a: string | null, b: string | null): string | null {
  if (a === null) return b
  if (b === null) return a
  return a < b ? a : b
}
