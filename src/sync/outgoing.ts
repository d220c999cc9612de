import { mayHoldSecret } from '../base/redact.ts'
import { entrySubject, privateKinds } from '../features/entries/kinds.ts'
import type { Meta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import { changes, type SyncedTable, sessionFacts, usageRecords } from '../store/tables.ts'
import type { SessionsAndEntries } from './id-lists.ts'
import { namesPlaces, type Outlet, outgoingRow, withoutSecrets } from './privacy.ts'
import type { RowBatch } from './remote.ts'
import { batchOf, cellsOf, keyColumns, textOfRows } from './row-text.ts'
import { entriesThatStay, sessionsThatStay } from './staying.ts'

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
  /** Sessions and entries of the range that stay home. */
  readonly held: SessionsAndEntries
  /** Secrets that were taken out. */
  readonly secrets: number
}

/** Where rows are read from, and for which remote. */
export interface OutgoingRequest {
  readonly remoteId: string
  readonly meta: Meta
  readonly table: SyncedTable
  readonly writerId: string
  readonly after: number
  /** What was measured before this instant is not kept on remotes; null: all is. */
  readonly since: string | null
  readonly limit?: number
}

/** The next own rows of a table after `after`, at most `limit`, in ascending `seq`; null where there are none. */
export async function nextOutgoing(
  db: Db,
  outlet: Outlet,
  request: OutgoingRequest,
): Promise<Outgoing | null> {
  const { table, writerId, after, limit = mostRows } = request
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
  const range: Range = { ...request, upTo }
  const touched = await touchedBy(db, outlet, range)
  const { held, condition, parameters } = await whatLeaves(db, outlet, range, touched)
  const batch = await readBatch(db, outlet, range, { condition, parameters })
  return { ...batch, ...touched, held, upTo }
}

interface Range extends OutgoingRequest {
  readonly upTo: number
}

interface Condition {
  /** Begins with AND, or is empty. */
  readonly condition: string
  readonly parameters: Readonly<Record<string, string | readonly string[]>>
}

function bounds({ writerId, after, upTo }: Range): Pick<Range, 'writerId' | 'after' | 'upTo'> {
  return { writerId, after, upTo }
}

async function readBatch(
  db: Db,
  outlet: Outlet,
  range: Range,
  { condition, parameters }: Condition,
): Promise<Pick<Outgoing, 'rows' | 'replaces' | 'secrets'>> {
  const { table } = range
  const nothing = batchOf([])
  if (outlet.privacy.withoutTables.includes(table.name))
    return { rows: nothing, replaces: nothing, secrets: 0 }
  const [row] = await db.rows<{ count: number; text: string | null }>(
    `SELECT count(*) AS count, ${textOfRows(table.columns)} AS text FROM ${table.name}
     WHERE writer_id = $writerId AND seq > $after AND seq <= $upTo${condition}`,
    { ...bounds(range), ...parameters },
  )
  const raw = { count: row?.count ?? 0, text: row?.text ?? '' }
  // The ledger has no names in it, only ids: looked through as one text, taken apart only if something is found.
  const mayStay = table === usageRecords || (table === changes && !namesPlaces(outlet, raw.text))
  const replaces = await readReplaced(db, range, { condition, parameters })
  if (mayStay && !mayHoldSecret(raw.text)) return { rows: raw, replaces, secrets: 0 }
  const cells = cellsOf(raw)
  const { rows, secrets } = withoutSecrets(
    table.columns,
    mayStay ? cells : cells.map(cells => outgoingRow(outlet, table.columns, cells)),
  )
  return { rows: batchOf(rows), replaces, secrets }
}

/** Keys of rows that can have been sent before under another number. Of changes there are none: they are only added. */
async function readReplaced(db: Db, range: Range, { condition, parameters }: Condition): Promise<RowBatch> {
  const { table } = range
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

/** The condition that a row may leave for this remote at all, and what does not. */
async function whatLeaves(
  db: Db,
  outlet: Outlet,
  { table, since, ...range }: Range,
  { sessionIds, entryIds }: SessionsAndEntries,
): Promise<Condition & { held: SessionsAndEntries }> {
  const conditions: string[] = []
  const parameters: Record<string, string | readonly string[]> = {}
  const isMeasured = table === usageRecords || table === sessionFacts
  if (since !== null && isMeasured) {
    const at = table === usageRecords ? 'occurred_at' : 'ended_at'
    conditions.push(`coalesce(${at} >= $since::TIMESTAMPTZ, TRUE)`)
    parameters.since = since
  }
  if (table === changes && outlet.remote.share === 'notes') {
    conditions.push(`starts_with(subject, 'entry:')`, `kind NOT IN (SELECT unnest($privateKinds))`)
    parameters.privateKinds = privateKinds
  }
  const sessions = [...(await sessionsThatStay(db, outlet, sessionIds))]
  const entries = [...(await entriesThatStay(db, outlet, { ...range, ids: entryIds }))]
  if (isMeasured && sessions.length > 0) {
    conditions.push(`session_id NOT IN (SELECT unnest($stay))`)
    parameters.stay = sessions
  } else if (sessions.length + entries.length > 0) {
    conditions.push(`subject NOT IN (SELECT unnest($stay))`)
    parameters.stay = [...entries.map(entrySubject), ...sessions.map(id => `session:${id}`)]
  }
  return {
    condition: conditions.map(condition => ` AND ${condition}`).join(''),
    parameters,
    held: { sessionIds: sessions, entryIds: entries },
  }
}

/** The sessions and entries that the rows of a range are about. */
async function touchedBy(db: Db, outlet: Outlet, range: Range): Promise<SessionsAndEntries> {
  const { table } = range
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
      sessionIds: await ids(`substr(subject, 9)`, ` AND starts_with(subject, 'session:')`),
      entryIds: await ids(`substr(subject, 7)`, ` AND starts_with(subject, 'entry:')`),
    }
  }
  if (table === usageRecords && outlet.remote.share === 'all') {
    return { sessionIds: await ids('unnest([session_id, owner_session_id])'), entryIds: [] }
  }
  return { sessionIds: table === sessionFacts ? await ids('session_id') : [], entryIds: [] }
}
