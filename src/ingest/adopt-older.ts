import { ledgerColumns } from '../features/usage/ledger-rows.ts'
import { countTotalsOnce } from '../features/usage/legacy-totals.ts'
import type { Meta } from '../store/meta.ts'
import { olderName } from '../store/older-tool.ts'
import { type Cell, camelCase, type Db, isOneOf } from '../store/query.ts'
import { sessionFacts } from '../store/tables.ts'
import type { Writer } from '../store/writer.ts'
import { factCells, legacyTotals, type OlderModel, type OlderSession, usageCells } from './older-totals.ts'

const adoptedKey = 'older_adopted'

/**
 * Adopts the totals of an older tool that were set aside when this file was migrated: its tables stay as they were, under
 * other names. Happens once a file. Answers the sessions that must be shown anew. Call it inside a transaction.
 */
export async function adoptOlderTotals(db: Db, meta: Meta, writer: Writer): Promise<Set<string>> {
  if (meta.get(adoptedKey) !== null) return new Set()
  const sessions = await readOlder<OlderSession>(db, 'sessions', sessionFields)
  const models = await readOlder<OlderModel>(db, 'session_models', modelFields)
  const touched = await adoptTotals(db, writer, { sessions, models })
  await meta.set(adoptedKey, String(touched.size))
  return touched
}

/**
 * Adopts totals that the older tool wrote to a remote, as text by column: instants and dates in milliseconds. Done again
 * when they have changed; what somebody else has adopted just so is left to them. Answers the sessions that must be shown
 * anew. Call it inside a transaction.
 */
export async function adoptRemoteTotals(
  db: Db,
  writer: Writer,
  given: { sessions: readonly TextRow[]; models: readonly TextRow[] },
): Promise<Set<string>> {
  return adoptTotals(db, writer, {
    sessions: given.sessions.map(row => typed<OlderSession>(row)),
    models: given.models.map(row => typed<OlderModel>(row)),
  })
}

type TextRow = Readonly<Record<string, string | null>>

/** Every column that is not text is a whole number; money stays text. */
function typed<T>(row: TextRow): T {
  const isNumber = (name: string) => /_(?:tokens|ms|count)$/.test(name)
  const entries = Object.entries(row).map(([name, text]) => {
    const value = text !== null && isNumber(name) ? Number(text) : text
    return [camelCase(name), typeof value === 'number' && !Number.isSafeInteger(value) ? null : value]
  })
  return Object.fromEntries(entries) as T
}

async function adoptTotals(
  db: Db,
  writer: Writer,
  { sessions, models }: { sessions: readonly OlderSession[]; models: readonly OlderModel[] },
): Promise<Set<string>> {
  const known = sessions.filter(session => session.sessionId !== null)
  const bySession = new Map<string, OlderModel[]>()
  for (const model of models) {
    const key = model.sessionId ?? ''
    bySession.set(key, [...(bySession.get(key) ?? []), model])
  }
  const present = await presentTotals(
    db,
    known.map(session => session.sessionId ?? ''),
  )
  const touched = new Set<string>()
  const usage: Cell[][] = []
  const facts: Cell[][] = []
  const replaced: string[] = []
  for (const session of known) {
    const sessionId = session.sessionId ?? ''
    for (const totals of legacyTotals(session, bySession.get(sessionId) ?? [])) {
      const cells = usageCells(writer, session, totals)
      const key = String(cells[messageKeyAt])
      const others = present.totals.get(key) ?? []
      if (others.some(other => other.content === contentOf(cells))) continue
      if (others.some(other => other.writerId === writer.id)) replaced.push(key)
      cells[seqAt] = writer.nextSeq()
      usage.push(cells)
      touched.add(sessionId)
    }
    if (!present.sessions.has(sessionId)) {
      facts.push(factCells(writer, session))
      touched.add(sessionId)
    }
  }
  if (replaced.length > 0) {
    await db.run(
      `DELETE FROM usage_records WHERE writer_id = $writerId AND ${isOneOf('message_key', 'replaced', replaced)}`,
      { writerId: writer.id, replaced },
    )
  }
  await db.append('usage_records', ledgerColumns, usage)
  await db.append('session_facts', Object.keys(sessionFacts.columns), facts)
  const messageKeys = usage.map(cells => String(cells[messageKeyAt]))
  await countTotalsOnce(db, { messageKeys, sessionIds: touched })
  return touched
}

const seqAt = ledgerColumns.indexOf('seq')
const messageKeyAt = ledgerColumns.indexOf('message_key')
/** What a total says; by it two adopted ones are told apart. */
const contentColumns = [
  'input_tokens',
  'output_tokens',
  'cache_write_5m_tokens',
  'cache_read_tokens',
  'legacy_cost_pico',
]

function contentOf(cells: readonly Cell[]): string {
  return contentColumns.map(column => String(cells[ledgerColumns.indexOf(column)] ?? null)).join(' ')
}

/** The totals of sessions that are adopted already, by whomever, and which sessions something is known of. */
async function presentTotals(
  db: Db,
  ids: readonly string[],
): Promise<{ totals: Map<string, { writerId: string; content: string }[]>; sessions: Set<string> }> {
  const rows = await db.rows<{ messageKey: string; writerId: string; content: string }>(
    `SELECT message_key, writer_id,
       concat_ws(' ', ${contentColumns.map(column => `coalesce(${column}::VARCHAR, 'null')`).join(', ')}) AS content
     FROM usage_records WHERE legacy AND ${isOneOf('session_id', 'ids', ids)}`,
    { ids },
  )
  const totals = new Map<string, { writerId: string; content: string }[]>()
  for (const { messageKey, ...total } of rows)
    totals.set(messageKey, [...(totals.get(messageKey) ?? []), total])
  const sessions = await db.rows<{ sessionId: string }>(
    `SELECT session_id FROM session_facts WHERE ${isOneOf('session_id', 'ids', ids)}`,
    { ids },
  )
  return { totals, sessions: new Set(sessions.map(row => row.sessionId)) }
}

const totalFields: Readonly<Record<string, string>> = {
  input_tokens: 'TRY_CAST(input_tokens AS BIGINT) AS input_tokens',
  output_tokens: 'TRY_CAST(output_tokens AS BIGINT) AS output_tokens',
  cache_write_tokens: 'TRY_CAST(cache_write_tokens AS BIGINT) AS cache_write_tokens',
  cache_read_tokens: 'TRY_CAST(cache_read_tokens AS BIGINT) AS cache_read_tokens',
  cost_usd: 'TRY_CAST(cost_usd AS DECIMAL(38, 12))::VARCHAR AS cost_usd',
}

/** Times without a zone are UTC: that is what the older tool wrote. */
const sessionFields: Readonly<Record<string, string>> = {
  session_id: 'session_id::VARCHAR AS session_id',
  ...totalFields,
  project: 'project::VARCHAR AS project',
  cwd: 'cwd::VARCHAR AS cwd',
  session_date: 'epoch_ms(TRY_CAST(session_date AS TIMESTAMPTZ)) AS session_date_ms',
  started_at: 'epoch_ms(TRY_CAST(started_at AS TIMESTAMPTZ)) AS started_at_ms',
  ended_at: 'epoch_ms(TRY_CAST(ended_at AS TIMESTAMPTZ)) AS ended_at_ms',
  models: 'models::VARCHAR AS models',
  message_count: 'TRY_CAST(message_count AS INTEGER) AS message_count',
  tool_call_count: 'TRY_CAST(tool_call_count AS INTEGER) AS tool_call_count',
  skills_used: 'skills_used::VARCHAR AS skills_used',
  git_branch: 'git_branch::VARCHAR AS git_branch',
  cc_version: 'cc_version::VARCHAR AS cc_version',
  title: 'title::VARCHAR AS title',
  created_by: 'created_by::VARCHAR AS created_by',
}

const modelFields: Readonly<Record<string, string>> = {
  session_id: 'session_id::VARCHAR AS session_id',
  model: 'model::VARCHAR AS model',
  ...totalFields,
}

/** Reads a table that was set aside, whatever columns and types it has; what it lacks comes as null. */
export async function readOlder<T extends object>(
  db: Db,
  table: 'sessions' | 'session_models' | 'log_entries',
  fields: Readonly<Record<string, string>>,
): Promise<T[]> {
  const columns = await db.rows<{ columnName: string }>(
    `SELECT column_name FROM duckdb_columns() WHERE table_name = $table AND NOT internal`,
    { table: olderName(table) },
  )
  const present = new Set(columns.map(column => column.columnName))
  if (!present.has(table === 'log_entries' ? 'id' : 'session_id')) return []
  const selected = Object.entries(fields).map(([column, expression]) =>
    present.has(column) ? expression : `NULL AS ${expression.slice(expression.lastIndexOf(' ') + 1)}`,
  )
  return db.rows<T>(`SELECT ${selected.join(', ')} FROM ${olderName(table)}`)
}
