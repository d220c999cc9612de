// `node scripts/ci-home.mjs write ROOT` makes a Claude folder with one invented session and a fork of it;
// `node scripts/ci-home.mjs check USAGE_JSON` holds the report of the installed program against what was written.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const [verb, target] = process.argv.slice(2)
const first = '11111111-0000-4000-8000-000000000001'
const fork = '22222222-0000-4000-8000-000000000002'

function reply(sessionId, number, output) {
  const id = `msg_01${String(number).padStart(22, 'A')}`
  const usage = {
    input_tokens: 100,
    output_tokens: output,
    cache_read_input_tokens: 1000,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
  }
  const message = {
    id,
    role: 'assistant',
    model: 'claude-opus-4-8',
    content: [],
    stop_reason: 'end_turn',
    usage,
  }
  const uuid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  const timestamp = new Date(Date.now() - 3_600_000 + number * 1000).toISOString()
  return {
    type: 'assistant',
    uuid,
    timestamp,
    sessionId,
    cwd: '/home/dev/orchard',
    version: '2.1.300',
    message,
  }
}

function born(sessionId, secondsAgo) {
  const timestamp = new Date(Date.now() - secondsAgo * 1000).toISOString()
  return { type: 'queue-operation', operation: 'enqueue', timestamp, sessionId }
}

if (verb === 'write') {
  const folder = path.join(target, 'projects/-home-dev-orchard')
  mkdirSync(folder, { recursive: true })
  const write = (sessionId, lines) =>
    writeFileSync(
      path.join(folder, `${sessionId}.jsonl`),
      lines.map(line => `${JSON.stringify(line)}\n`).join(''),
    )
  const copied = [1, 2, 3].map(number => reply(fork, number, number * 10))
  write(first, [born(first, 3600), ...copied.map(line => ({ ...line, sessionId: first }))])
  write(fork, [born(fork, 60), ...copied, reply(fork, 4, 40)])
} else {
  const { totals } = JSON.parse(readFileSync(target, 'utf8'))
  // Four messages, the copied three counted once: 400 input at $5, 100 output at $25, 4,000 read at $0.50, 40 written
  // for 5 minutes at $6.25 and 80 for an hour at $10, each a million.
  const wanted = { messages: 4, sessions: 2, costUsd: '0.00755' }
  for (const [name, value] of Object.entries(wanted)) {
    if (totals[name] !== value) throw new Error(`${name} is ${totals[name]}, not ${value}`)
  }
  console.log(`the installed program counts ${totals.messages} messages and ${totals.costUsd} USD: right`)
}
