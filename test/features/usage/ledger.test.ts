import { describe, expect, test } from 'vitest'
import { planLedger } from '../../../src/features/usage/ledger.ts'
import type { StoredRow } from '../../../src/features/usage/ledger-rows.ts'
import type { UsageRecord } from '../../../src/transcripts/transcript.ts'
import { aRecord } from '../../support/usage-records.ts'

function stored(record: UsageRecord, changes: Partial<StoredRow> = {}): StoredRow {
  return {
    ...record,
    rowId: 1,
    writerId: 'writer-1',
    seq: 1,
    legacy: false,
    counted: true,
    ownerSessionId: record.sessionId,
    cardId: null,
    firstSeq: null,
    costPico: 0,
    ...changes,
  }
}

describe('a plan of what to write', () => {
  test('holds what is new', () => {
    const record = aRecord()

    expect(planLedger([], [record])).toEqual([{ message: [record], replaces: [] }])
  })

  test('is empty for what is known already', () => {
    const record = aRecord()

    expect(planLedger([stored(record)], [record])).toEqual([])
  })

  test('is empty for what is worse than what is known', () => {
    const known = stored(aRecord({ output: 80, occurredAtMs: 1 }))

    expect(planLedger([known], [aRecord({ output: 3, isFinal: false, occurredAtMs: 2 })])).toEqual([])
  })

  test('replaces a row by a better line of its message', () => {
    const known = stored(aRecord({ output: 3 }))
    const better = aRecord({ output: 80 })

    expect(planLedger([known], [better])).toEqual([{ message: [better], replaces: [known] }])
  })

  test('replaces a row whose message turns out to be older than thought', () => {
    const known = stored(aRecord({ occurredAtMs: 500, lineAtMs: 500 }))
    const older = aRecord({ output: 1, occurredAtMs: 100, lineAtMs: 100 })

    const [change] = planLedger([known], [older])

    expect(change?.message[0]).toMatchObject({ output: 20, occurredAtMs: 100, lineAtMs: 500 })
  })

  test('joins what several files of a session show of one message, parts included', () => {
    const main = [aRecord({ output: 5 })]
    const subagent = [
      aRecord({ output: 5, isSidechain: true, occurredAtMs: 1 }),
      aRecord({ part: 1, model: 'claude-fable-5', output: 40, isSidechain: true, occurredAtMs: 1 }),
    ]

    const plan = planLedger([], [...main, ...subagent])

    expect(plan).toHaveLength(1)
    expect(plan[0]?.message.map(record => [record.part, record.output, record.isSidechain])).toEqual([
      [0, 5, false],
      [1, 0, false],
    ])
  })

  test('keeps one row a session of a message that two sessions show', () => {
    const plan = planLedger([], [aRecord({ sessionId: 'a' }), aRecord({ sessionId: 'b' })])

    expect(plan.map(change => change.message[0].sessionId)).toEqual(['a', 'b'])
  })

  test('keeps the row of a part that the better line does not have, with nothing in it', () => {
    const head = aRecord({ output: 5 })
    const known = [
      stored(head),
      stored({ ...head, part: 1, model: 'claude-fable-5', output: 40 }, { rowId: 2 }),
    ]

    const [change] = planLedger(known, [aRecord({ output: 80 })])

    expect(change?.replaces.map(row => row.rowId)).toEqual([1, 2])
    expect(change?.message.map(record => [record.part, record.output, record.hasUsage])).toEqual([
      [0, 80, true],
      [1, 0, false],
    ])
  })
})
