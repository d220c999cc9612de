import { type Cell, type Db, isOneOf, together } from '../../store/query.ts'
import { bestFactsFirst } from './best-facts.ts'
import {
  type FactsRow,
  type InheritedTotals,
  type MachineRow,
  type ModelTotals,
  modelCells,
  type SessionRow,
  sessionRow,
} from './session-row.ts'
import type { TypeRule } from './type-rules.ts'

// `sessions` and `session_models` are projections: computed from all observations of all writers, never read back.

const batchSessions = 5000

/**
 * Computes the readable rows of the given sessions anew. A row whose content stays keeps its revision and stamp.
 * Call it inside the transaction that changed the observations. `sessionIds` may name sessions nothing is known of.
 */
export async function projectSessions(
  db: Db,
  options: { sessionIds: Iterable<string>; rules: readonly TypeRule[]; nowMs: number },
): Promise<void> {
  const ids = [...new Set(options.sessionIds)]
  for (let from = 0; from < ids.length; from += batchSessions) {
    await projectBatch(db, ids.slice(from, from + batchSessions), options)
  }
}

/** Every session that anything was ever observed of, or that is shown. */
export async function allSessionIds(db: Db): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    `SELECT session_id AS id FROM sessions UNION SELECT session_id FROM session_facts
     UNION SELECT owner_session_id FROM usage_records`,
  )
  return rows.map(({ id }) => id)
}

async function projectBatch(
  db: Db,
  ids: readonly string[],
  { rules, nowMs }: { rules: readonly TypeRule[]; nowMs: number },
): Promise<void> {
  // Asked for together: the database works on one answer while we take up the one before.
  const [factRows, totals, inheritedRows, machineRows, knownRows] = await together([
    readFacts(db, ids),
    readModelTotals(db, ids),
    readInherited(db, ids),
    readMachines(db),
    readKnown(db, ids),
  ])
  const facts = byKey(factRows, row => row.sessionId)
  const models = bySession(totals)
  const inherited = byKey(inheritedRows, row => row.sessionId)
  const machines = byKey(machineRows, row => row.writerId)
  const known = byKey(knownRows, row => String(row.sessionId))

  const rows: Cell[][] = []
  const modelRows: Cell[][] = []
  const changed: string[] = []
  for (const sessionId of ids) {
    const own = models.get(sessionId) ?? []
    const fact = facts.get(sessionId)
    if (!fact && own.length === 0) {
      // Known only by a message that turned out to belong to another session.
      if (known.has(sessionId)) changed.push(sessionId)
      continue
    }
    const machine = machines.get(fact?.writerId ?? own[0]?.writerId ?? '')
    const row = sessionRow({
      sessionId,
      facts: fact,
      models: own,
      inherited: inherited.get(sessionId),
      machine,
      rules,
    })
    modelRows.push(...own.map(modelCells))
    const before = known.get(sessionId)
    if (before && isSame(row, before)) continue
    changed.push(sessionId)
    rows.push(sessionCells(row, Number(before?.revision ?? 0) + 1, nowMs))
  }
  if (known.size > 0) {
    await db.run(`DELETE FROM session_models WHERE ${isOneOf('session_id', 'ids', ids)}`, { ids })
    await db.run(`DELETE FROM sessions WHERE ${isOneOf('session_id', 'changed', changed)}`, { changed })
  }
  await db.append('session_models', modelColumns, modelRows)
  await db.append('sessions', sessionColumns, rows)
}

function byKey<T>(rows: readonly T[], key: (row: T) => string): Map<string, T> {
  return new Map(rows.map(row => [key(row), row]))
}

function bySession<T extends { sessionId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(row.sessionId)
    if (group) group.push(row)
    else groups.set(row.sessionId, [row])
  }
  return groups
}

/** Of several writers' facts of one session, the row that speaks for it. */
function readFacts(db: Db, ids: readonly string[]): Promise<FactsRow[]> {
  return db.rows<FactsRow>(
    `SELECT session_id, writer_id, tool, project, project_key, cwd, last_cwd, relocated_cwd,
       epoch_ms(started_at) AS started_at_ms, epoch_ms(ended_at) AS ended_at_ms, epoch_ms(born_at) AS born_at_ms,
       active_sec, prompts, tool_calls, tool_errors, subagents, title, title_source, skills, git_branch, cc_version,
       pr_urls, cost_state_usd, cost_state, legacy, person_id, created_by
     FROM session_facts WHERE ${isOneOf('session_id', 'ids', ids)}
     QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY ${bestFactsFirst}) = 1`,
    { ids },
  )
}

function readModelTotals(db: Db, ids: readonly string[]): Promise<ModelTotals[]> {
  return db.rows<ModelTotals>(
    `SELECT owner_session_id AS session_id, model, min(writer_id) AS writer_id,
       epoch_ms(min(occurred_at)) AS first_at_ms, epoch_ms(max(coalesce(line_at, occurred_at))) AS last_at_ms,
       sum(input_tokens) AS input, sum(output_tokens) AS output,
       sum(cache_write_5m_tokens + cache_write_1h_tokens) AS cache_write, sum(cache_write_1h_tokens) AS cache_write1h,
       sum(cache_read_tokens) AS cache_read, sum(cost_pico) AS cost_pico, sum(web_searches) AS web_searches,
       count(*) FILTER (WHERE part = 0 AND NOT legacy) AS api_messages,
       count(*) FILTER (WHERE part = 0 AND NOT legacy AND has_usage AND NOT is_final) AS unfinalized,
       count(*) FILTER (WHERE cost_pico IS NULL) AS unpriced, bool_or(legacy) AS legacy
     FROM usage_records
     WHERE counted AND (has_usage OR part = 0) AND ${isOneOf('owner_session_id', 'ids', ids)}
     GROUP BY owner_session_id, model`,
    { ids },
  )
}

/** Copied messages, each once however many writers hold a copy of the copy. */
function readInherited(db: Db, ids: readonly string[]): Promise<InheritedTotals[]> {
  return db.rows<InheritedTotals>(
    `SELECT session_id, epoch_ms(max(occurred_at)) AS last_at_ms, count(*) FILTER (WHERE part = 0) AS messages,
       sum(tokens) AS tokens, sum(cost_pico) AS cost_pico
     FROM (
       SELECT session_id, message_key, part, max(occurred_at) AS occurred_at, max(cost_pico) AS cost_pico,
         max(input_tokens + output_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_read_tokens) AS tokens
       FROM usage_records
       WHERE owner_session_id <> session_id AND NOT legacy AND ${isOneOf('session_id', 'ids', ids)}
       GROUP BY session_id, message_key, part
     ) GROUP BY session_id`,
    { ids },
  )
}

function readMachines(db: Db): Promise<MachineRow[]> {
  return db.rows<MachineRow>(`SELECT writer_id, machine_id, label, person_id, person_name FROM machines`)
}

/** The columns of `session_models`, in its order. */
export const modelColumns = [
  'session_id',
  'model',
  'input_tokens',
  'output_tokens',
  'cache_write_tokens',
  'cache_read_tokens',
  'total_tokens',
  'cost_usd',
  'synced',
  'cache_write_1h_tokens',
  'api_message_count',
  'unfinalized_count',
  'unpriced_count',
]

const contentColumns = Object.keys(
  sessionRow({
    sessionId: '',
    facts: undefined,
    models: [],
    inherited: undefined,
    machine: undefined,
    rules: [],
  }),
)
const syncedAt = contentColumns.indexOf('created_by') + 1
/** The columns of `sessions`, in its order. */
export const sessionColumns = [
  ...contentColumns.slice(0, syncedAt),
  'synced',
  ...contentColumns.slice(syncedAt),
  'revision',
  'updated_at',
]

function sessionCells(row: SessionRow, revision: number, nowMs: number): Cell[] {
  const cells = Object.values(row)
  return [...cells.slice(0, syncedAt), false, ...cells.slice(syncedAt), revision, nowMs]
}

/** The rows as they stand, to see which ones change. */
function readKnown(db: Db, ids: readonly string[]): Promise<Record<string, Cell>[]> {
  return db.rows<Record<string, Cell>>(
    `SELECT ${contentColumns.join(', ')}, revision FROM sessions WHERE ${isOneOf('session_id', 'ids', ids)}`,
    { ids },
  )
}

function isSame(row: SessionRow, known: Record<string, Cell>): boolean {
  const before = Object.values(known)
  return Object.values(row).every((value, i) => value === before[i])
}
