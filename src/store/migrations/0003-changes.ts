import type { Migration } from '../migrate.ts'

/**
 * Gains: what people say (`changes`, which only ever grows) and the entries they read (`log_entries`, computed from it).
 * No keys and no indexes, as in 0001: rows are told apart in the statements that add them.
 */
export const changes: Migration = {
  version: 3,
  name: 'changes',
  steps: [
    `CREATE TABLE IF NOT EXISTS changes (
       writer_id VARCHAR NOT NULL, seq BIGINT NOT NULL, hlc VARCHAR NOT NULL, subject VARCHAR NOT NULL,
       kind VARCHAR NOT NULL, value VARCHAR, actor VARCHAR NOT NULL, actor_name VARCHAR NOT NULL,
       payload_hash VARCHAR NOT NULL, received BIGINT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS log_entries (
       id VARCHAR NOT NULL, session_id VARCHAR, logged_at TIMESTAMPTZ, category VARCHAR, status VARCHAR, title VARCHAR,
       body VARCHAR, synced BOOLEAN, updated_at TIMESTAMPTZ, created_by VARCHAR, updated_by VARCHAR, project VARCHAR,
       project_key VARCHAR, machine_id VARCHAR, machine_label VARCHAR, person_id VARCHAR, tags VARCHAR,
       note_count INTEGER)`,
  ],
}
