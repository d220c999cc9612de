import { picoFromUsd } from '../../base/format.ts'
import { bigintOf, type Db } from '../../store/query.ts'
import { bestFactsFirst } from './best-facts.ts'
import type { NameCount } from './facts.ts'

/** What a session's own messages of one model add up to. */
export interface SessionModel {
  readonly model: string
  readonly messages: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheWrite5mTokens: number
  readonly cacheWrite1hTokens: number
  readonly cacheReadTokens: number
  readonly totalTokens: number
  readonly costPico: bigint | null
  readonly unpricedCount: number
  readonly unfinalizedCount: number
}

/** What one subagent used. Null: the subagents of old transcripts that have no id. */
export interface SessionAgent {
  readonly agent: string | null
  readonly messages: number
  readonly totalTokens: number
  readonly costPico: bigint | null
  readonly unpricedCount: number
}

/** What is known of a session beside its row in `sessions`. */
export interface SessionFactsShown {
  readonly tools: readonly NameCount[]
  readonly slashCommands: readonly NameCount[]
  readonly skills: readonly NameCount[]
  readonly branches: readonly string[]
  readonly versions: readonly string[]
  readonly entrypoints: readonly string[]
  readonly prUrls: readonly string[]
  readonly queuedPrompts: number
  readonly compactions: number
  readonly apiErrors: number
  /** Searches by side requests, whose own usage no transcript shows. */
  readonly searchCount: number
  readonly malformedLines: number
}

export interface SessionFile {
  readonly path: string
  /** Bytes when it was read. */
  readonly size: number
}

/** The models of a session, the dearest first. */
export async function sessionModels(db: Db, id: string): Promise<SessionModel[]> {
  const rows = await db.rows<Omit<SessionModel, 'costPico'> & { cost: string | null }>(
    `SELECT model, api_message_count AS messages, input_tokens, output_tokens,
       cache_write_tokens - cache_write_1h_tokens AS cache_write_5m_tokens, cache_write_1h_tokens, cache_read_tokens,
       total_tokens, cost_usd::VARCHAR AS cost, unpriced_count, unfinalized_count
     FROM session_models WHERE session_id = $id ORDER BY cost_usd DESC NULLS LAST, total_tokens DESC, model`,
    { id },
  )
  return rows.map(({ cost, ...row }) => ({ ...row, costPico: cost === null ? null : picoFromUsd(cost) }))
}

/** The subagents of a session, the dearest first. */
export async function sessionAgents(db: Db, id: string): Promise<SessionAgent[]> {
  const rows = await db.rows<Omit<SessionAgent, 'costPico'> & { costPico: number | bigint | null }>(
    `SELECT agent_id AS agent, count(*) FILTER (WHERE part = 0) AS messages,
       sum(input_tokens + output_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens)
         AS total_tokens,
       sum(cost_pico) AS cost_pico, count(*) FILTER (WHERE cost_pico IS NULL) AS unpriced_count
     FROM usage_records WHERE counted AND owner_session_id = $id AND (agent_id IS NOT NULL OR is_sidechain)
     GROUP BY agent_id ORDER BY cost_pico DESC NULLS LAST, total_tokens DESC, agent`,
    { id },
  )
  return rows.map(row => ({ ...row, costPico: bigintOf(row.costPico) }))
}

interface FactsColumns {
  readonly tools: string
  readonly slashCommands: string
  readonly skills: string
  readonly branches: string
  readonly versions: string
  readonly entrypoints: string
  readonly prUrls: string
  readonly queuedPrompts: number
  readonly compactions: number
  readonly apiErrors: number
  readonly searchCount: number
  readonly malformedLines: number
}

/**
 * What the best reading of a session's transcripts says. Undefined for one that is known only by copies in others.
 * Of several writers' rows the one that `projectSessions` takes.
 */
export async function sessionFacts(db: Db, id: string): Promise<SessionFactsShown | undefined> {
  const [row] = await db.rows<FactsColumns>(
    `SELECT tools, slash_commands, skills, branches, versions, entrypoints, pr_urls, queued_prompts, compactions,
       api_errors, search_count, malformed_lines
     FROM session_facts WHERE session_id = $id
     ORDER BY ${bestFactsFirst} LIMIT 1`,
    { id },
  )
  if (!row) return undefined
  const counts = (list: string) => JSON.parse(list) as NameCount[]
  const names = (list: string) => JSON.parse(list) as string[]
  return {
    ...row,
    tools: counts(row.tools),
    slashCommands: counts(row.slashCommands),
    skills: counts(row.skills),
    branches: names(row.branches),
    versions: names(row.versions),
    entrypoints: names(row.entrypoints),
    prUrls: names(row.prUrls),
  }
}

/** The transcripts a session was read from on this machine; they may be gone. The main one first. */
export async function sessionFiles(db: Db, id: string): Promise<SessionFile[]> {
  return db.rows<SessionFile>(
    `SELECT path, size FROM transcript_files WHERE session_id = $id ORDER BY member, path`,
    { id },
  )
}
