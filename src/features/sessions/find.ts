import { cleanText } from '../../base/clean-text.ts'
import { UserError } from '../../base/errors.ts'
import { picoFromUsd } from '../../base/format.ts'
import { type Conditions, contains, createConditions } from '../../store/conditions.ts'
import type { Db } from '../../store/query.ts'
import { markedSessions, tagsIn } from './marks.ts'

/** Which sessions a list is about. What is not named is not narrowed; text is compared in any letter case. */
export interface SessionFilter {
  /** Sessions that were still running at this instant or later, in milliseconds since 1970 UTC. */
  readonly sinceMs?: number | undefined
  /** Sessions that had begun before this instant. */
  readonly untilMs?: number | undefined
  /** Part of the project's name or key. */
  readonly project?: string | undefined
  /** Part of a model's id. */
  readonly model?: string | undefined
  readonly type?: string | undefined
  /** A machine's label or id. */
  readonly machine?: string | undefined
  /** All of these words are part of title, project, branch, folder or id. */
  readonly search?: string | undefined
}

/** A row of `sessions` as it is shown. Instants are ISO text, costs picodollars; null: not known. */
export interface FoundSession {
  readonly id: string
  readonly title: string | null
  readonly project: string | null
  readonly projectKey: string | null
  readonly type: string | null
  readonly machine: string | null
  readonly machineId: string | null
  readonly createdBy: string | null
  readonly tool: string | null
  readonly toolVersion: string | null
  readonly cwd: string | null
  /** Where it is continued from. */
  readonly resumeCwd: string | null
  readonly branch: string | null
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly durationMin: number | null
  readonly activeMin: number | null
  /** In order of first use. */
  readonly models: readonly string[]
  readonly skills: readonly string[]
  readonly promptCount: number
  readonly apiMessageCount: number
  readonly toolCallCount: number
  readonly toolErrorCount: number
  readonly subagentCount: number
  readonly webSearchCount: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheWriteTokens: number
  readonly cacheReadTokens: number
  readonly totalTokens: number
  /** A lower bound if `unpricedCount` is above 0; null if nothing has a price. */
  readonly costPico: bigint | null
  readonly unpricedCount: number
  readonly unpricedModels: readonly string[]
  readonly unfinalizedCount: number
  /** What its transcripts repeat of other sessions, and what is counted there. */
  readonly inheritedMessageCount: number
  readonly inheritedTokens: number
  readonly inheritedCostPico: bigint | null
  /** The client's own account of the cost, in dollars. */
  readonly clientCostUsd: number | null
  /** What its person said of it; the title is the name they gave it. */
  readonly isStarred: boolean
  readonly isDeleted: boolean
  readonly tags: readonly string[]
}

const columns = `session_id AS id, title, project, project_key, session_type AS type,
  machine_label AS machine, machine_id, created_by, tool, cc_version AS tool_version, cwd, resume_cwd, git_branch AS branch, started_at, ended_at,
  duration_min, active_min, models, skills_used AS skills, coalesce(prompt_count, 0) AS prompt_count,
  coalesce(api_message_count, 0) AS api_message_count, coalesce(tool_call_count, 0) AS tool_call_count,
  coalesce(tool_error_count, 0) AS tool_error_count, coalesce(subagent_count, 0) AS subagent_count,
  coalesce(web_search_count, 0) AS web_search_count, coalesce(input_tokens, 0) AS input_tokens,
  coalesce(output_tokens, 0) AS output_tokens, coalesce(cache_write_tokens, 0) AS cache_write_tokens,
  coalesce(cache_read_tokens, 0) AS cache_read_tokens, coalesce(total_tokens, 0) AS total_tokens,
  cost_usd::VARCHAR AS cost, coalesce(unpriced_count, 0) AS unpriced_count, unpriced_models,
  coalesce(unfinalized_count, 0) AS unfinalized_count,
  coalesce(inherited_message_count, 0) AS inherited_message_count, coalesce(inherited_tokens, 0) AS inherited_tokens,
  inherited_cost_usd::VARCHAR AS inherited_cost, cost_state_usd AS client_cost_usd,
  is_starred, is_deleted, tags`

type Listed = 'models' | 'skills' | 'unpricedModels' | 'tags'
type SessionColumns = Omit<FoundSession, Listed | 'costPico' | 'inheritedCostPico'> & {
  readonly [list in Listed]: string | null
} & { readonly cost: string | null; readonly inheritedCost: string | null }

function sessionOf({ cost, inheritedCost, ...row }: SessionColumns): FoundSession {
  return {
    ...row,
    models: namesIn(row.models),
    skills: namesIn(row.skills),
    unpricedModels: namesIn(row.unpricedModels),
    tags: tagsIn(row.tags),
    costPico: cost === null ? null : picoFromUsd(cost),
    inheritedCostPico: inheritedCost === null ? null : picoFromUsd(inheritedCost),
  }
}

function namesIn(list: string | null): string[] {
  return list ? list.split(',') : []
}

/**
 * The sessions that the filter lets through, those that ended last first. Without `limit` all of them. What
 * its person deleted is left out.
 */
export async function findSessions(
  db: Db,
  { filter, limit }: { filter: SessionFilter; limit?: number | undefined },
): Promise<FoundSession[]> {
  const { where, parameters } = conditionOf(filter)
  const rows = await db.rows<SessionColumns>(
    `SELECT ${columns} FROM ${markedSessions} WHERE NOT is_deleted AND ${where()}
     ORDER BY ended_at DESC NULLS LAST, session_id ${limit === undefined ? '' : 'LIMIT $limit'}`,
    { ...parameters, ...(limit === undefined ? {} : { limit }) },
  )
  return rows.map(sessionOf)
}

function conditionOf(filter: SessionFilter): Conditions {
  const conditions = createConditions()
  const { add } = conditions
  add('sinceMs', filter.sinceMs, 'ended_at >= epoch_ms($sinceMs::BIGINT)::TIMESTAMPTZ')
  add('untilMs', filter.untilMs, 'started_at < epoch_ms($untilMs::BIGINT)::TIMESTAMPTZ')
  add('project', filter.project, `${contains('project', 'project')} OR ${contains('project_key', 'project')}`)
  add('model', filter.model, contains('models', 'model'))
  add('type', filter.type, 'lower(session_type) = lower($type)')
  add('machine', filter.machine, 'lower($machine) IN (lower(machine_label), lower(machine_id))')
  const text = `concat_ws(' ', title, project, project_key, git_branch, cwd, session_id)`
  conditions.addWords(filter.search, text)
  return conditions
}

const mostCandidates = 10

/**
 * The session with this id, or the only one whose id begins so. Throws a UserError if there is none, and one that
 * names up to ten of them if there are several. One that was deleted is found, too.
 */
export async function findSession(db: Db, idOrPrefix: string): Promise<FoundSession> {
  const prefix = idOrPrefix.trim()
  const rows = await db.rows<SessionColumns>(
    `SELECT ${columns} FROM ${markedSessions} WHERE starts_with(lower(session_id), lower($prefix))
     ORDER BY session_id <> $prefix, ended_at DESC NULLS LAST, session_id LIMIT ${mostCandidates + 1}`,
    { prefix },
  )
  const [first] = rows
  if (prefix === '' || !first) {
    throw new UserError(`there is no session ${cleanText(prefix)}`, 'csl sessions lists their ids')
  }
  if (rows.length === 1 || first.id === prefix) return sessionOf(first)
  const candidates = rows
    .slice(0, mostCandidates)
    .map(({ id, project, title }) => cleanText(`${id}  ${project ?? ''}  ${title ?? ''}`))
  const more = rows.length > mostCandidates ? ['…'] : []
  throw new UserError(
    `more than one session begins with ${cleanText(prefix)}`,
    [...candidates, ...more].join('\n     '),
  )
}
