import type { Db } from '../../store/query.ts'

/** Cells as text, by column: as `adoptRemoteTotals` takes them. */
type TextRow = Readonly<Record<string, string | null>>

/** What was shown of a session before rows of it were lost: its totals can be taken for what is gone. */
export interface ShownSession {
  readonly sessionId: string
  readonly title: string | null
  readonly tokens: number
  readonly totals: TextRow
  readonly models: readonly TextRow[]
}

const tokens = ['input_tokens', 'output_tokens', 'cache_write_tokens', 'cache_read_tokens']
const text = (column: string) => `${column} := ${column}::VARCHAR`
const ms = (column: string) => `${column}_ms := epoch_ms(${column}::TIMESTAMPTZ)::VARCHAR`

/** Reads what is shown of all sessions, newest first. */
export async function readShownSessions(db: Db): Promise<ShownSession[]> {
  const sessions = await db.rows<{ title: string | null; tokens: number; row: string }>(
    `SELECT title, coalesce(total_tokens, 0) AS tokens, to_json(struct_pack(${[
      ...['session_id', 'models', ...tokens, 'cost_usd'].map(text),
      ...['session_date', 'started_at', 'ended_at'].map(ms),
    ].join(', ')}))::VARCHAR AS row FROM sessions ORDER BY ended_at DESC NULLS LAST`,
  )
  const models = await db.rows<{ id: string; rows: string }>(
    `SELECT session_id AS id, to_json(list(struct_pack(${['session_id', 'model', ...tokens, 'cost_usd']
      .map(text)
      .join(', ')})))::VARCHAR AS rows FROM session_models GROUP BY session_id`,
  )
  const modelsOf = new Map(models.map(({ id, rows }) => [id, rows]))
  return sessions.map(({ title, tokens, row }) => {
    const totals: TextRow = JSON.parse(row)
    const sessionId = totals.session_id ?? ''
    return { sessionId, title, tokens, totals, models: JSON.parse(modelsOf.get(sessionId) ?? '[]') }
  })
}

/** Sessions that were shown, and of which not one message is known any more: their totals would be 0. */
export async function withoutMessages(db: Db, shown: readonly ShownSession[]): Promise<ShownSession[]> {
  const tokens = await tokensBySession(db)
  return shown.filter(session => tokens.get(session.sessionId) === 0 && session.tokens > 0)
}

/** What became of sessions that were shown before. */
export interface ShownLosses {
  /** Nothing is known of them any more. */
  readonly gone: readonly ShownSession[]
  /** Their totals are known, and none of their messages. */
  readonly totalsOnly: readonly ShownSession[]
  /** Some of their messages are gone. */
  readonly fewer: readonly ShownSession[]
}

/** `adopted`: those of which totals were taken for messages that are gone. They count until the transcript is read. */
export async function lossesSince(
  db: Db,
  shown: readonly ShownSession[],
  adopted: readonly ShownSession[],
): Promise<ShownLosses> {
  const tokens = await tokensBySession(db)
  const rows = await db.rows<{ id: string }>(
    `SELECT DISTINCT session_id AS id FROM usage_records WHERE legacy AND counted`,
  )
  const totals = new Set(rows.map(({ id }) => id))
  return {
    gone: shown.filter(({ sessionId }) => tokens.get(sessionId) === undefined),
    totalsOnly: adopted.filter(({ sessionId }) => totals.has(sessionId)),
    fewer: shown.filter(({ sessionId, tokens: before }) => (tokens.get(sessionId) ?? before) < before),
  }
}

async function tokensBySession(db: Db): Promise<Map<string, number>> {
  const rows = await db.rows<{ id: string; tokens: number }>(
    `SELECT session_id AS id, coalesce(total_tokens, 0) AS tokens FROM sessions`,
  )
  return new Map(rows.map(({ id, tokens }) => [id, tokens]))
}
