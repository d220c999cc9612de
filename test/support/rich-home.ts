import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Home } from './home.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from './lines.ts'

/** Text of someone who would like to own the terminal: sets its title, colours, turns the line around, clears it. */
export const hostile = '\x1b]0;owned\x07Evil\x1b[2J \x9b31mred\u202etfel\x08\r\n=1+1'

/** A session with all that a session can have; most of its text is hostile. */
export const richId = uuidOf(0x1000)
/** A fork of it: repeats one message, has one of its own. */
export const forkId = uuidOf(0x2000)

const at = (second: number) => `2026-10-25T00:30:${String(second).padStart(2, '0')}.000Z`
const shared = { id: messageId(1), at: at(5), usage: { input_tokens: 1000, output_tokens: 100 } }
const evil = { cwd: `/home/dev/${hostile}`, gitBranch: hostile, version: hostile, entrypoint: hostile }

/** Fills a home with sessions that exercise every field of every report. Nothing is read yet. */
export async function writeRichHome(home: Home): Promise<void> {
  await home.writeTranscript('-home-dev', `${richId}.jsonl`, [
    bornLine(richId, at(0)),
    userLine(richId, 'Mend the gate', { timestamp: at(1), ...evil }),
    userLine(richId, '<command-name>/tend</command-name>', { timestamp: at(2), ...evil }),
    userLine(richId, `<command-name>/${hostile}</command-name>`, { timestamp: at(3), ...evil }),
    assistantLine(richId, {
      ...shared,
      content: [
        { type: 'tool_use', id: 't1', name: hostile, input: {} },
        { type: 'tool_use', id: 't2', name: 'Skill', input: { skill: `carpentry${hostile}` } },
      ],
      extra: evil,
    }),
    userLine(richId, '', {
      timestamp: at(6),
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', is_error: true }] },
    }),
    assistantLine(richId, { id: messageId(2), at: at(7), model: hostile }),
    assistantLine(richId, { id: messageId(3), at: at(8), stopReason: null }),
    assistantLine(richId, {
      id: messageId(4),
      at: at(9),
      usage: {
        input_tokens: 1,
        output_tokens: 2,
        cache_read_input_tokens: 3,
        cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
        server_tool_use: { web_search_requests: 1 },
      },
    }),
    { type: 'custom-title', customTitle: hostile, sessionId: richId },
    { type: 'pr-link', prUrl: `https://host/${hostile}`, sessionId: richId },
    { type: 'cost-state', totalCostUSD: 1.5, modelUsage: {}, sessionId: richId },
    'no json',
  ])
  await home.writeTranscript('-home-dev', `${richId}/subagents/agent-a1.jsonl`, [
    assistantLine(richId, {
      id: messageId(5),
      at: at(20),
      extra: { isSidechain: true, agentId: hostile },
    }),
  ])
  await home.writeTranscript('-home-dev', `${forkId}.jsonl`, [
    bornLine(forkId, '2026-10-25T01:30:00.000Z'),
    assistantLine(forkId, shared),
    assistantLine(forkId, { id: messageId(6), at: '2026-10-25T01:30:05.000Z' }),
  ])
}

/** The person's own prices and rules: one of each that holds, one that is broken and hostile. */
export function writeRichSettings(home: Home): void {
  const prices = { 'my-model': { input: 1, output: 2 }, [hostile]: { input: 'free' } }
  writeFileSync(path.join(home.dataFolder, 'prices.json'), JSON.stringify(prices))
  const rules = [{ type: 'woodwork', skills: ['carpentry'] }]
  writeFileSync(path.join(home.dataFolder, 'session_types.yaml'), JSON.stringify({ rules }))
}
