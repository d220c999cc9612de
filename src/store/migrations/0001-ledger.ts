import type { Migration } from '../migrate.ts'

/**
 * The ground floor: the ledger of API messages, what each session's transcripts say, and the tables people read.
 * Gains: every number can be recomputed from observations; docs/schema.md says what each column means.
 * The big tables have no primary key on purpose: an index over random ids made a hook several times slower, and every
 * open has to load it. One process writes at a time, and it replaces rows by their key: tests hold them unique.
 */
export const ledger: Migration = {
  version: 1,
  name: 'ledger',
  steps: [
    `CREATE TABLE IF NOT EXISTS meta (key VARCHAR PRIMARY KEY, value VARCHAR)`,
    `CREATE TABLE IF NOT EXISTS machines (
       writer_id VARCHAR PRIMARY KEY, seq BIGINT NOT NULL, machine_id VARCHAR NOT NULL, label VARCHAR NOT NULL,
       platform VARCHAR, person_id VARCHAR, person_name VARCHAR)`,
    `CREATE TABLE IF NOT EXISTS usage_records (
       writer_id VARCHAR NOT NULL, seq BIGINT NOT NULL, message_key VARCHAR NOT NULL, part INTEGER NOT NULL,
       session_id VARCHAR NOT NULL, claimed_session_id VARCHAR, occurred_at TIMESTAMPTZ, line_at TIMESTAMPTZ,
       model VARCHAR NOT NULL, speed VARCHAR, service_tier VARCHAR, inference_geo VARCHAR,
       input_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL, cache_write_5m_tokens BIGINT NOT NULL,
       cache_write_1h_tokens BIGINT NOT NULL, cache_read_tokens BIGINT NOT NULL, thinking_tokens BIGINT NOT NULL,
       web_searches BIGINT NOT NULL, web_fetches BIGINT NOT NULL,
       request_id VARCHAR, is_sidechain BOOLEAN NOT NULL, agent_id VARCHAR, has_usage BOOLEAN NOT NULL,
       has_stop_reason BOOLEAN NOT NULL, is_final BOOLEAN NOT NULL, from_progress BOOLEAN NOT NULL,
       legacy BOOLEAN NOT NULL, legacy_cost_pico BIGINT, born_at TIMESTAMPTZ,
       counted BOOLEAN NOT NULL, owner_session_id VARCHAR NOT NULL, card_id INTEGER, cost_pico BIGINT)`,
    `CREATE TABLE IF NOT EXISTS rate_cards (
       card_id INTEGER NOT NULL, model VARCHAR NOT NULL, card VARCHAR NOT NULL,
       input_pico BIGINT NOT NULL, output_pico BIGINT NOT NULL, cache_write_5m_pico BIGINT NOT NULL,
       cache_write_1h_pico BIGINT NOT NULL, cache_read_pico BIGINT NOT NULL, web_search_pico BIGINT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS transcript_files (
       path VARCHAR NOT NULL, tool VARCHAR NOT NULL, size BIGINT NOT NULL, mtime_ms DOUBLE NOT NULL,
       inode VARCHAR NOT NULL, tail_hash VARCHAR NOT NULL, session_id VARCHAR NOT NULL, member VARCHAR NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS transcript_facts (
       session_id VARCHAR NOT NULL, member VARCHAR NOT NULL, tool VARCHAR NOT NULL, lines BIGINT NOT NULL,
       facts VARCHAR NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS session_facts (
       writer_id VARCHAR NOT NULL, seq BIGINT NOT NULL, session_id VARCHAR NOT NULL, tool VARCHAR NOT NULL,
       lines BIGINT NOT NULL, malformed_lines BIGINT NOT NULL, files INTEGER NOT NULL, subagents INTEGER NOT NULL,
       project VARCHAR, project_key VARCHAR, project_key_kind VARCHAR,
       cwd VARCHAR, last_cwd VARCHAR, relocated_cwd VARCHAR,
       started_at TIMESTAMPTZ, ended_at TIMESTAMPTZ, born_at TIMESTAMPTZ, active_sec DOUBLE NOT NULL,
       prompts INTEGER NOT NULL, queued_prompts INTEGER NOT NULL, tool_calls INTEGER NOT NULL,
       tool_errors INTEGER NOT NULL, synthetic_messages INTEGER NOT NULL, api_errors INTEGER NOT NULL,
       compactions INTEGER NOT NULL, search_count INTEGER NOT NULL,
       title VARCHAR, title_source VARCHAR, skills VARCHAR NOT NULL, slash_commands VARCHAR NOT NULL,
       tools VARCHAR NOT NULL, git_branch VARCHAR, branches VARCHAR NOT NULL, cc_version VARCHAR,
       versions VARCHAR NOT NULL, entrypoints VARCHAR NOT NULL, pr_urls VARCHAR NOT NULL,
       cost_state_usd DOUBLE, cost_state VARCHAR, legacy BOOLEAN NOT NULL, person_id VARCHAR, created_by VARCHAR)`,
    `CREATE TABLE IF NOT EXISTS sessions (
       session_id VARCHAR NOT NULL, project VARCHAR, cwd VARCHAR, session_date DATE, started_at TIMESTAMPTZ,
       ended_at TIMESTAMPTZ, duration_min DOUBLE, models VARCHAR, input_tokens BIGINT, output_tokens BIGINT,
       cache_write_tokens BIGINT, cache_read_tokens BIGINT, total_tokens BIGINT, cost_usd DECIMAL(38, 12),
       message_count INTEGER, tool_call_count INTEGER, skills_used VARCHAR, git_branch VARCHAR, cc_version VARCHAR,
       title VARCHAR, session_type VARCHAR, created_by VARCHAR, synced BOOLEAN,
       tool VARCHAR, machine_id VARCHAR, machine_label VARCHAR, project_key VARCHAR, person_id VARCHAR,
       last_cwd VARCHAR, resume_cwd VARCHAR, active_min DOUBLE, prompt_count INTEGER, api_message_count INTEGER,
       subagent_count INTEGER, tool_error_count INTEGER, unfinalized_count INTEGER, unpriced_count INTEGER,
       unpriced_models VARCHAR, inherited_message_count INTEGER, inherited_tokens BIGINT,
       inherited_cost_usd DECIMAL(38, 12), web_search_count INTEGER, cost_state_usd DOUBLE, cost_state VARCHAR,
       pr_urls VARCHAR, title_source VARCHAR, legacy BOOLEAN, revision BIGINT, updated_at TIMESTAMPTZ)`,
    `CREATE TABLE IF NOT EXISTS session_models (
       session_id VARCHAR NOT NULL, model VARCHAR NOT NULL, input_tokens BIGINT, output_tokens BIGINT,
       cache_write_tokens BIGINT, cache_read_tokens BIGINT, total_tokens BIGINT, cost_usd DECIMAL(38, 12),
       synced BOOLEAN, cache_write_1h_tokens BIGINT, api_message_count INTEGER, unfinalized_count INTEGER,
       unpriced_count INTEGER)`,
  ],
}
