import { picoFromUsd, usdFromPico } from '../base/format.ts'
import { ledgerColumns } from '../features/usage/ledger-rows.ts'
import type { Cell } from '../store/query.ts'
import { sessionFacts } from '../store/tables.ts'
import type { Writer } from '../store/writer.ts'

// The older Python tool kept totals only. They become rows flagged `legacy`: counted until the session's transcript
// has been read, then hidden.

const unknownModel = '(unknown)'

/** What the older tool kept of a session or of a model in it. */
export interface OlderTotals {
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly cacheWriteTokens: number | null
  readonly cacheReadTokens: number | null
  /** Dollars as decimal text. */
  readonly costUsd: string | null
}

export interface OlderModel extends OlderTotals {
  readonly sessionId: string | null
  readonly model: string | null
}

export interface OlderSession extends OlderTotals {
  readonly sessionId: string | null
  readonly project: string | null
  readonly cwd: string | null
  readonly sessionDateMs: number | null
  readonly startedAtMs: number | null
  readonly endedAtMs: number | null
  readonly models: string | null
  readonly messageCount: number | null
  readonly toolCallCount: number | null
  readonly skillsUsed: string | null
  readonly gitBranch: string | null
  readonly ccVersion: string | null
  readonly title: string | null
  readonly createdBy: string | null
}

/**
 * A session's totals by model. Where the older tool had no models, or they do not add up to the session, the rest goes
 * to the one model it names, else to an unknown one. Pure.
 */
export function legacyTotals(
  session: OlderSession,
  models: readonly OlderModel[],
): (OlderTotals & { model: string })[] {
  const named = models.map(model => ({ ...model, model: model.model?.trim() || unknownModel }))
  const known = named.map(model => picoOf(model.costUsd) ?? 0n).reduce((sum, cost) => sum + cost, 0n)
  const costLeft = (picoOf(session.costUsd) ?? 0n) - known
  const names = (session.models ?? '').split(',').flatMap(name => name.trim() || [])
  const rest = {
    model: names.length === 1 ? (names[0] ?? unknownModel) : unknownModel,
    inputTokens: left(session, models, row => row.inputTokens),
    outputTokens: left(session, models, row => row.outputTokens),
    cacheWriteTokens: left(session, models, row => row.cacheWriteTokens),
    cacheReadTokens: left(session, models, row => row.cacheReadTokens),
    costUsd: costLeft > 0n ? usdFromPico(costLeft) : null,
  }
  // By name, so that a rest of a model that is there already is no second row of it.
  const byModel = new Map<string, OlderTotals & { model: string }>()
  for (const totals of hasTokens(rest) || costLeft > 0n ? [...named, rest] : named) {
    const other = byModel.get(totals.model)
    byModel.set(totals.model, other ? added(other, totals) : totals)
  }
  return [...byModel.values()]
}

function added<T extends OlderTotals>(a: T, b: OlderTotals): T {
  const sum = (x: number | null, y: number | null) => (x ?? 0) + (y ?? 0)
  const cost = (picoOf(a.costUsd) ?? 0n) + (picoOf(b.costUsd) ?? 0n)
  return {
    ...a,
    inputTokens: sum(a.inputTokens, b.inputTokens),
    outputTokens: sum(a.outputTokens, b.outputTokens),
    cacheWriteTokens: sum(a.cacheWriteTokens, b.cacheWriteTokens),
    cacheReadTokens: sum(a.cacheReadTokens, b.cacheReadTokens),
    costUsd: cost > 0n ? usdFromPico(cost) : null,
  }
}

/** A cost that is no sensible amount (below nothing, or more than a ledger row holds) is no cost. */
function picoOf(costUsd: string | null): bigint | null {
  const pico = costUsd === null ? null : picoFromUsd(costUsd)
  return pico === null || pico < 0n || pico >= 2n ** 63n ? null : pico
}

function left(
  session: OlderSession,
  models: readonly OlderModel[],
  count: (totals: OlderTotals) => number | null,
): number {
  const known = models.reduce((sum, model) => sum + (count(model) ?? 0), 0)
  return Math.max(0, (count(session) ?? 0) - known)
}

function hasTokens(totals: OlderTotals): boolean {
  const { inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens } = totals
  return [inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens].some(count => (count ?? 0) > 0)
}

/** What the older tool said it costs; its 0 for tokens it had no price for means that nobody knows. */
function costOf(totals: OlderTotals): bigint | null {
  const pico = picoOf(totals.costUsd)
  return pico === 0n && hasTokens(totals) ? null : pico
}

/** A row of the ledger for a total, without its number. */
export function usageCells(
  writer: Writer,
  session: OlderSession,
  totals: OlderTotals & { model: string },
): Cell[] {
  const sessionId = session.sessionId ?? ''
  const occurredAtMs = session.startedAtMs ?? session.sessionDateMs ?? session.endedAtMs
  const costPico = costOf(totals)
  const cells: Record<string, Cell> = {
    writer_id: writer.id,
    message_key: `legacy:${sessionId}/${totals.model}`,
    part: 0,
    session_id: sessionId,
    occurred_at: occurredAtMs,
    line_at: session.endedAtMs,
    model: totals.model,
    input_tokens: totals.inputTokens ?? 0,
    output_tokens: totals.outputTokens ?? 0,
    // It did not keep the two kinds of cache writes apart; its prices were those of the 5-minute kind.
    cache_write_5m_tokens: totals.cacheWriteTokens ?? 0,
    cache_write_1h_tokens: 0,
    cache_read_tokens: totals.cacheReadTokens ?? 0,
    thinking_tokens: 0,
    web_searches: 0,
    web_fetches: 0,
    is_sidechain: false,
    has_usage: true,
    has_stop_reason: true,
    is_final: true,
    from_progress: false,
    legacy: true,
    legacy_cost_pico: costPico,
    counted: true,
    owner_session_id: sessionId,
    cost_pico: costPico,
  }
  return ledgerColumns.map(column => cells[column] ?? null)
}

/** A row of `session_facts` for what the older tool knew of a session. */
export function factCells(writer: Writer, session: OlderSession): Cell[] {
  const skills = (session.skillsUsed ?? '').split(',').flatMap(name => name.trim() || [])
  const cells: Record<string, Cell> = {
    writer_id: writer.id,
    seq: writer.nextSeq(),
    session_id: session.sessionId,
    tool: 'claude-code',
    lines: 0,
    malformed_lines: 0,
    files: 0,
    subagents: 0,
    project: session.project,
    project_key: session.cwd,
    project_key_kind: session.cwd === null ? null : 'cwd',
    cwd: session.cwd,
    last_cwd: session.cwd,
    started_at: session.startedAtMs ?? session.sessionDateMs,
    ended_at: session.endedAtMs,
    active_sec: 0,
    // Its count of messages holds prompts and replies; the replies are not in the ledger one by one.
    prompts: session.messageCount ?? 0,
    queued_prompts: 0,
    tool_calls: session.toolCallCount ?? 0,
    tool_errors: 0,
    synthetic_messages: 0,
    api_errors: 0,
    compactions: 0,
    search_count: 0,
    title: session.title,
    title_source: session.title === null ? null : 'legacy',
    skills: JSON.stringify(skills.map(skill => [skill, 1])),
    slash_commands: '[]',
    tools: '[]',
    git_branch: session.gitBranch,
    branches: JSON.stringify(session.gitBranch === null ? [] : [session.gitBranch]),
    cc_version: session.ccVersion,
    versions: JSON.stringify(session.ccVersion === null ? [] : [session.ccVersion]),
    entrypoints: '[]',
    pr_urls: '[]',
    legacy: true,
    person_id: writer.identity.personId,
    created_by: session.createdBy ?? writer.identity.personName,
  }
  return Object.keys(sessionFacts.columns).map(column => cells[column] ?? null)
}
