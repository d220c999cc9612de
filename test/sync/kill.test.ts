import { spawn } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { select } from '../support/database.ts'
import { type Home, homeIn, mainFile } from '../support/home.ts'
import { assistantLine, bornLine, messageId, uuidOf } from '../support/lines.ts'
import { seededRandom } from '../support/random.ts'
import { onRemote } from '../support/sync-rounds.ts'

// kill -9 at any instant of a sync, while somebody writes: the next syncs bring both machines and the remote to the same.

const kills = Number(process.env.CSL_TEST_KILLS ?? (process.env.CSL_TEST_LONG ? 200 : 1))
const seed = Number(process.env.CSL_TEST_SEED ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const slug = '-home-dev-orchard-api'

let folder: string
let lengthMs = 0

/** A desk that has synced and a laptop with much to send, and news at the remote for it. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'csl-sync-kill-'))
  const start = path.join(folder, 'start')
  const [desk, laptop] = homesIn(start)
  for (const [home, first] of [
    [desk, 1],
    [laptop, 100],
  ] as const) {
    for (let n = first; n < first + 4; n++)
      await home.writeTranscript(slug, `${uuidOf(n)}.jsonl`, session(n, 40))
    await run(home, 'backfill')
    await run(home, 'log', '--category', 'issue', '--title', `Of ${first}`)
    await run(home, 'remote', 'add', 'hub', path.join(start, 'hub.duckdb'), '--share', 'all', '--yes')
  }
  await run(desk, 'sync')
  const copy = copyOfStart('measured')
  const began = performance.now()
  await run(copy.laptop, 'sync')
  lengthMs = performance.now() - began
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function homesIn(place: string): readonly [desk: Home, laptop: Home] {
  return [homeIn(path.join(place, 'desk')), homeIn(path.join(place, 'laptop'))]
}

function session(n: number, messages: number): object[] {
  return [
    bornLine(uuidOf(n), '2026-10-01T09:00:00.000Z'),
    ...Array.from({ length: messages }, (_, i) => assistantLine(uuidOf(n), { id: messageId(n * 1000 + i) })),
  ]
}

async function run(home: Home, ...args: string[]): Promise<void> {
  const { code, stderr } = await home.csl(args)
  if (code !== 0) throw new Error(`csl ${args.join(' ')}: ${code} ${stderr}`)
}

function copyOfStart(name: string): { desk: Home; laptop: Home; hub: string } {
  const place = path.join(folder, name)
  cpSync(path.join(folder, 'start'), place, { recursive: true })
  const [desk, laptop] = homesIn(place)
  const hub = path.join(place, 'hub.duckdb')
  for (const home of [desk, laptop]) rehome(home, hub)
  return { desk, laptop, hub }
}

function rehome(home: Home, hub: string): void {
  const settings = { remotes: [{ name: 'hub', url: hub, share: 'all', projects: [] }], privacy: {} }
  rmSync(path.join(home.dataFolder, 'settings.json'))
  appendFileSync(path.join(home.dataFolder, 'settings.json'), JSON.stringify(settings), { mode: 0o600 })
}

/** Syncs and is killed after so long. Answers whether it was still at work. */
function killed(home: Home, afterMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [mainFile, 'sync'], { env: home.env, stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
    child.on('close', (_, signal) => {
      clearTimeout(timer)
      resolve(signal === 'SIGKILL')
    })
  })
}

const everything = [
  `SELECT message_key AS key, session_id AS id, output_tokens::VARCHAR AS output FROM usage_records ORDER BY ALL`,
  `SELECT session_id AS id, total_tokens::VARCHAR AS tokens FROM sessions ORDER BY ALL`,
  `SELECT id, title, status, body FROM log_entries ORDER BY ALL`,
  // A folder leaves under a pseudonym.
  `SELECT DISTINCT hlc, subject, kind, value FROM changes WHERE kind <> 'place' ORDER BY ALL`,
]

test(`killed at ${kills} instants, nothing is lost`, { timeout: 3_600_000 }, async () => {
  let alive = 0
  for (let n = 0; n < kills; n++) {
    const { desk, laptop, hub } = copyOfStart(`run-${n}`)
    const afterMs = lengthMs * (0.15 + 0.85 * random())

    const [wasAlive] = await Promise.all([
      killed(laptop, afterMs),
      run(laptop, 'log', '--category', 'note', '--title', 'Meanwhile'),
      run(desk, 'log', '--category', 'note', '--title', 'Elsewhere'),
    ])
    if (wasAlive) alive++
    for (const home of [laptop, desk, laptop, desk]) await run(home, 'sync')

    const there = await onRemote(hub, ...everything)
    for (const [i, sql] of everything.entries()) {
      for (const home of [desk, laptop]) {
        expect(await select(home, sql), `killed after ${afterMs} ms; seed ${seed}`).toEqual(there[i])
      }
    }
    expect(there[0]).toHaveLength(8 * 40)
    expect(there[2]).toHaveLength(4)
    rmSync(path.join(folder, `run-${n}`), { recursive: true })
  }
  console.log(`${alive} of ${kills} were killed at work; seed ${seed}`)
  expect(alive).toBeGreaterThan(0)
})

test('what somebody said as they were killed leaves with the next sync', async () => {
  const { desk, laptop } = copyOfStart('torn')
  await run(laptop, 'sync')
  const change = {
    hlc: `${Date.now()}-0000-killed`,
    subject: 'entry:torn',
    kind: 'create',
    value: JSON.stringify({ category: 'issue', status: 'open', title: 'Said in the last moment' }),
    actor: 'person-1',
    actor_name: 'Test Person',
  }
  appendFileSync(path.join(laptop.dataFolder, 'changes.jsonl'), `${JSON.stringify(change)}\n`)

  await run(laptop, 'sync')
  await run(desk, 'sync')

  expect(await select(desk, `SELECT title FROM log_entries WHERE id = 'torn'`)).toEqual([
    { title: 'Said in the last moment' },
  ])
})
