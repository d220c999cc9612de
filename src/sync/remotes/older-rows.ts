import type { OlderPage, OlderRows } from '../remote.ts'
import { entryHash, sessionHash } from './remote-schema.ts'
import type { SqlTransport } from './sql-transport.ts'

// Of an id that a row of ours can't have nothing could be written back: such a row is left as it is.
const hasId = (id: string) =>
  `length(${id}::VARCHAR) BETWEEN 1 AND 200 AND NOT regexp_matches(${id}::VARCHAR, '[[:cntrl:]]')`
const olderEntries = `log_entries WHERE csl_hash IS DISTINCT FROM ${entryHash} AND ${hasId('id')}`
const olderSessions = `sessions WHERE csl_hash IS DISTINCT FROM ${sessionHash} AND ${hasId('session_id')}`

/**
 * SQL for how many readable rows an older tool wrote or changed, and a text that is another one when they are others or say
 * something else; by the travelling table they are looked up with.
 */
export const olderState: Readonly<Record<string, string>> = {
  changes: stateOf(olderEntries, 'id', entryHash),
  session_facts: stateOf(olderSessions, 'session_id', sessionHash),
}

function stateOf(rows: string, id: string, hash: string): string {
  return `SELECT count(*)::VARCHAR AS count, sum(hash(${id}::VARCHAR, ${hash})::HUGEINT)::VARCHAR AS state FROM ${rows}`
}

const ms = (column: string) => `epoch_ms(TRY_CAST(${column} AS TIMESTAMPTZ))::VARCHAR AS ${column}_ms`
const whole = (column: string) => `TRY_CAST(${column} AS BIGINT)::VARCHAR AS ${column}`
const text = (column: string) => `${column}::VARCHAR AS ${column}`
const usd = `TRY_CAST(cost_usd AS DECIMAL(38, 12))::VARCHAR AS cost_usd`
const tokens = ['input_tokens', 'output_tokens', 'cache_write_tokens', 'cache_read_tokens'].map(whole)

/** Reads them, whatever types the older tool gave its columns. Times without a zone are UTC: that is what it wrote. */
export async function readOlderRows(
  transport: SqlTransport,
  { limit, afterEntry, afterSession }: OlderPage,
): Promise<OlderRows> {
  const entries = await transport.query(
    `SELECT ${[
      ...['id', 'session_id', 'category', 'status', 'title', 'body', 'created_by', 'updated_by'].map(text),
      ...['logged_at', 'updated_at'].map(ms),
    ].join(', ')} FROM ${olderEntries} AND id::VARCHAR > $1::VARCHAR ORDER BY id::VARCHAR LIMIT ${limit}`,
    [afterEntry],
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
    ].join(', ')} FROM ${olderSessions} AND session_id::VARCHAR > $1::VARCHAR
     ORDER BY session_id::VARCHAR LIMIT ${limit}`,
    [afterSession],
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
