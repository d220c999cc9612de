import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { select } from '../support/database.ts'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, bornLine, messageId, uuidOf } from '../support/lines.ts'
import { aFile, onRemote } from '../support/sync-rounds.ts'

const slug = '-home-dev-orchard-api'
const hooks = 64
const messagesEach = 5

/** Runs the hook's script with the payload of a session that ends. Answers its exit code and what it said. */
function endOf(home: Home, transcript: string, id: string): Promise<{ code: number | null; said: string }> {
  return new Promise(resolve => {
    const child = spawn('/bin/sh', [path.join(home.dataFolder, 'hook.sh')], { env: home.env })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        said += String(chunk)
      })
    }
    child.on('close', code => resolve({ code, said }))
    child.stdin.end(
      JSON.stringify({ session_id: id, transcript_path: transcript, hook_event_name: 'SessionEnd' }),
    )
  })
}

function waitingJobs(home: Home): string[] {
  return readdirSync(path.join(home.dataFolder, 'spool')).filter(name => name.endsWith('.json'))
}

test('64 sessions end while syncs run: every hook gets away, and all of it reaches the remote', async () => {
  const home = makeHome()
  const hub = aFile()
  await home.csl(['init'])
  const added = await home.csl(['remote', 'add', 'hub', hub, '--share', 'all', '--yes'])
  expect(added.code, added.stderr).toBe(0)
  const ids = Array.from({ length: hooks }, (_, n) => uuidOf(n + 1))
  const files = await Promise.all(
    ids.map((id, n) =>
      home.writeTranscript(slug, `${id}.jsonl`, [
        bornLine(id, '2026-10-01T09:00:00.000Z'),
        ...Array.from({ length: messagesEach }, (_, i) => assistantLine(id, { id: messageId(n * 100 + i) })),
      ]),
    ),
  )
  let isOver = false
  const syncing = (async () => {
    const codes: number[] = []
    while (!isOver) codes.push((await home.csl(['sync'])).code)
    return codes
  })()

  const ended = await Promise.all(ids.map((id, n) => endOf(home, files[n] ?? '', id)))
  isOver = true
  const codes = await syncing
  // Much longer than it takes: this is about whether, not about when.
  for (let waits = 0; waits < 300 && waitingJobs(home).length > 0; waits++) await sleep(100)
  const last = await home.csl(['sync'])

  for (const each of ended) expect(each).toEqual({ code: 0, said: '' })
  // A sync that finds the database in use for too long says so and may be run again.
  expect(codes.filter(code => code !== 0 && code !== 75)).toEqual([])
  expect(last.code, last.stderr).toBe(0)
  const sums = `SELECT count(*)::VARCHAR AS sessions, sum(message_count)::VARCHAR AS messages FROM sessions`
  const here = await select(home, sums)
  expect(here).toEqual([{ sessions: String(hooks), messages: String(hooks * messagesEach) }])
  expect((await onRemote(hub, sums))[0]).toEqual(here)
}, 300_000)
