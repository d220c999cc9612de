import type { Migration } from '../migrate.ts'

/**
 * Gains: `usage`, the ledger as people ask about it. Only rows that count, each with its session, money in dollars.
 * Kept in the file, so that any DuckDB client finds it; docs/schema.md says what each column means.
 */
export const views: Migration = {
  version: 2,
  name: 'views',
  steps: [
    `CREATE OR REPLACE VIEW usage AS
     SELECT u.message_key, u.part, u.occurred_at, u.owner_session_id AS session_id, s.title AS session_title,
       s.project, s.project_key, s.session_type, s.machine_id, s.machine_label, s.created_by,
       u.model, u.speed, u.service_tier, u.inference_geo, u.is_sidechain, u.agent_id, u.request_id,
       u.input_tokens, u.output_tokens, u.cache_write_5m_tokens, u.cache_write_1h_tokens, u.cache_read_tokens,
       u.input_tokens + u.output_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens + u.cache_read_tokens
         AS total_tokens,
       u.thinking_tokens, u.web_searches, u.web_fetches,
       CAST(CAST(u.cost_pico AS DECIMAL(19, 0)) * CAST(0.000000000001 AS DECIMAL(13, 12)) AS DECIMAL(38, 12))
         AS cost_usd,
       u.part = 0 AND NOT u.legacy AS is_message,
       u.part = 0 AND u.has_usage AND NOT u.is_final AND NOT u.legacy AS is_unfinalized,
       u.cost_pico IS NULL AS is_unpriced,
       u.legacy AS is_adopted
     FROM usage_records u LEFT JOIN sessions s ON s.session_id = u.owner_session_id
     WHERE u.counted`,
  ],
}
