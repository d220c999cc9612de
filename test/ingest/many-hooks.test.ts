import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { recorded, select } from '../support/database.ts'
import { type Home, mainFile, makeHome } from '../support/home.ts'
import { assistantLine, bornLine, messageId, uuidOf } from '../support/lines.ts'
import { processesWith } from '../support/processes.ts'

// Many sessions end at once, as when a machine shuts down: nothing is lost.

const slug = '-home-dev-orchard-api'
const several = uuidOf(0x5e55)
const ids = [
  ...Array.from({ length: 48 }, (_, n) => uuidOf(n + 1)),
  // One that ends sixteen times.
  ...Array.from({ length: 16 }, () => several),
]
const messagesEach = 40

/** A home in which all of them have written at least a megabyte. */
async function aBusyHome(): Promise<Home> {
  const home = makeHome()
  const text = 'orchard '.repeat(3400)
  for (const [n, id] of [...new Set(ids)].entries()) {
    const lines = Array.from({ length: messagesEach }, (_, i) =>
      assistantLine(id, {
        id: messageId(1000 * (n + 1) + i),
        uuid: uuidOf(1000 * (n + 1) + i),
        content: [{ type: 'text', text }],
      }),
    )
    await home.writeTranscript(slug, `${id}.jsonl`, [bornLine(id, '2026-10-01T09:00:00.000Z'), ...lines])
  }
  return home
}

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The payload comes from a file: with pipes, all would wait for us to start the last one. */
function start(
  command: string,
  args: readonly string[],
  options: { env: Record<string, string>; payload: string },
): Promise<Ended> {
  return new Promise(resolve => {
    const input = openSync(options.payload, 'r')
    const child = spawn(command, [...args], { env: options.env, stdio: [input, 'pipe', 'pipe'] })
    closeSync(input)
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout?.on('data', chunk => out.push(chunk))
    child.stderr?.on('data', chunk => err.push(chunk))
    child.on('close', code =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    )
  })
}

/** What the client would write on a hook's stdin, in a file. */
function payloadOf(home: Home, id: string): string {
  const transcript_path = path.join(home.claudeRoot, 'projects', slug, `${id}.jsonl`)
  const file = path.join(home.folder, `${id}.payload.json`)
  writeFileSync(
    file,
    JSON.stringify({ session_id: id, transcript_path, hook_event_name: 'SessionEnd', reason: 'exit' }),
  )
  return file
}

function waitingJobs(home: Home): string[] {
  return readdirSync(path.join(home.dataFolder, 'spool')).filter(
    name => name.endsWith('.json') || name.startsWith('.'),
  )
}

/** All of it as a home has it in which everything was read at leisure. */
async function expectAllRecorded(home: Home): Promise<void> {
  const sums = await select(
    home,
    `SELECT count(*)::INTEGER AS sessions, sum(api_message_count)::INTEGER AS messages, sum(output_tokens)::INTEGER AS output
     FROM sessions`,
  )
  const messages = 49 * messagesEach
  expect(sums).toEqual([{ sessions: 49, messages, output: messages * 20 }])
  const rows = await recorded(home)
  expect(rows.usage).toHaveLength(messages)
}

describe('64 sessions that end at once', () => {
  test('are all there after the next command, if each started the program itself', async () => {
    const home = await aBusyHome()
    await home.csl(['init'])
    const payloads = ids.map(id => payloadOf(home, id))

    const ended = await Promise.all(
      payloads.map(payload =>
        start(process.execPath, [mainFile, 'record', '--no-sync'], { env: home.env, payload }),
      ),
    )
    const left = waitingJobs(home).length
    const run = await home.csl(['usage', 'session', '--since', '2026-01-01'])

    console.log(`64 processes: ${left} jobs left for the next command`)
    for (const each of ended) expect(each).toEqual({ code: 0, stdout: '', stderr: '' })
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(waitingJobs(home)).toEqual([])
    await expectAllRecorded(home)
  }, 300_000)

  test('are all there without another command, if they go through the hook’s script, and nothing runs on', async () => {
    const home = await aBusyHome()
    await home.csl(['init'])
    const payloads = ids.map(id => payloadOf(home, id))
    const mark = `csl-many-hooks-${process.pid}-${path.basename(home.folder)}`
    const script = path.join(home.dataFolder, 'hook.sh')
    const env = { ...home.env, CSL_TEST_MARK: mark }

    const started = performance.now()
    const ended = await Promise.all(payloads.map(payload => start('/bin/sh', [script], { env, payload })))
    const endedMs = performance.now() - started
    const left = waitingJobs(home).length
    // Much longer than it takes: this is about whether, not about when.
    for (
      let waits = 0;
      waits < 300 && (waitingJobs(home).length > 0 || processesWith(mark).length > 0);
      waits++
    ) {
      await sleep(100)
    }
    const doneMs = performance.now() - started

    console.log(
      `64 hooks: ended after ${endedMs.toFixed(0)} ms with ${left} jobs left, done after ${doneMs.toFixed(0)} ms`,
    )
    for (const each of ended) expect(each).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(waitingJobs(home)).toEqual([])
    expect(processesWith(mark)).toEqual([])
    await expectAllRecorded(home)
  }, 300_000)
})
