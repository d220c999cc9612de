import { usdFromPico } from '../../base/format.ts'
import { bigintOf } from '../../store/query.ts'
import { classify, type TypeRule } from './type-rules.ts'

/** The row of `session_facts` that speaks for a session, as far as the readable row needs it. Times in ms. */
export interface FactsRow {
  readonly sessionId: string
  readonly writerId: string
  readonly tool: string
  readonly project: string | null
  readonly projectKey: string | null
  readonly cwd: string | null
  readonly lastCwd: string | null
  readonly relocatedCwd: string | null
  readonly startedAtMs: number | null
  readonly endedAtMs: number | null
  readonly bornAtMs: number | null
  readonly activeSec: number
  readonly prompts: number
  readonly toolCalls: number
  readonly toolErrors: number
  readonly subagents: number
  readonly title: string | null
  readonly titleSource: string | null
  readonly skills: string
  readonly gitBranch: string | null
  readonly ccVersion: string | null
  readonly prUrls: string
  readonly costStateUsd: number | null
  readonly costState: string | null
  readonly legacy: boolean
  readonly personId: string | null
  readonly createdBy: string | null
}

/** What a session's own messages of one model add up to. Cost in picodollars, null if nothing has a price. */
export interface ModelTotals {
  readonly sessionId: string
  readonly model: string
  readonly writerId: string
  readonly firstAtMs: number | null
  readonly lastAtMs: number | null
  readonly input: number
  readonly output: number
  readonly cacheWrite: number
  readonly cacheWrite1h: number
  readonly cacheRead: number
  readonly costPico: number | bigint | null
  readonly webSearches: number
  readonly apiMessages: number
  readonly unfinalized: number
  readonly unpriced: number
  /** Some of it is a total of the older tool. */
  readonly legacy: boolean
}

/** What a session's transcripts repeat of other sessions' messages. */
export interface InheritedTotals {
  readonly sessionId: string
  readonly lastAtMs: number | null
  readonly messages: number
  readonly tokens: number
  readonly costPico: number | bigint | null
}

/** A writer's row of `machines`. */
export interface MachineRow {
  readonly writerId: string
  readonly machineId: string
  readonly label: string
  readonly personId: string | null
  readonly personName: string | null
}

/** A row of `sessions` but `synced`, `revision` and `updated_at`; the keys are its columns, in the table's order. */
export type SessionRow = Readonly<Record<string, string | number | boolean | null>>

/** The text that `path` rules look at: the first directory and the project's name. */
export function pathTextOf(session: { cwd: string | null; project: string | null }): string {
  return [session.cwd, session.project].filter(text => text !== null).join('\n')
}

/** The names of a list of [name, count], as `session_facts` keeps it. */
export function namesIn(list: string): string[] {
  return (JSON.parse(list) as [string, number][]).map(([name]) => name)
}

/**
 * The readable row of a session out of what was observed. Pure. Either facts or models are there: an origin that
 * forks name may have no transcript left, and a transcript may hold no message.
 */
export function sessionRow(given: {
  sessionId: string
  facts: FactsRow | undefined
  models: readonly ModelTotals[]
  inherited: InheritedTotals | undefined
  machine: MachineRow | undefined
  rules: readonly TypeRule[]
}): SessionRow {
  const { sessionId, facts, inherited, machine, rules } = given
  const models = [...given.models].sort(byFirstUse)
  const sum = (count: (totals: ModelTotals) => number) => models.reduce((total, row) => total + count(row), 0)
  const skills = facts ? namesIn(facts.skills) : []
  const startedAtMs = startOf(facts, models, inherited)
  const endedAtMs = facts?.endedAtMs ?? largest(models.map(row => row.lastAtMs))
  const durationMin = startedAtMs === null || endedAtMs === null ? null : (endedAtMs - startedAtMs) / 60_000
  const tokens = sum(row => row.input + row.output + row.cacheWrite + row.cacheRead)
  const unpriced = models.filter(row => row.unpriced > 0)
  const pathText = pathTextOf({ cwd: facts?.cwd ?? null, project: facts?.project ?? null })
  return {
    session_id: sessionId,
    project: facts?.project ?? null,
    cwd: facts?.cwd ?? null,
    session_date: iso(startedAtMs)?.slice(0, 10) ?? null,
    started_at: iso(startedAtMs),
    ended_at: iso(endedAtMs),
    duration_min: durationMin,
    models: models.map(row => row.model).join(','),
    input_tokens: sum(row => row.input),
    output_tokens: sum(row => row.output),
    cache_write_tokens: sum(row => row.cacheWrite),
    cache_read_tokens: sum(row => row.cacheRead),
    total_tokens: tokens,
    cost_usd: usdFromPico(costOf(models)),
    message_count: (facts?.prompts ?? 0) + sum(row => row.apiMessages),
    tool_call_count: facts?.toolCalls ?? 0,
    skills_used: skills.join(','),
    git_branch: facts?.gitBranch ?? null,
    cc_version: facts?.ccVersion ?? null,
    title: facts?.title ?? null,
    session_type: classify(rules, { skills, pathText }).type,
    created_by: facts?.createdBy ?? machine?.personName ?? null,
    tool: facts?.tool ?? null,
    machine_id: machine?.machineId ?? null,
    machine_label: machine?.label ?? null,
    project_key: facts?.projectKey ?? null,
    person_id: facts?.personId ?? machine?.personId ?? null,
    last_cwd: facts?.lastCwd ?? null,
    resume_cwd: facts?.relocatedCwd ?? facts?.cwd ?? null,
    active_min: activeMinOf(facts, durationMin, inherited !== undefined),
    prompt_count: facts?.prompts ?? 0,
    api_message_count: sum(row => row.apiMessages),
    subagent_count: facts?.subagents ?? 0,
    tool_error_count: facts?.toolErrors ?? 0,
    unfinalized_count: sum(row => row.unfinalized),
    unpriced_count: sum(row => row.unpriced),
    unpriced_models: unpriced.length > 0 ? unpriced.map(row => row.model).join(',') : null,
    inherited_message_count: inherited?.messages ?? 0,
    inherited_tokens: inherited?.tokens ?? 0,
    inherited_cost_usd: usdFromPico(bigintOf(inherited?.costPico ?? null)),
    web_search_count: sum(row => row.webSearches),
    cost_state_usd: facts?.costStateUsd ?? null,
    cost_state: facts?.costState ?? null,
    pr_urls: facts?.prUrls ?? null,
    title_source: facts?.titleSource ?? null,
    legacy: facts?.legacy ?? false,
  }
}

/** The rows of `session_models` of a session, in the order of that table's columns. */
export function modelCells(row: ModelTotals): (string | number | boolean | null)[] {
  return [
    row.sessionId,
    row.model,
    row.input,
    row.output,
    row.cacheWrite,
    row.cacheRead,
    row.input + row.output + row.cacheWrite + row.cacheRead,
    usdFromPico(bigintOf(row.costPico)),
    false,
    row.cacheWrite1h,
    row.apiMessages,
    row.unfinalized,
    row.unpriced,
  ]
}

/**
 * When the session's own part began. Copied history keeps its old times, so a fork begins when its file was born, or
 * with its first own message where nothing tells: a file that was moved here may be younger than all that it holds.
 */
function startOf(
  facts: FactsRow | undefined,
  models: readonly ModelTotals[],
  inherited: InheritedTotals | undefined,
): number | null {
  const firstOwn = least(models.map(row => row.firstAtMs))
  const started = facts?.startedAtMs ?? null
  if (!inherited) return started ?? firstOwn
  const bornAt = facts?.bornAtMs ?? null
  const endedAt = facts?.endedAtMs ?? null
  const isPlausible =
    bornAt !== null &&
    inherited.lastAtMs !== null &&
    bornAt > inherited.lastAtMs &&
    endedAt !== null &&
    bornAt <= endedAt
  return isPlausible ? least([bornAt, firstOwn]) : (firstOwn ?? started)
}

/** Minutes of activity; a fork's copied history is not its own, so it is never more than the fork's duration. */
function activeMinOf(facts: FactsRow | undefined, durationMin: number | null, isFork: boolean): number {
  const activeMin = (facts?.activeSec ?? 0) / 60
  return isFork && durationMin !== null ? Math.min(activeMin, durationMin) : activeMin
}

/** The sum of what has a price; null where messages were used and none has one. */
function costOf(models: readonly ModelTotals[]): bigint | null {
  const priced = models.map(row => bigintOf(row.costPico)).filter(cost => cost !== null)
  if (models.length > 0 && priced.length === 0) return null
  return priced.reduce((sum, cost) => sum + cost, 0n)
}

function byFirstUse(a: ModelTotals, b: ModelTotals): number {
  return (a.firstAtMs ?? 0) - (b.firstAtMs ?? 0) || (a.model < b.model ? -1 : 1)
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? null : known.reduce((a, b) => Math.min(a, b))
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b))
}

function iso(ms: number | null): string | null {
  if (ms === null) return null
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
