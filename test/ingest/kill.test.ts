import { spawn } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Row } from '../../src/store/query.ts'
import { recorded, select } from '../support/database.ts'
import { type Home, homeIn, mainFile } from '../support/home.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from '../support/lines.ts'
import { seededRandom } from '../support/random.ts'
import { countOf, type Mark, traceEnv } from '../support/trace.ts'

// kill -9 at any instant: what the process was about to do is caught up by the next command, and the rows are those of
// a run that nobody disturbed.

const isLong = Boolean(process.env.CSL_TEST_LONG)
const kills = isLong ? 200 : 6
/** Few instants on a machine with other work hit less surely. */
const fewestAlive = isLong ? 0.75 : 0.25
const seed = Number(process.env.CSL_TEST_SEED ?? Date.now() % 1_000_000)

/** Messages of a session; in the long run there is enough to read for several threads. */
const size = isLong ? 1200 : 150
const slug = '-home-dev-orchard-api'
const ending = uuidOf(0x5e55)
const filler = 'orchard '.repeat(80)

function messages(sessionId: string, from: number, to: number): object[] {
  return Array.from({ length: to - from }, (_, i) => {
    const serial = from + i
    return assistantLine(sessionId, {
      id: messageId(serial * 100 + Number.parseInt(sessionId.slice(-2), 16)),
      uuid: uuidOf(serial),
      at: new Date(Date.parse('2026-10-01T10:00:00Z') + serial * 1000).toISOString(),
      usage: { input_tokens: serial, output_tokens: 20 },
      content: [{ type: 'text', text: filler }],
    })
  })
}

function beginning(sessionId: string): object[] {
  return [
    bornLine(sessionId, '2026-10-01T09:00:00.000Z'),
    userLine(sessionId, 'Plant the orchard', { uuid: uuidOf(9999) }),
  ]
}

/** What every run starts from: a home as it was, and the rows that all of it gives in the end. */
interface Template {
  readonly folder: string
  readonly right: Record<string, Row[]>
}

const hook = JSON.stringify({ session_id: ending, hook_event_name: 'SessionEnd' })
let folder: string
/** Sessions were recorded and one has grown since; or none has ever been recorded. */
let grown: Template
let fresh: Template

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'csl-kill-'))
  const base = homeIn(path.join(folder, 'base'))
  for (let n = 1; n <= 16; n++) {
    const id = uuidOf(n)
    await base.writeTranscript(slug, `${id}.jsonl`, [...beginning(id), ...messages(id, 0, size)])
  }
  const file = await base.writeTranscript(slug, `${ending}.jsonl`, [
    ...beginning(ending),
    ...messages(ending, 0, size / 3),
  ])
  await run(base, ['init'])
  cpSync(base.dataFolder, path.join(folder, 'fresh'), { recursive: true })
  for (const name of readdirSync(path.join(folder, 'fresh'))) {
    if (name !== 'machine.json') rmSync(path.join(folder, 'fresh', name), { recursive: true })
  }
  await run(base, ['backfill'])
  cpSync(base.dataFolder, path.join(folder, 'grown'), { recursive: true })
  appendFileSync(
    file,
    messages(ending, size / 3, size)
      .map(line => `${JSON.stringify(line)}\n`)
      .join(''),
  )
  grown = await templateOf('grown')
  fresh = await templateOf('fresh')
  expect(fresh.right).toEqual(grown.right)
  console.log(`seed ${seed} (CSL_TEST_SEED=${seed} gives the same instants)`)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function templateOf(name: string): Promise<Template> {
  const home = copyOf(path.join(folder, name))
  await run(home, ['record', '--no-sync'], hook)
  await run(home, ['backfill'])
  const right = await recorded(home)
  rmSync(home.folder, { recursive: true })
  return { folder: path.join(folder, name), right }
}

let serial = 0

/** A home with a data folder of its own; the transcripts are only read and shared by all. */
function copyOf(dataFolder: string): Home {
  const home = homeIn(path.join(folder, `run-${++serial}`))
  mkdirSync(home.claudeRoot, { recursive: true })
  symlinkSync(path.join(folder, 'base/.claude/projects'), path.join(home.claudeRoot, 'projects'))
  cpSync(dataFolder, home.dataFolder, { recursive: true })
  return home
}

async function run(home: Home, args: readonly string[], input = ''): Promise<void> {
  const result = await home.csl(args, { input })
  if (result.code !== 0) throw new Error(`csl ${args.join(' ')}: ${result.code} ${result.stderr}`)
}

interface Ended {
  readonly wasAlive: boolean
  readonly tookMs: number
  readonly marks: readonly Mark[]
}

interface Disturbance {
  readonly killAfterMs?: number
  /** Kills itself when it comes to this mark for the first time. */
  readonly killAt?: Mark['name']
  /** Is watched, and killed some time after it has begun its nth transaction. */
  readonly killInside?: { readonly begin: number; readonly delayMs: number }
}

/** Starts the program, and kills it unless it has ended by then. */
async function runUntil(home: Home, command: Command, disturbance: Disturbance = {}): Promise<Ended> {
  const { env, marks } = traceEnv(home.folder)
  const { killAfterMs, killAt, killInside } = disturbance
  const started = performance.now()
  const child = spawn(process.execPath, [mainFile, ...command.args], {
    env: { ...home.env, ...env, ...(killAt ? { CSL_KILL_AT: killAt } : {}) },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Killed before it has read: that is the point.
  child.stdin.on('error', () => undefined)
  child.stdin.end(command.input)
  const ended = new Promise<Ended>(resolve => {
    child.on('close', (_, signal) => {
      resolve({ wasAlive: signal === 'SIGKILL', tookMs: performance.now() - started, marks: marks() })
    })
  })
  const kill = () => child.kill('SIGKILL')
  const timer = killAfterMs === undefined ? undefined : setTimeout(kill, killAfterMs)
  if (killInside) {
    const isOver = () => child.exitCode !== null || child.signalCode !== null
    while (!isOver() && countOf(marks(), 'begin') < killInside.begin) await setImmediate()
    setTimeout(kill, killInside.delayMs)
  }
  const result = await ended
  clearTimeout(timer)
  return result
}

interface Command {
  readonly args: readonly string[]
  readonly input: string
}

const recordCommand: Command = { args: ['record', '--no-sync'], input: hook }
const backfillCommand: Command = { args: ['backfill'], input: '' }

interface Measured {
  readonly lengthMs: number
  readonly begins: number
  /** How long the last transaction takes. */
  readonly insideMs: number
}

/** A run that nobody disturbs: the one of middle length of some. */
async function measure(command: Command, template: Template): Promise<Measured> {
  const runs: Ended[] = []
  for (let n = 0; n < 5; n++) {
    const home = copyOf(template.folder)
    runs.push(await runUntil(home, command))
    rmSync(home.folder, { recursive: true })
  }
  const [middle] = runs.sort((a, b) => a.tookMs - b.tookMs).slice(2)
  if (!middle) throw new Error('nothing was measured')
  const last = (name: Mark['name']) => middle.marks.filter(mark => mark.name === name).at(-1)?.atMs ?? 0
  return {
    lengthMs: middle.tookMs,
    begins: countOf(middle.marks, 'begin'),
    insideMs: last('committed') - last('begin'),
  }
}

/** The two starts, one after the other. */
async function measured(command: Command): Promise<(Measured & { template: Template })[]> {
  return [
    { template: grown, ...(await measure(command, grown)) },
    { template: fresh, ...(await measure(command, fresh)) },
  ]
}

function waitingJobs(home: Home): string[] {
  const spool = path.join(home.dataFolder, 'spool')
  try {
    return readdirSync(spool).filter(name => name.endsWith('.json') && !name.startsWith('.'))
  } catch {
    return []
  }
}

const phases = [
  'before the spool file',
  'after the spool file',
  'inside a transaction',
  'before the job’s removal',
  'after it',
] as const
type Phase = (typeof phases)[number]
const inside: Phase = 'inside a transaction'

/** Where a killed hook was, by its own account and by what it left behind. */
async function phaseOf(home: Home, marks: readonly Mark[]): Promise<Phase> {
  if (countOf(marks, 'spooled') === 0) return 'before the spool file'
  const isDone = await isCommitted(home)
  const isWaiting = waitingJobs(home).length > 0
  // Once a payload is in the spool, it is there until its rows are.
  expect(isWaiting || isDone, 'the job is there or its rows are').toBe(true)
  if (!isWaiting) return 'after it'
  if (isDone) return 'before the job’s removal'
  const isInside = countOf(marks, 'begin') > countOf(marks, 'committed')
  return isInside ? 'inside a transaction' : 'after the spool file'
}

async function isCommitted(home: Home): Promise<boolean> {
  try {
    const sql = `SELECT api_message_count AS n FROM sessions WHERE session_id = '${ending}'`
    const [row] = await select<{ n: number }>(home, sql)
    return row?.n === size
  } catch {
    // No database yet, or none of ours.
    return false
  }
}

/** The next command makes everything right: no job is left, and the rows are those of an undisturbed run. */
async function expectCaughtUp(home: Home, template: Template, when: string): Promise<void> {
  await run(home, ['backfill'])
  expect(waitingJobs(home), when).toEqual([])
  const rows = await recorded(home)
  for (const [table, right] of Object.entries(template.right))
    expect(rows[table], `${when}: ${table}`).toEqual(right)
  rmSync(home.folder, { recursive: true })
}

/** Disturbs a run that starts from a template, and holds what comes of it against an undisturbed one. */
async function disturb(
  template: Template,
  command: Command,
  disturbance: Disturbance,
): Promise<Phase | 'ended'> {
  const home = copyOf(template.folder)
  const { wasAlive, marks } = await runUntil(home, command, disturbance)
  const phase = wasAlive ? await phaseOf(home, marks) : 'ended'
  await expectCaughtUp(home, template, JSON.stringify(disturbance))
  return phase
}

function tally() {
  const counts = new Map<string, number>()
  return {
    add: (phase: string) => counts.set(phase, (counts.get(phase) ?? 0) + 1),
    of: (phase: Phase) => counts.get(phase) ?? 0,
    text: () => phases.map(phase => `${counts.get(phase) ?? 0} ${phase}`).join(', '),
  }
}

describe('a killed hook', () => {
  test(`at ${kills} instants spread over its run: the next command catches up`, async () => {
    const random = seededRandom(seed)
    const starts = await measured(recordCommand)
    const found = tally()
    let alive = 0

    for (let n = 0; n < kills; n++) {
      const { template, lengthMs } = starts[n % 2] ?? raise()
      const phase = await disturb(template, recordCommand, { killAfterMs: random() * lengthMs })
      if (phase !== 'ended') alive++
      found.add(phase)
    }

    const lengths = starts.map(({ lengthMs }) => lengthMs.toFixed(0)).join(' and ')
    console.log(`hook of ${lengths} ms: ${alive} of ${kills} alive: ${found.text()}`)
    expect(alive).toBeGreaterThanOrEqual(kills * fewestAlive)
    // What is too short to be hit often enough by chance is watched for.
    const aimed = tally()
    for (let n = 0; found.of(inside) + aimed.of(inside) < (isLong ? 20 : 1) && n < 100; n++) {
      const { template, begins, insideMs } = starts[n % 2] ?? raise()
      const killInside = { begin: begins, delayMs: random() * insideMs }
      aimed.add(await disturb(template, recordCommand, { killInside }))
    }
    console.log(`hook, aimed at its last transaction: ${aimed.text()}`)
    expect(found.of(inside) + aimed.of(inside)).toBeGreaterThanOrEqual(isLong ? 20 : 1)
    if (!isLong) return
    for (const phase of ['before the spool file', 'after the spool file'] as const) {
      expect(found.of(phase), phase).toBeGreaterThanOrEqual(20)
    }
  }, 1_800_000)

  // Between the commit and the removal lies less than a millisecond: that instant is aimed at.
  test('right before it removes its job: the next command catches up', async () => {
    const found = tally()
    const times = isLong ? 20 : 2

    for (let n = 0; n < times; n++) {
      found.add(await disturb(n % 2 === 0 ? grown : fresh, recordCommand, { killAt: 'removing' }))
    }

    console.log(`hook, aimed at the removal of its job: ${found.text()}`)
    expect(found.of('before the job’s removal')).toBe(times)
  }, 600_000)
})

describe('a killed backfill', () => {
  test(`at ${kills} instants spread over its run: the next one goes on`, async () => {
    const random = seededRandom(seed + 1)
    const starts = await measured(backfillCommand)
    let alive = 0
    let inTransaction = 0

    for (let n = 0; n < kills; n++) {
      const { template, lengthMs } = starts[n % 2] ?? raise()
      const disturbance = { killAfterMs: random() * lengthMs }
      const home = copyOf(template.folder)
      const { wasAlive, marks } = await runUntil(home, backfillCommand, disturbance)
      if (wasAlive) alive++
      if (wasAlive && countOf(marks, 'begin') > countOf(marks, 'committed')) inTransaction++
      await expectCaughtUp(home, template, JSON.stringify(disturbance))
    }

    const lengths = starts.map(({ lengthMs }) => lengthMs.toFixed(0)).join(' and ')
    console.log(
      `backfill of ${lengths} ms: ${alive} of ${kills} alive, ${inTransaction} inside a transaction`,
    )
    expect(alive).toBeGreaterThanOrEqual(kills * fewestAlive)
  }, 1_800_000)
})

function raise(): never {
  throw new Error('no such start')
}
