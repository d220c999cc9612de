import { statSync } from 'node:fs'
import path from 'node:path'
import { readTextIfThere } from '../../base/files.ts'
import { formatDuration } from '../../base/format.ts'
import { drainSpool } from '../../ingest/drain.ts'
import { isHookShimWhole, writeHookShim } from '../../ingest/hook-shim.ts'
import { failedJobs, listJobs, longestWait, retryFailedJobs } from '../../ingest/spool.ts'
import { hookEvents } from '../../setup/hooks/hook-command.ts'
import { type HooksFound, inspectHooks } from '../../setup/hooks/inspect-hooks.ts'
import { placeOf } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { shimTargetOf } from '../initialise.ts'
import type { Examination } from './examination.ts'
import { type Check, type Finding, ok, problem, warning } from './finding.ts'

export function hookChecks(examination: Examination): Check[] {
  return [
    { name: 'spool', look: async () => spoolFindings(examination) },
    { name: 'hook script', limitMs: 15_000, look: () => scriptFindings(examination) },
    { name: 'hooks', look: async () => hooksFindings(examination) },
  ]
}

/** Hooks are done with their jobs in seconds; what waits longer waits for the next command. */
const longWaitMs = 10 * 60_000

function spoolFindings({ context }: Examination): Finding[] {
  const { spool } = context.paths
  const waiting = listJobs(spool).length
  const failed = failedJobs(spool)
  const findings: Finding[] = []
  if (failed.length > 0)
    findings.push(
      warning(
        'spool',
        `${formatCounted(failed.length, 'job')} of hooks failed: ${failed[0]?.why.slice(0, 100)}`,
        `csl doctor --fix tries again; they are in ${path.join(spool, 'failed')}`,
        {
          question: null,
          async run() {
            const count = retryFailedJobs(spool)
            const done = await drainSpool(await placeOf(context), { waitMs: 10_000 })
            return [`${formatCounted(count, 'failed job')} tried again, ${done} done`]
          },
        },
      ),
    )
  const waitMs = longestWait(spool, context.now()) ?? 0
  if (waitMs > longWaitMs)
    findings.push(
      warning(
        'spool',
        `${formatCounted(waiting, 'job')} of hooks ${waiting === 1 ? 'waits' : 'wait'}, the first for ${formatDuration(waitMs / 60_000)}`,
        'csl backfill, or any report, records them',
        {
          question: null,
          async run() {
            const done = await drainSpool(await placeOf(context), { waitMs: 10_000 })
            return [`${formatCounted(done, 'job')} of hooks done`]
          },
        },
      ),
    )
  if (findings.length > 0) return findings
  return [
    ok('spool', waiting === 0 ? 'nothing waits' : `${formatCounted(waiting, 'job')} of hooks, just come`),
  ]
}

async function scriptFindings(examination: Examination): Promise<Finding[]> {
  const { context, run } = examination
  const { paths } = context
  if (process.platform === 'win32') return []
  const text = readTextIfThere(paths.hookShim)
  if (text === undefined) return []
  const target = shimTargetOf(context)
  if (!isHookShimWhole(paths, target))
    return [
      problem(
        'hook script',
        `${paths.hookShim} is not as this installation writes it`,
        'csl doctor --fix, or: csl setup',
        {
          question: null,
          async run() {
            await writeHookShim(paths, target)
            return [`written anew: ${paths.hookShim}`]
          },
        },
      ),
    ]
  const ran = await run(paths.hookShim, ['--version'], { timeoutMs: 10_000 })
  if (ran.code === 0 && ran.stdout.trim() !== '') return [ok('hook script', 'whole, and starts csl')]
  const why = ran.stderr.trim().split('\n')[0] || ran.why || `exit code ${ran.code}`
  return [problem('hook script', `it does not start csl: ${why}`, `try it: ${paths.hookShim} --version`)]
}

function hooksFindings(examination: Examination): Finding[] {
  const { context } = examination
  const { claudeRoot, paths, node, mainFile, platform } = examination.setupPlace()
  const file = path.join(claudeRoot, 'settings.json')
  const installed = { shim: paths.hookShim, node, main: mainFile, platform }
  const found = inspectHooks(readTextIfThere(file), installed, file)
  const lastSeen = hookEvents.map(event =>
    timeOf(`${paths.hookShim}.${event === 'SessionStart' ? 'started' : 'ended'}`),
  )
  return judgeHooks(found, { file, seenAt: lastSeen, nowMs: context.now() })
}

/** Pure. `seenAt`: when the hooks of a session's start and end ran last, in milliseconds. */
export function judgeHooks(
  found: HooksFound,
  { file, seenAt, nowMs }: { file: string; seenAt: readonly (number | undefined)[]; nowMs: number },
): Finding[] {
  const findings: Finding[] = []
  const states = hookEvents.map(event => ({ event, state: found.events[event].state }))
  const missing = states.filter(({ state }) => state === 'missing').map(({ event }) => event)
  const other = states.filter(({ state }) => state === 'other').map(({ event }) => event)
  if (missing.length > 0)
    findings.push(
      warning('hooks', `not in ${file}: ${missing.join(', ')}; sessions don't log themselves`, 'csl setup'),
    )
  if (other.length > 0)
    findings.push(
      warning(
        'hooks',
        `${other.join(', ')} in ${file}: not as this version writes them, or doubled`,
        'csl setup',
      ),
    )
  if (found.olderTool.length > 0)
    findings.push(
      problem(
        'hooks',
        'the older Python tool still has hooks, and writes the same database',
        'csl setup replaces them',
      ),
    )
  if (found.mixed.length > 0)
    findings.push(
      warning(
        'hooks',
        `${formatCounted(found.mixed.length, 'hook')} of yours call csl besides doing something else`,
        `look at them in ${file}`,
      ),
    )
  if (found.isDisabled)
    findings.push(
      problem('hooks', `no hook runs: disableAllHooks is set in ${file}`, 'take it out, or set it to false'),
    )
  if (found.notJson !== undefined)
    findings.push(problem('hooks', `Claude Code may not read ${file}: ${found.notJson}`, 'correct it'))
  if (findings.length > 0) return findings
  const [startedAt, endedAt] = seenAt
  const seen = (at: number | undefined) =>
    at === undefined ? 'never' : `${formatDuration((nowMs - at) / 60_000)} ago`
  return [ok('hooks', `in place; a start was seen ${seen(startedAt)}, an end ${seen(endedAt)}`)]
}

function timeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}
