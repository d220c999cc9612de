import { statSync } from 'node:fs'
import { formatDuration } from '../../base/format.ts'
import { findUserHome } from '../../base/paths.ts'
import { type RemoteSettings, readSettings } from '../../base/settings.ts'
import { readBackground } from '../../setup/background/read.ts'
import { findTokens, isExpired } from '../../sync/remotes/motherduck/token.ts'
import { kindOf } from '../../sync/remotes.ts'
import { type RemoteState, readSyncState, stateOf } from '../../sync/state.ts'
import { probedRemote } from '../sync/probed-remote.ts'
import type { Examination } from './examination.ts'
import { type Check, type Finding, ok, problem, warning } from './finding.ts'

/** What a remote that swallows everything may take, with its retries. */
const remoteLimitMs = 90_000

export function syncChecks(examination: Examination, isOnline: boolean): Check[] {
  const { context } = examination
  const remotes = remotesOf(examination)
  const checks: Check[] = [
    { name: 'background', limitMs: 30_000, look: () => backgroundFindings(examination, remotes.length > 0) },
    {
      name: 'sync',
      async look() {
        if (remotes.length === 0) return [ok('sync', 'no remotes: nothing leaves this machine')]
        const state = readSyncState(context.paths.syncState)
        return remotes.map(({ name }) => stateFinding(name, stateOf(state, name), context.now()))
      },
    },
    { name: 'token', look: async () => tokenFindings(examination, remotes) },
  ]
  if (!isOnline) return checks
  return [
    ...checks,
    ...remotes.map(remote => ({
      name: 'remote',
      limitMs: remoteLimitMs,
      look: async () => {
        const found = await probedRemote(context, remote)
        return found.map(({ state, text, todo }) => ({
          check: 'remote',
          state,
          text: `${remote.name}: ${text}`,
          todo,
        }))
      },
    })),
  ]
}

/** What is wrong with the settings, another check says. */
function remotesOf({ context }: Examination): readonly RemoteSettings[] {
  try {
    return readSettings(context.paths.settingsFile).remotes
  } catch {
    return []
  }
}

const quietMs = 3 * 86_400_000

/** Pure. */
export function stateFinding(name: string, state: RemoteState, nowMs: number): Finding {
  const { lastSuccessAt, lastError, lastErrorAt } = state
  const succeeded = lastSuccessAt === null ? null : Date.parse(lastSuccessAt)
  const last = succeeded === null ? 'never synced' : `synced ${ago(nowMs - succeeded)}`
  if (lastError !== null && lastErrorAt !== null) {
    const text = `${name}: failed ${ago(nowMs - Date.parse(lastErrorAt))}: ${lastError.slice(0, 200)} (${last})`
    return warning('sync', text, 'csl sync tries again; csl doctor --remote looks closer')
  }
  if (succeeded === null || nowMs - succeeded > quietMs)
    return warning('sync', `${name}: ${last}`, 'csl sync')
  return ok('sync', `${name}: ${last}`)
}

function ago(ms: number): string {
  return `${formatDuration(ms / 60_000)} ago`
}

async function backgroundFindings(examination: Examination, hasRemotes: boolean): Promise<Finding[]> {
  const { jobs, unreadable, lastRun } = await readBackground(examination.setupPlace())
  const [job] = jobs
  if (!job) {
    const [trouble] = unreadable.flatMap(state => state.trouble ?? [])
    const text = 'nothing starts a sync every 15 minutes'
    if (!hasRemotes) return [ok('background', `${text}, and there is no remote to sync with`)]
    return [
      ok(
        'background',
        `${text}${trouble ? ` (${trouble.message})` : ''}; hooks and csl sync do: csl background enable`,
      ),
    ]
  }
  const findings: Finding[] = []
  if (jobs.length > 1)
    findings.push(
      warning(
        'background',
        `${jobs.map(({ kind }) => kind).join(' and ')} both start syncs`,
        'csl background enable, with the one you want',
      ),
    )
  for (const { kind, trouble, isCurrent, isLoaded } of jobs) {
    if (trouble)
      findings.push(
        warning('background', trouble.message, trouble.hint.split('\n')[0] || 'csl background enable'),
      )
    else if (!isCurrent)
      findings.push(
        warning(
          'background',
          `what ${kind} starts is not as this version writes it`,
          'csl background enable',
        ),
      )
    else if (!isLoaded)
      findings.push(problem('background', `${kind} does not start it`, 'csl background enable'))
  }
  if (lastRun && lastRun.endedAt !== null && !lastRun.ok)
    findings.push(
      warning(
        'background',
        `the last run failed: ${lastRun.result}`,
        `see: ${examination.context.paths.logFile}`,
      ),
    )
  if (findings.length > 0) return findings
  const run = lastRun
    ? `last run ${ago(examination.context.now() - Date.parse(lastRun.startedAt))}`
    : 'no run yet'
  return [ok('background', `${job.kind}, loaded; ${run}`)]
}

function tokenFindings({ context }: Examination, remotes: readonly RemoteSettings[]): Finding[] {
  const { env } = context
  const tokens = findTokens(env, findUserHome(env))
  const [first] = tokens
  const users = remotes.filter(({ url }) => kindOf(url) !== 'file')
  if (!first) {
    if (users.length === 0) return []
    return [problem('token', 'there is no MotherDuck token on this machine', 'csl setup asks for one')]
  }
  const findings: Finding[] = []
  if (isExpired(first.token, context.now()))
    findings.push(
      problem(
        'token',
        `the one from ${first.source} has expired`,
        'make another at MotherDuck: Settings → Access Tokens',
      ),
    )
  for (const { source } of tokens) {
    const mode = statSync(source, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) !== 0)
      findings.push(warning('token', `others on this machine can read ${source}`, `chmod 600 '${source}'`))
  }
  if (findings.length > 0) return findings
  const more =
    tokens.length > 1
      ? `; another one in ${tokens
          .slice(1)
          .map(({ source }) => source)
          .join(', ')}`
      : ''
  return [ok('token', `from ${first.source}${more}${users.length === 0 ? '; no remote needs it' : ''}`)]
}
