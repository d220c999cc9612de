import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Home } from './home.ts'
import { seededRandom } from './random.ts'

/** A moment at which a program is killed: at the n-th thing that it does to files, processes and the database. See kill-at.mjs. */
export interface KillPoint {
  readonly at: number
  readonly when: 'before' | 'during' | 'after'
  /** For failures: `during 7: rename …`. */
  readonly name: string
}

const preload = pathToFileURL(path.join(import.meta.dirname, 'kill-at.mjs')).href

/** Points of a command, which is run in the home for that: some, chosen by a seed, or with CSL_TEST_LONG all there are. */
export async function pickedPoints(home: Home, args: readonly string[], count: number): Promise<KillPoint[]> {
  const list = path.join(mkdtempSync(path.join(tmpdir(), 'csl-points-')), 'met.txt')
  const { code, stderr } = await home.csl(args, { env: preloaded({ CSL_KILL_LIST: list }) })
  if (code !== 0) throw new Error(`the command that is to be killed failed by itself: ${code} ${stderr}`)
  const lines = readFileSync(list, 'utf8').trimEnd().replaceAll(home.folder, '~').split('\n')
  rmSync(path.dirname(list), { recursive: true })
  const all = lines.flatMap((line, i) =>
    (['before', 'during', 'after'] as const)
      // Before one is after the one in front of it.
      .filter(when => when !== 'before' || i === 0)
      .filter(when => when !== 'during' || /^(write|append|execFile|spawn)/.test(line))
      .map((when): KillPoint => ({ at: i + 1, when, name: `${when} ${i + 1}: ${line.slice(0, 120)}` })),
  )
  return process.env.CSL_TEST_LONG ? all : sample(all, count)
}

/** Runs a command that is killed at a point. Throws where it came to its end instead. */
export async function runKilled(home: Home, args: readonly string[], point: KillPoint): Promise<void> {
  const env = preloaded({ CSL_KILL_AT: String(point.at), CSL_KILL_WHEN: point.when })
  const { code } = await home.csl(args, { env })
  if (code !== 128) throw new Error(`not killed, but ended with ${code}: ${point.name}`)
}

function preloaded(env: Record<string, string>): Record<string, string> {
  return { ...env, NODE_OPTIONS: `--import ${preload}` }
}

/** As many of them, spread over all; the same again each time. */
function sample(points: readonly KillPoint[], count: number): KillPoint[] {
  const random = seededRandom(5)
  const share = points.length / count
  return Array.from({ length: count }, (_, i) => points[Math.floor((i + random()) * share)]).filter(
    point => point !== undefined,
  )
}
