import type { Migration } from '../migrate.ts'

/**
 * Gains: what this file knows of each remote. `sync_pushed` keeps every state that was offered to a remote, written
 * before it was sent, so that a copy of this file, or a remote that was restored, is told from the real thing;
 * `sync_pulled` how far each writer's rows are here; `publications` the readable rows to write there anew,
 * `held_back` what was not sent there; `entry_homes` on which teams' remotes an entry lives. The ledger's
 * `first_seq`: a remote that is not so far yet can't hold an older version of the row, and need not be searched for it.
 */
export const sync: Migration = {
  version: 4,
  name: 'sync',
  steps: [
    `CREATE TABLE IF NOT EXISTS sync_pushed (
       remote_id VARCHAR NOT NULL, table_name VARCHAR NOT NULL, writer_id VARCHAR NOT NULL, seq BIGINT NOT NULL,
       token VARCHAR NOT NULL, is_acknowledged BOOLEAN NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS sync_pulled (
       remote_id VARCHAR NOT NULL, table_name VARCHAR NOT NULL, writer_id VARCHAR NOT NULL, seq BIGINT NOT NULL,
       pushed_at TIMESTAMPTZ)`,
    `ALTER TABLE usage_records ADD COLUMN IF NOT EXISTS first_seq BIGINT`,
    `CREATE TABLE IF NOT EXISTS held_back (remote_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, id VARCHAR NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS entry_homes (remote_id VARCHAR NOT NULL, entry_id VARCHAR NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS publications (remote_id VARCHAR NOT NULL, table_name VARCHAR NOT NULL, id VARCHAR NOT NULL)`,
  ],
}
