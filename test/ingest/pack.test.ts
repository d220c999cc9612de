import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packUsage, unpackUsage } from '../../src/ingest/pack.ts'
import type { UsageRecord } from '../../src/transcripts/transcript.ts'
import { aRecord } from '../support/usage-records.ts'

test('any records come out of the pack as they went in', () => {
  const text = fc.oneof(fc.constant(null), fc.string())
  const count = fc.maxSafeNat()
  const instant = fc.oneof(
    fc.constant(null),
    fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
  )
  const record: fc.Arbitrary<UsageRecord> = fc
    .record({
      messageKey: fc.string(),
      part: fc.nat(100),
      sessionId: fc.string(),
      claimedSessionId: text,
      occurredAtMs: instant,
      lineAtMs: instant,
      bornAtMs: instant,
      model: fc.string(),
      speed: text,
      serviceTier: text,
      inferenceGeo: text,
      input: count,
      output: count,
      cacheWrite5m: count,
      cacheWrite1h: count,
      cacheRead: count,
      thinking: count,
      webSearches: count,
      webFetches: count,
      requestId: text,
      isSidechain: fc.boolean(),
      agentId: text,
      hasUsage: fc.boolean(),
      hasStopReason: fc.boolean(),
      isFinal: fc.boolean(),
      fromProgress: fc.boolean(),
    })
    .map(fields => aRecord(fields))
  fc.assert(
    fc.property(fc.array(record), records => {
      expect(unpackUsage(structuredClone(packUsage(records)))).toEqual(records)
    }),
    { numRuns: 500 },
  )
})
