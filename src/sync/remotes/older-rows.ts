import type { OlderRows } from '../remote.ts'
import { entryHash } from './remote-schema.ts'
import type { SqlTransport } from './sql-transport.ts'

// Of an id that an entry of ours can't have nothing could be written back: such a row is left as it is.
const olderEntries = `log_entries WHERE csl_hash IS DISTINCT FROM ${entryHash}
  AND length(id::VARCHAR) BETWEEN 1 AND 200 AND NOT regexp_matches(id::VARCHAR, '[[:cntrl:]]')`
const olderSessions = `sessions WHERE session_id IS NOT NULL AND csl_hash IS NULL`

/** Table and condition of readable rows that an older tool wrote or changed, by the travelling table they are looked up with. */
export const isOlderRow: Readonly<Record<string, string>> = {
  changes: olderEntries,
  session_facts: olderSessions,
}

const ms = (column: string) => `epoch_ms(TRY_CAST(${column} AS TIMESTAMPTZ))::VARCHAR AS ${column}_ms`
const whole = (column: string) => `TRY_CAST(${column} AS BIGINT)::VARCHAR AS ${column}`
const text = (column: string) => `${column}::VARCHAR AS ${column}`
const usd = `TRY_CAST(cost_usd AS DECIMAL(38, 12))::VARCHAR AS cost_usd`
const tokens = ['input_tokens', 'output_tokens', 'cache_write_tokens', 'cache_read_tokens'].map(whole)

/** Reads them, whatever types the older tool gave its columns. Times without a zone are UTC: that is what it wrote. */
export async function readOlderRows(transport: SqlTransport, limit: number): Promise<OlderRows> {
  const entries = await transport.query(
    `SELECT ${[
      ...['id', 'session_id', 'category', 'status', 'title', 'body', 'created_by', 'updated_by'].map(text),
      ...['logged_at', 'updated_at'].map(ms),
    ].join(', ')} FROM ${olderEntries} ORDER BY id LIMIT ${limit}`,
  )
  const sessions = await transport.query(
    `SELECT ${[
      ...['session_id', 'project', 'cwd', 'models', 'skills_used', 'git_branch', 'cc_version', 'title'].map(
        text,
      ),
      text('created_by'),
      ...['session_date', 'started_at', 'ended_at'].map(ms),
      ...['message_count', 'tool_call_count'].map(whole),
      ...tokens,
      usd,
    ].join(', ')} FROM ${olderSessions} ORDER BY session_id LIMIT ${limit}`,
  )
  const ids = sessions.map(row => row.session_id ?? '')
  const models =
    ids.length === 0
      ? []
      : await transport.query(
          `SELECT ${[text('session_id'), text('model'), ...tokens, usd].join(', ')} FROM session_models
           WHERE session_id IN (SELECT unnest(string_split($1::VARCHAR, chr(31))))`,
          [ids.join('\u001f')],
        )
  return { entries, sessions, models }
}
