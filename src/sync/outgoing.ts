import { mayHoldSecret } from '../base/redact.ts'
import { privateKinds } from '../features/entries/kinds.ts'
import type { Db } from '../store/query.ts'
import { changes, type SyncedTable, sessionFacts, usageRecords } from '../store/tables.ts'
import { limitsProjects, mayLeave, namesPlaces, type Outlet, outgoingRow, withoutSecrets } from './privacy.ts'
import type { RowBatch } from './remote.ts'
import { batchOf, cellsOf, keyColumns, textOfRows } from './row-text.ts'

/** The most rows, and bytes of text, that travel in one transaction. */
export const mostRows = 5000
const mostBytes = 4_000_000

/** Own rows of a table that a remote lacks, as they may leave. */
export interface Outgoing {
  readonly rows: RowBatch
  /** Keys of those of which the remote may hold an older version. */
  readonly replaces: RowBatch
  /** All own rows up to this number are in the batch, or stay home. */
  readonly upTo: number
  /** Whose readable rows change with the batch. */
  readonly sessionIds: readonly string[]
  readonly entryIds: readonly string[]
  /** Secrets that were taken out. */
  readonly secrets: number
}

/** The next own rows of a table after `after`, at most `limit`, in ascending `seq`; null where there are none. */
export async function nextOutgoing(
  db: Db,
  outlet: Outlet,
  {
    table,
    writerId,
    after,
    since,
    limit = mostRows,
  }: { table: SyncedTable; writerId: string; after: number; since: string | null; limit?: number },
): Promise<Outgoing | null> {
  const [end] = await db.rows<{ upTo: number | null }>(
    `SELECT max(seq) AS up_to FROM (
       SELECT seq${table === changes ? `, sum(strlen(coalesce(value, '')) + 300) OVER (ORDER BY seq) AS bytes` : ''}
       FROM ${table.name} WHERE writer_id = $writerId AND seq > $after
       ${table === changes ? `QUALIFY bytes <= ${mostBytes} OR row_number() OVER (ORDER BY seq) = 1` : ''}
       ORDER BY seq LIMIT ${limit})`,
    { writerId, after },
  )
  const upTo = end?.upTo ?? null
  if (upTo === null) return null
  const range = { writerId, after, upTo, since }
  const batch = await readBatch(db, outlet, table, range)
  return { ...batch, ...(await touchedBy(db, outlet, table, range)), upTo }
}

interface Range {
  readonly writerId: string
  readonly after: number
  readonly upTo: number
  /** What is older is not kept on remotes. */
  readonly since: string | null
}

function bounds({ writerId, after, upTo }: Range): Pick<Range, 'writerId' | 'after' | 'upTo'> {
  return { writerId, after, upTo }
}

async function readBatch(
  db: Db,
  outlet: Outlet,
  table: SyncedTable,
  range: Range,
): Promise<Pick<Outgoing, 'rows' | 'replaces' | 'secrets'>> {
  const nothing = batchOf([])
  if (outlet.privacy.withoutTables.includes(table.name))
    return { rows: nothing, replaces: nothing, secrets: 0 }
  const { condition, parameters } = await whatLeaves(db, outlet, table, range)
  const [row] = await db.rows<{ count: number; text: string | null }>(
    `SELECT count(*) AS count, ${textOfRows(table.columns)} AS text FROM ${table.name}
     WHERE writer_id = $writerId AND seq > $after AND seq <= $upTo${condition}`,
    { ...bounds(range), ...parameters },
  )
  const raw = { count: row?.count ?? 0, text: row?.text ?? '' }
  // The ledger has no names in it, only ids: looked through as one text, taken apart only if something is found.
  const mayStay = table === usageRecords || (table === changes && !namesPlaces(outlet, raw.text))
  const replaces = await readReplaced(db, table, range, { condition, parameters })
  if (mayStay && !mayHoldSecret(raw.text)) return { rows: raw, replaces, secrets: 0 }
  const cells = cellsOf(raw)
  const { rows, secrets } = withoutSecrets(
    table.columns,
    mayStay ? cells : cells.map(cells => outgoingRow(outlet, table.columns, cells)),
  )
  return { rows: batchOf(rows), replaces, secrets }
}

/** Keys of rows that can have been sent before under another number. Of changes there are none: they are only added. */
async function readReplaced(
  db: Db,
  table: SyncedTable,
  range: Range,
  { condition, parameters }: { condition: string; parameters: Record<string, string | readonly string[]> },
): Promise<RowBatch> {
  if (table === changes || range.after === 0) return batchOf([])
  // Of the ledger it is known which rows are new; of the small tables it does not matter.
  const old = table === usageRecords ? ' AND coalesce(first_seq, 0) <= $after' : ''
  const [row] = await db.rows<{ count: number; text: string | null }>(
    `SELECT count(*) AS count, ${textOfRows(keyColumns(table))} AS text FROM ${table.name}
     WHERE writer_id = $writerId AND seq > $after AND seq <= $upTo${old}${condition}`,
    { ...bounds(range), ...parameters },
  )
  return { count: row?.count ?? 0, text: row?.text ?? '' }
}

/** The condition that a row may leave for this remote at all. */
async function whatLeaves(
  db: Db,
  outlet: Outlet,
  table: SyncedTable,
  { writerId, since }: Range,
): Promise<{ condition: string; parameters: Record<string, string | readonly string[]> }> {
  const conditions: string[] = []
  const parameters: Record<string, string | readonly string[]> = {}
  if (since !== null && (table === usageRecords || table === sessionFacts)) {
    conditions.push(
      `coalesce(${table === usageRecords ? 'occurred_at' : 'ended_at'} >= $since::TIMESTAMPTZ, TRUE)`,
    )
    parameters.since = since
  }
  if (table === changes && outlet.remote.share === 'notes') {
    conditions.push(`starts_with(subject, 'entry:')`, `kind NOT IN (SELECT unnest($privateKinds))`)
    parameters.privateKinds = privateKinds
  }
  if (limitsProjects(outlet)) {
    if (table === usageRecords || table === sessionFacts) {
      conditions.push(`session_id NOT IN (SELECT unnest($stay))`)
      parameters.stay = await sessionsThatStay(db, outlet, writerId)
    } else if (table === changes) {
      conditions.push(`subject NOT IN (SELECT unnest($stay))`)
      parameters.stay = await subjectsThatStay(db, outlet, writerId)
    }
  }
  return { condition: conditions.map(condition => ` AND ${condition}`).join(''), parameters }
}

/** Sessions of projects that are excluded from this remote. */
export async function sessionsThatStay(db: Db, outlet: Outlet, writerId: string): Promise<string[]> {
  if (!limitsProjects(outlet)) return []
  const rows = await db.rows<{ sessionId: string; name: string | null; key: string | null }>(
    `SELECT session_id, project AS name, project_key AS key FROM session_facts WHERE writer_id = $writerId`,
    { writerId },
  )
  return rows.filter(row => !mayLeave(outlet, row)).map(row => row.sessionId)
}

/** Entries, and sessions' marks, of projects that are excluded from this remote. Deleted entries count, too. */
export async function subjectsThatStay(db: Db, outlet: Outlet, writerId: string): Promise<string[]> {
  if (!limitsProjects(outlet)) return []
  const rows = await db.rows<{ subject: string; name: string | null; key: string | null }>(
    `SELECT subject, max(json_extract_string(value, '$.project')) AS name,
       max(json_extract_string(value, '$.project_key')) AS key
     FROM changes WHERE kind IN ('create', 'place') AND json_valid(value) GROUP BY subject`,
  )
  const entries = rows.filter(row => !mayLeave(outlet, row)).map(row => row.subject)
  const sessions = await sessionsThatStay(db, outlet, writerId)
  return [...entries, ...sessions.map(id => `session:${id}`)]
}

/** The sessions and entries that the rows of a range are about. */
async function touchedBy(
  db: Db,
  outlet: Outlet,
  table: SyncedTable,
  range: Range,
): Promise<Pick<Outgoing, 'sessionIds' | 'entryIds'>> {
  const ids = async (expression: string, condition = '') => {
    const rows = await db.rows<{ id: string }>(
      `SELECT DISTINCT ${expression} AS id FROM ${table.name}
       WHERE writer_id = $writerId AND seq > $after AND seq <= $upTo${condition}`,
      bounds(range),
    )
    return rows.map(row => row.id)
  }
  if (table === changes) {
    return {
      sessionIds: [],
      entryIds: await ids(`substr(subject, 7)`, ` AND starts_with(subject, 'entry:')`),
    }
  }
  if (outlet.remote.share === 'notes') return { sessionIds: [], entryIds: [] }
  if (table === usageRecords) {
    return { sessionIds: await ids('unnest([session_id, owner_session_id])'), entryIds: [] }
  }
  return { sessionIds: table === sessionFacts ? await ids('session_id') : [], entryIds: [] }
}
