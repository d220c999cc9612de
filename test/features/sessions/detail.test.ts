import { describe, expect, test } from 'vitest'
import {
  sessionAgents,
  sessionFacts,
  sessionFiles,
  sessionModels,
} from '../../../src/features/sessions/detail.ts'
import { findSession } from '../../../src/features/sessions/find.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from '../../support/lines.ts'
import { type Transcripts, withRecorded } from '../../support/recorded.ts'

const id = uuidOf(0xd1)
const other = uuidOf(0xd2)
const side = { isSidechain: true, agentId: 'helper' }
const tool = (name: string, n: number, input = {}) => ({ type: 'tool_use', id: `t${n}`, name, input })

const transcripts: Transcripts = {
  [`${id}.jsonl`]: [
    bornLine(id, '2026-10-01T09:59:00.000Z'),
    userLine(id, 'Mend the gate'),
    assistantLine(id, {
      id: messageId(901),
      usage: { input_tokens: 100, output_tokens: 10, cache_read_input_tokens: 1000 },
      content: [tool('Bash', 1), tool('Bash', 2), tool('Skill', 3, { skill: 'carpentry' })],
    }),
    userLine(id, '', {
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', is_error: true }] },
    }),
    assistantLine(id, {
      id: messageId(902),
      model: 'claude-haiku-4-5',
      usage: {
        input_tokens: 1,
        output_tokens: 1,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
      stopReason: null,
      extra: { gitBranch: 'gate', version: '2.1.301' },
    }),
    { type: 'pr-link', prUrl: 'https://host/pr/1', sessionId: id },
    { type: 'cost-state', totalCostUSD: 1.25, modelUsage: {}, sessionId: id },
    'not json',
  ],
  [`${id}/subagents/agent-helper.jsonl`]: [
    assistantLine(id, { id: messageId(903), usage: { input_tokens: 50, output_tokens: 5 }, extra: side }),
    assistantLine(id, { id: messageId(904), model: 'nobody-knows-1', extra: side }),
  ],
  [`${other}.jsonl`]: [
    bornLine(other, '2026-10-02T09:00:00.000Z'),
    assistantLine(other, {
      id: messageId(901),
      usage: { input_tokens: 100, output_tokens: 10, cache_read_input_tokens: 1000 },
    }),
    assistantLine(other, { id: messageId(905), at: '2026-10-02T09:01:00.000Z' }),
  ],
}

describe('what is known of a session', () => {
  test('are its models with their tokens, the dearest first and those without a price last', async () => {
    await withRecorded(transcripts, async ({ db }) => {
      const models = await sessionModels(db, id)

      expect(models.map(row => [row.model, row.messages, row.costPico])).toEqual([
        // 150 × 5 + 15 × 25 + 1000 × 0.5 millionths of a dollar.
        ['claude-opus-4-8', 2, 1_625_000_000n],
        // 1 × 1 + 1 × 5 + 10 × 1.25 + 20 × 2.
        ['claude-haiku-4-5', 1, 58_500_000n],
        ['nobody-knows-1', 1, null],
      ])
      expect(models[1]).toMatchObject({
        cacheWrite5mTokens: 10,
        cacheWrite1hTokens: 20,
        totalTokens: 32,
        unfinalizedCount: 1,
      })
      expect(models[2]).toMatchObject({ unpricedCount: 1 })
    })
  })

  test('are its subagents with what they used', async () => {
    await withRecorded(transcripts, async ({ db }) => {
      const agents = await sessionAgents(db, id)

      expect(agents).toEqual([
        { agent: 'helper', messages: 2, totalTokens: 85, costPico: 375_000_000n, unpricedCount: 1 },
      ])
      expect(await sessionAgents(db, other)).toEqual([])
    })
  })

  test('are its tools, skills, branches, versions, links and what went wrong', async () => {
    await withRecorded(transcripts, async ({ db }) => {
      const facts = await sessionFacts(db, id)

      expect(facts).toMatchObject({
        tools: [
          ['Bash', 2],
          ['Skill', 1],
        ],
        skills: [['carpentry', 1]],
        branches: ['main', 'gate'],
        versions: ['2.1.300', '2.1.301'],
        prUrls: ['https://host/pr/1'],
        malformedLines: 1,
      })
    })
  })

  test('are its files, the main one first', async () => {
    await withRecorded(transcripts, async ({ db }) => {
      const files = await sessionFiles(db, id)

      expect(files.map(file => file.path.replace(/^.*api\//, ''))).toEqual([
        `${id}.jsonl`,
        `${id}/subagents/agent-helper.jsonl`,
      ])
      expect(files.every(file => file.size > 100)).toBe(true)
    })
  })

  test('is what it repeats of another session, apart from its own', async () => {
    await withRecorded(transcripts, async ({ db }) => {
      const fork = await findSession(db, other)
      const origin = await findSession(db, id)

      expect(fork).toMatchObject({
        apiMessageCount: 1,
        totalTokens: 30,
        inheritedMessageCount: 1,
        inheritedTokens: 1110,
        inheritedCostPico: 1_250_000_000n,
      })
      expect(origin).toMatchObject({ inheritedMessageCount: 0, clientCostUsd: 1.25, toolErrorCount: 1 })
    })
  })

  test('is nothing of a session that is not there', async () => {
    await withRecorded(transcripts, async ({ db }) => {
      expect(await sessionFacts(db, 'none')).toBeUndefined()
      expect(await sessionModels(db, 'none')).toEqual([])
    })
  })
})
