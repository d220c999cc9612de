import type { JsonObject } from '../../base/jsonl.ts'
import type { TokenCounts, UsageRecord } from '../transcript.ts'
import { type MessageUsage, mergeObservations } from '../winner.ts'
import {
  asCount,
  asInstant,
  asObject,
  asObjects,
  asSmallCount,
  asText,
  isSidechainLine,
  storable,
} from './lines.ts'

/** `model` of a line that no API call stands behind. */
export const syntheticModel = '<synthetic>'
const unknownModel = 'unknown'

/** Real ids have `msg_` and 24 more characters; gateways give short ones that repeat between sessions. */
const globalId = /^msg_[A-Za-z0-9_-]{20,120}$/

/** A line's key before the file's session is known: ids that count only in their tree begin with a slash. */
export function messageKeyOf(line: JsonObject, message: JsonObject, lineHash: () => string): string {
  const id = asText(message.id)
  if (id !== null && globalId.test(id)) return id
  if (id !== null) {
    const tree = asText(asObject(line.forkedFrom).sessionId)
    return tree === null ? `/${storable(id)}` : `${storable(tree)}/${storable(id)}`
  }
  const uuid = asText(line.uuid)
  return uuid === null ? `/line:${lineHash()}` : `uuid:${storable(uuid)}`
}

/** Tokens of one usage object (counting rules 6 and 7). */
export function tokenCounts(usage: JsonObject): TokenCounts {
  const nested = asObject(usage.cache_creation)
  const nested5m = asCount(nested.ephemeral_5m_input_tokens)
  const cacheWrite1h = asCount(nested.ephemeral_1h_input_tokens)
  const written = Math.max(asCount(usage.cache_creation_input_tokens), nested5m + cacheWrite1h)
  return {
    input: asCount(usage.input_tokens),
    output: asCount(usage.output_tokens),
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    cacheRead: asCount(usage.cache_read_input_tokens),
    thinking: asCount(asObject(usage.output_tokens_details).thinking_tokens),
  }
}

/**
 * What one assistant line says of its message. The session's own id is filled in when the file is read; until then
 * `claimedSessionId` may be that one.
 */
export function messageOfLine(
  line: JsonObject,
  message: JsonObject,
  key: string,
  fromProgress: boolean,
): MessageUsage {
  const hasUsage =
    typeof message.usage === 'object' && message.usage !== null && !Array.isArray(message.usage)
  const usage = asObject(message.usage)
  const server = asObject(usage.server_tool_use)
  const atMs = asInstant(line.timestamp)
  const hasStopReason = message.stop_reason !== undefined && message.stop_reason !== null
  const forkedFrom = asText(asObject(line.forkedFrom).sessionId)
  const lineSession = asText(line.sessionId)
  const counts = tokenCounts(usage)
  const head: UsageRecord = {
    messageKey: key,
    part: 0,
    sessionId: '',
    claimedSessionId: storable(forkedFrom ?? lineSession),
    occurredAtMs: atMs,
    lineAtMs: atMs,
    bornAtMs: null,
    model: storable(asText(message.model)) ?? unknownModel,
    speed: storable(asText(usage.speed)),
    serviceTier: storable(asText(usage.service_tier)),
    inferenceGeo: storable(asText(usage.inference_geo)),
    input: counts.input,
    output: counts.output,
    cacheWrite5m: counts.cacheWrite5m,
    cacheWrite1h: counts.cacheWrite1h,
    cacheRead: counts.cacheRead,
    thinking: counts.thinking,
    webSearches: asSmallCount(server.web_search_requests),
    webFetches: asSmallCount(server.web_fetch_requests),
    requestId: storable(asText(line.requestId)),
    isSidechain: fromProgress || isSidechainLine(line),
    agentId: storable(asText(line.agentId)),
    hasUsage,
    hasStopReason,
    isFinal: hasStopReason,
    fromProgress,
  }
  return hasUsage ? [head, ...partsOf(head, usage)] : [head]
}

/** Advisor and compaction iterations are billed apart; `message` entries are inside the top-level numbers (rule 8). */
function partsOf(head: UsageRecord, usage: JsonObject): UsageRecord[] {
  const parts: UsageRecord[] = []
  for (const iteration of asObjects(usage.iterations)) {
    if (iteration.type !== 'advisor_message' && iteration.type !== 'compaction') continue
    const server = asObject(iteration.server_tool_use)
    parts.push({
      ...head,
      part: parts.length + 1,
      model: storable(asText(iteration.model)) ?? head.model,
      ...tokenCounts(iteration),
      webSearches: asSmallCount(server.web_search_requests),
      webFetches: asSmallCount(server.web_fetch_requests),
    })
  }
  return parts
}

/** Gathers a file's messages: the lines of each are merged by the winner rule. */
export interface UsageCollector {
  add(line: JsonObject, message: JsonObject, fromProgress: boolean, lineHash: () => string): void
  /** All records, now that the session is known. */
  records(sessionId: string, bornAtMs: number | null): UsageRecord[]
}

export function createUsageCollector(): UsageCollector {
  const messages = new Map<string, MessageUsage>()
  /** Of the few messages whose lines name different sessions: all of them. */
  const claims = new Map<string, Set<string>>()
  const noteClaims = (key: string, known: UsageRecord, seen: UsageRecord) => {
    if (known.claimedSessionId === seen.claimedSessionId || seen.fromProgress !== known.fromProgress) return
    const named = claims.get(key) ?? new Set()
    claims.set(key, named)
    for (const id of [known.claimedSessionId, seen.claimedSessionId]) if (id !== null) named.add(id)
  }
  return {
    add(line, message, fromProgress, lineHash) {
      const key = messageKeyOf(line, message, lineHash)
      const seen = messageOfLine(line, message, key, fromProgress)
      const known = messages.get(key)
      if (known) {
        // A conversation line makes the progress lines before it worthless.
        if (known[0].fromProgress && !fromProgress) claims.delete(key)
        noteClaims(key, known[0], seen[0])
      }
      messages.set(key, known ? mergeObservations(known, seen) : seen)
    },
    records(sessionId, bornAtMs) {
      const records: UsageRecord[] = []
      for (const [key, message] of messages) {
        const messageKey = key.startsWith('/') ? `${sessionId}${key}` : key
        const named = claims.get(key)
        // The smallest, so that it does not matter which lines stand in which file.
        const claimed = named
          ? [...named].filter(id => id !== sessionId).sort()[0]
          : message[0].claimedSessionId
        const claimedSessionId = claimed === sessionId ? null : (claimed ?? null)
        for (const record of message) {
          records.push({ ...record, messageKey, sessionId, bornAtMs, claimedSessionId })
        }
      }
      return records
    },
  }
}
