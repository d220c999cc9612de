import path from 'node:path'
import { expect, test } from 'vitest'
import { applyReadings, type Reading } from '../../src/ingest/apply.ts'
import { fingerprintOf } from '../../src/ingest/fingerprint.ts'
import { claudeCode } from '../../src/transcripts/claude-code/source.ts'
import type { TranscriptSource } from '../../src/transcripts/source.ts'
import { sources } from '../../src/transcripts/sources.ts'
import { withNewLedger, writeLines } from '../support/ledger.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from '../support/lines.ts'
import { notebookAgent } from '../support/notebook-agent.ts'
import {
  type InventedMessage,
  type InventedSession,
  type SourceKind,
  sourceContract,
} from '../support/source-contract.ts'

function claudeLine(session: InventedSession, message: InventedMessage, extra: object = {}): object {
  return assistantLine(session.id, {
    id: messageId(message.serial),
    uuid: uuidOf(1000 + message.serial),
    at: new Date(message.atMs).toISOString(),
    model: message.model,
    usage: {
      input_tokens: message.input,
      output_tokens: message.output,
      cache_read_input_tokens: message.cacheRead,
    },
    extra: { cwd: session.cwd, ...extra },
  })
}

const claudeCodeKind: SourceKind = {
  source: claudeCode,
  sessionId: n => uuidOf(0x5e0 + n),
  line: (session, message) => JSON.stringify(claudeLine(session, message)),
  write(root, session) {
    const folder = path.join(root, 'projects', session.cwd.replaceAll('/', '-'))
    const at = new Date(session.startedAtMs).toISOString()
    session.subagents.forEach((messages, i) => {
      const file = path.join(folder, session.id, 'subagents', `agent-${i}.jsonl`)
      const lines = messages.map(message =>
        claudeLine(session, message, { isSidechain: true, agentId: `${i}` }),
      )
      writeLines(file, lines)
    })
    return writeLines(path.join(folder, `${session.id}.jsonl`), [
      bornLine(session.id, at),
      userLine(session.id, session.prompt, { timestamp: at, cwd: session.cwd }),
      { type: 'custom-title', customTitle: session.title, sessionId: session.id },
      ...session.messages.map(message => claudeLine(session, message)),
    ])
  },
}

function notebookLine({ serial, atMs, model, input, output, cacheRead }: InventedMessage): object {
  return {
    t: 'reply',
    n: serial,
    clock: atMs,
    engine: model,
    used: { in: input, out: output, cached: cacheRead },
  }
}

const notebookKind: SourceKind = {
  source: notebookAgent,
  sessionId: n => `run-${n}a`,
  line: (_, message) => JSON.stringify(notebookLine(message)),
  write(root, session) {
    const folder = path.join(root, 'runs')
    session.subagents.forEach((messages, i) => {
      writeLines(path.join(folder, `${session.id}.helper-${i}.ndjson`), messages.map(notebookLine))
    })
    return writeLines(path.join(folder, `${session.id}.ndjson`), [
      { t: 'open', run: session.id, dir: session.cwd, clock: session.startedAtMs, name: session.title },
      { t: 'ask', clock: session.startedAtMs, say: session.prompt },
      ...session.messages.map(notebookLine),
    ])
  },
}

const kinds = [claudeCodeKind, notebookKind]

for (const kind of kinds) sourceContract(kind.source.tool, kind)

test('every source of the product stands in the contract', () => {
  const held = kinds.map(kind => kind.source)

  expect(sources.filter(source => !held.includes(source))).toEqual([])
})

test('sessions of two tools lie side by side in one ledger', async () => {
  const session = (kind: SourceKind): InventedSession => ({
    id: kind.sessionId(1),
    cwd: '/home/dev/orchard-api',
    title: 'Plant the orchard',
    prompt: 'Plant apple trees',
    startedAtMs: Date.parse('2026-10-01T10:00:00.000Z'),
    messages: [
      {
        serial: 1,
        atMs: Date.parse('2026-10-01T10:01:00.000Z'),
        model: 'm',
        input: 1,
        output: 2,
        cacheRead: 3,
      },
    ],
    subagents: [],
  })

  await withNewLedger(async (ledger, folder) => {
    for (const kind of kinds) {
      await applyReadings(ledger, await readingsOf(kind.source, kind.write(folder, session(kind))))
    }

    const rows = await ledger.db.rows(`SELECT tool, session_id, total_tokens FROM sessions ORDER BY tool`)
    expect(rows).toEqual(
      kinds.map(kind => ({ tool: kind.source.tool, sessionId: kind.sessionId(1), totalTokens: 6 })),
    )
  })
})

async function readingsOf(source: TranscriptSource, main: string): Promise<Reading[]> {
  const files = await source.listSession(main)
  return Promise.all(
    files.map(async file => ({
      file,
      fingerprint: fingerprintOf(file),
      transcript: await source.read(file),
    })),
  )
}
