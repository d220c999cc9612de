import type { Db } from '../../store/query.ts'
import { classify, type TypeRule } from './type-rules.ts'

// `sessions` and `session_models` are projections: computed from all observations of all writers, never read back.

/** Of several writers' facts of one session, the row that speaks for it. */
const bestFacts = `
  SELECT * FROM session_facts WHERE session_id IN (SELECT session_id FROM touched)
  QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY legacy, lines DESC, malformed_lines, writer_id) = 1`

/** The text that `path` rules look at: the first directory and the project's name. */
export function pathTextOf(session: { cwd: string | null; project: string | null }): string {
  return [session.cwd, session.project].filter(text => text !== null).join('\n')
}

/**
 * Computes the readable rows of the given sessions anew. A row whose content stays keeps its revision and stamp.
 * Call it inside the transaction that changed the observations. `sessionIds` may name sessions nothing is known of.
 */
export async function projectSessions(
  db: Db,
  { sessionIds, rules, nowMs }: { sessionIds: Iterable<string>; rules: readonly TypeRule[]; nowMs: number },
): Promise<void> {
  const ids = [...new Set(sessionIds)]
  if (ids.length === 0) return
  await db.run(
    `CREATE OR REPLACE TEMP TABLE touched AS
     SELECT unnest(from_json($ids, '["VARCHAR"]')) AS session_id, NULL::VARCHAR AS session_type, NULL::VARCHAR AS skills_used`,
    { ids: JSON.stringify(ids) },
  )
  await classifyTouched(db, rules)
  await hideLegacyTotals(db)
  await projectModels(db)
  await db.run(`CREATE OR REPLACE TEMP TABLE projected AS ${projection}`)
  const columns = projectedColumns.join(', ')
  const assignments = projectedColumns.slice(1).map(column => `${column} = excluded.${column}`)
  await db.run(
    `INSERT INTO sessions (${columns}, synced, revision, updated_at)
     SELECT ${columns}, FALSE, 1, epoch_ms($nowMs::BIGINT)::TIMESTAMPTZ FROM projected
     ON CONFLICT (session_id) DO UPDATE SET ${assignments.join(', ')},
       synced = FALSE, revision = sessions.revision + 1, updated_at = excluded.updated_at
     WHERE (${projectedColumns.map(column => `sessions.${column}`).join(', ')})
       IS DISTINCT FROM (${projectedColumns.map(column => `excluded.${column}`).join(', ')})`,
    { nowMs },
  )
  await db.run('DROP TABLE projected')
  await db.run('DROP TABLE touched')
}

async function classifyTouched(db: Db, rules: readonly TypeRule[]): Promise<void> {
  const facts = await db.rows<{
    sessionId: string
    cwd: string | null
    project: string | null
    skills: string
  }>(`SELECT session_id, cwd, project, skills FROM (${bestFacts})`)
  const rows = facts.map(({ sessionId, cwd, project, skills }) => {
    const names = (JSON.parse(skills) as [string, number][]).map(([name]) => name)
    const { type } = classify(rules, { skills: names, pathText: pathTextOf({ cwd, project }) })
    return { session_id: sessionId, session_type: type, skills_used: names.join(',') }
  })
  await db.run(
    `UPDATE touched SET session_type = found.session_type, skills_used = found.skills_used
     FROM (SELECT unnest(from_json($rows, '[{"session_id":"VARCHAR","session_type":"VARCHAR","skills_used":"VARCHAR"}]'), recursive := true)) found
     WHERE touched.session_id = found.session_id`,
    { rows: JSON.stringify(rows) },
  )
}

/** A total of the older tool counts until the session's transcript has been read by anyone. */
async function hideLegacyTotals(db: Db): Promise<void> {
  await db.run(
    `UPDATE usage_records SET counted = FALSE
     WHERE legacy AND counted AND session_id IN (SELECT session_id FROM touched)
       AND session_id IN (SELECT session_id FROM session_facts WHERE NOT legacy)`,
  )
}

async function projectModels(db: Db): Promise<void> {
  await db.run(`DELETE FROM session_models WHERE session_id IN (SELECT session_id FROM touched)`)
  await db.run(
    `INSERT INTO session_models (session_id, model, input_tokens, output_tokens, cache_write_tokens, cache_read_tokens,
       total_tokens, cost_usd, synced, cache_write_1h_tokens, api_message_count, unfinalized_count, unpriced_count)
     SELECT owner_session_id, model, sum(input_tokens)::BIGINT, sum(output_tokens)::BIGINT,
       sum(cache_write_5m_tokens + cache_write_1h_tokens)::BIGINT, sum(cache_read_tokens)::BIGINT,
       sum(${allTokens})::BIGINT, ${usd('sum(cost_pico)')}, FALSE, sum(cache_write_1h_tokens)::BIGINT,
       count(*) FILTER (WHERE ${isApiMessage})::INTEGER, count(*) FILTER (WHERE ${isUnfinalized})::INTEGER,
       count(*) FILTER (WHERE cost_pico IS NULL)::INTEGER
     FROM usage_records
     WHERE counted AND (has_usage OR part = 0) AND owner_session_id IN (SELECT session_id FROM touched)
     GROUP BY owner_session_id, model`,
  )
}

const allTokens =
  'input_tokens + output_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens'
const isApiMessage = 'part = 0 AND NOT legacy'
const isUnfinalized = 'part = 0 AND has_usage AND NOT is_final AND NOT legacy'

/** Picodollars as exact dollars. */
function usd(pico: string): string {
  return `(${pico}::DECIMAL(38, 0) * 0.000000000001::DECIMAL(13, 12))::DECIMAL(38, 12)`
}

/** What a session's own messages add up to, and what it repeats of others. */
const projection = `
  WITH facts AS (${bestFacts}),
  own AS (
    SELECT owner_session_id AS session_id, min(occurred_at) AS first_at, max(coalesce(line_at, occurred_at)) AS last_at,
      sum(input_tokens)::BIGINT AS input_tokens, sum(output_tokens)::BIGINT AS output_tokens,
      sum(cache_write_5m_tokens + cache_write_1h_tokens)::BIGINT AS cache_write_tokens,
      sum(cache_read_tokens)::BIGINT AS cache_read_tokens, sum(${allTokens})::BIGINT AS total_tokens,
      ${usd('sum(cost_pico)')} AS cost_usd, sum(web_searches)::INTEGER AS web_search_count,
      count(*) FILTER (WHERE ${isApiMessage})::INTEGER AS api_message_count,
      count(*) FILTER (WHERE ${isUnfinalized})::INTEGER AS unfinalized_count,
      count(*) FILTER (WHERE cost_pico IS NULL)::INTEGER AS unpriced_count,
      min(writer_id) AS writer_id
    FROM usage_records WHERE counted AND owner_session_id IN (SELECT session_id FROM touched) GROUP BY owner_session_id
  ),
  models AS (
    SELECT session_id, string_agg(model, ',' ORDER BY first_at, model) AS models,
      string_agg(model, ',' ORDER BY first_at, model) FILTER (WHERE unpriced) AS unpriced_models
    FROM (
      SELECT owner_session_id AS session_id, model, min(occurred_at) AS first_at, bool_or(cost_pico IS NULL) AS unpriced
      FROM usage_records
      WHERE counted AND (has_usage OR part = 0) AND owner_session_id IN (SELECT session_id FROM touched)
      GROUP BY owner_session_id, model
    ) GROUP BY session_id
  ),
  inherited AS (
    SELECT session_id, max(occurred_at) AS last_at, count(*) FILTER (WHERE part = 0)::INTEGER AS message_count,
      sum(tokens)::BIGINT AS tokens, ${usd('sum(cost_pico)')} AS cost_usd
    FROM (
      SELECT session_id, message_key, part, max(occurred_at) AS occurred_at, max(${allTokens}) AS tokens,
        max(cost_pico) AS cost_pico
      FROM usage_records
      WHERE session_id IN (SELECT session_id FROM touched) AND owner_session_id <> session_id AND NOT legacy
      GROUP BY session_id, message_key, part
    ) GROUP BY session_id
  ),
  times AS (
    SELECT touched.session_id,
      CASE WHEN inherited.session_id IS NULL THEN coalesce(facts.started_at, own.first_at)
        WHEN facts.born_at > inherited.last_at THEN least(facts.born_at, coalesce(own.first_at, facts.born_at))
        ELSE coalesce(own.first_at, facts.started_at) END AS started_at,
      coalesce(facts.ended_at, own.last_at) AS ended_at
    FROM touched LEFT JOIN facts USING (session_id) LEFT JOIN own USING (session_id)
      LEFT JOIN inherited USING (session_id)
  )
  SELECT touched.session_id, facts.project, facts.cwd, times.started_at::DATE AS session_date, times.started_at,
    times.ended_at, epoch(times.ended_at - times.started_at) / 60 AS duration_min,
    coalesce(models.models, '') AS models,
    coalesce(own.input_tokens, 0) AS input_tokens, coalesce(own.output_tokens, 0) AS output_tokens,
    coalesce(own.cache_write_tokens, 0) AS cache_write_tokens, coalesce(own.cache_read_tokens, 0) AS cache_read_tokens,
    coalesce(own.total_tokens, 0) AS total_tokens,
    CASE WHEN own.session_id IS NULL THEN 0 ELSE own.cost_usd END AS cost_usd,
    coalesce(facts.prompts, 0) + coalesce(own.api_message_count, 0) AS message_count,
    coalesce(facts.tool_calls, 0) AS tool_call_count, coalesce(touched.skills_used, '') AS skills_used,
    facts.git_branch, facts.cc_version, facts.title, coalesce(touched.session_type, 'general') AS session_type,
    coalesce(facts.created_by, machines.person_name) AS created_by, facts.tool, machines.machine_id,
    machines.label AS machine_label, facts.project_key, coalesce(facts.person_id, machines.person_id) AS person_id,
    facts.last_cwd, coalesce(facts.relocated_cwd, facts.cwd) AS resume_cwd, facts.active_sec / 60 AS active_min,
    coalesce(facts.prompts, 0) AS prompt_count, coalesce(own.api_message_count, 0) AS api_message_count,
    coalesce(facts.subagents, 0) AS subagent_count, coalesce(facts.tool_errors, 0) AS tool_error_count,
    coalesce(own.unfinalized_count, 0) AS unfinalized_count, coalesce(own.unpriced_count, 0) AS unpriced_count,
    models.unpriced_models, coalesce(inherited.message_count, 0) AS inherited_message_count,
    coalesce(inherited.tokens, 0) AS inherited_tokens, inherited.cost_usd AS inherited_cost_usd,
    coalesce(own.web_search_count, 0) AS web_search_count, facts.cost_state_usd, facts.cost_state, facts.pr_urls,
    facts.title_source, coalesce(facts.legacy, FALSE) AS legacy
  FROM touched LEFT JOIN facts USING (session_id) LEFT JOIN own USING (session_id)
    LEFT JOIN models USING (session_id) LEFT JOIN inherited USING (session_id) JOIN times USING (session_id)
    LEFT JOIN machines ON machines.writer_id = coalesce(facts.writer_id, own.writer_id)
  WHERE facts.session_id IS NOT NULL OR own.session_id IS NOT NULL`

const projectedColumns = [
  'session_id',
  'project',
  'cwd',
  'session_date',
  'started_at',
  'ended_at',
  'duration_min',
  'models',
  'input_tokens',
  'output_tokens',
  'cache_write_tokens',
  'cache_read_tokens',
  'total_tokens',
  'cost_usd',
  'message_count',
  'tool_call_count',
  'skills_used',
  'git_branch',
  'cc_version',
  'title',
  'session_type',
  'created_by',
  'tool',
  'machine_id',
  'machine_label',
  'project_key',
  'person_id',
  'last_cwd',
  'resume_cwd',
  'active_min',
  'prompt_count',
  'api_message_count',
  'subagent_count',
  'tool_error_count',
  'unfinalized_count',
  'unpriced_count',
  'unpriced_models',
  'inherited_message_count',
  'inherited_tokens',
  'inherited_cost_usd',
  'web_search_count',
  'cost_state_usd',
  'cost_state',
  'pr_urls',
  'title_source',
  'legacy',
] as const
