import { describe, expect, test } from 'vitest'
import { projectSessions } from '../../../src/features/sessions/project-sessions.ts'
import { recordUsage } from '../../../src/features/usage/ledger.ts'
import type { UsageRecord } from '../../../src/transcripts/transcript.ts'
import { withNewLedger } from '../../support/ledger.ts'
import { messageId } from '../../support/lines.ts'
import { aRecord } from '../../support/usage-records.ts'

async function usageOf(records: readonly UsageRecord[], sql: string): Promise<unknown> {
  return withNewLedger(async ({ db, writer, pricer, settings }) => {
    const touched = await recordUsage(db, { writer, records, pricer })
    await projectSessions(db, { sessionIds: touched, rules: settings.rules, nowMs: 0 })
    return db.rows(sql)
  })
}

describe('the view usage', () => {
  const first = aRecord({
    messageKey: messageId(1),
    sessionId: 'first',
    bornAtMs: 0,
    cacheWrite5m: 1,
    cacheWrite1h: 2,
    cacheRead: 3,
  })
  const fork = { ...first, sessionId: 'fork', bornAtMs: 5 }
  const unknown = aRecord({
    messageKey: messageId(2),
    sessionId: 'fork',
    model: 'nobody-knows-1',
    isFinal: false,
  })
  const part = { ...first, part: 1, model: 'claude-haiku-4-5', input: 1, output: 0 }

  test('has a message that several sessions show once, in the session that owns it', async () => {
    const rows = await usageOf(
      [first, fork, unknown],
      `SELECT session_id, message_key, total_tokens, cost_usd::VARCHAR AS cost FROM usage ORDER BY message_key`,
    )

    expect(rows).toEqual([
      // 10 × 5 + 20 × 25 + 1 × 6.25 + 2 × 10 + 3 × 0.5, in millionths of a dollar.
      { sessionId: 'first', messageKey: messageId(1), totalTokens: 36, cost: '0.000577750000' },
      { sessionId: 'fork', messageKey: messageId(2), totalTokens: 30, cost: null },
    ])
  })

  test('says what counts as a message, what may be a lower bound and what has no price', async () => {
    const rows = await usageOf(
      [first, part, unknown],
      `SELECT part, is_message, is_unfinalized, is_unpriced, is_adopted FROM usage ORDER BY message_key, part`,
    )

    const no = { isUnfinalized: false, isUnpriced: false, isAdopted: false }
    expect(rows).toEqual([
      { part: 0, isMessage: true, ...no },
      { part: 1, isMessage: false, ...no },
      { part: 0, isMessage: true, ...no, isUnfinalized: true, isUnpriced: true },
    ])
  })

  test('adds up to what the sessions say', async () => {
    const rows = await usageOf(
      [first, fork, part, unknown],
      `SELECT (SELECT sum(cost_usd) FROM usage)::VARCHAR AS usage_cost, (SELECT sum(cost_usd) FROM sessions)::VARCHAR AS cost,
         (SELECT sum(total_tokens) FROM usage) AS usage_tokens, (SELECT sum(total_tokens) FROM sessions) AS tokens,
         (SELECT count(*) FROM usage WHERE is_message) AS usage_messages,
         (SELECT sum(api_message_count) FROM sessions) AS messages`,
    )

    const [sums] = rows as Record<string, unknown>[]
    expect(sums).toMatchObject({
      usageCost: sums?.cost,
      usageTokens: sums?.tokens,
      usageMessages: sums?.messages,
    })
    expect(sums).toMatchObject({ cost: '0.000584300000', tokens: 36 + 7 + 30, messages: 2 })
  })
})
