import { isTooFarAhead } from '../../base/clock.ts'
import type { Meta } from '../../store/meta.ts'
import { type Cell, type Db, isOneOf } from '../../store/query.ts'
import { changes as changesTable } from '../../store/tables.ts'
import type { Writer } from '../../store/writer.ts'
import { type Change, payloadHash, readChange, type StoredChange } from './change.ts'
import { entryIdOf } from './kinds.ts'
import { projectEntries } from './project-entries.ts'

/** All columns of the table, in its order. */
export const changeColumns = [...Object.keys(changesTable.columns), 'received']

/** The last stamp that was seen here; new ones are above it. */
export function lastStamp(meta: Meta): string | null {
  return meta.get(lastStampKey)
}

const lastStampKey = 'last_hlc'
const lastReceivedKey = 'last_received'

/** A change and the row number it has, or gets if it is missing. */
export interface NumberedChange extends Change {
  readonly writerId: string
  readonly seq: number
}

/** What a change came to touch: ids of entries and of sessions. */
export interface Touched {
  readonly entries: Set<string>
  readonly sessions: Set<string>
}

/**
 * Adds the changes of this database file that it does not have yet, and brings the entries they touch up to date. Call it
 * inside a transaction. `isNews`: the inbox may tell of them.
 */
export async function addOwnChanges(
  db: Db,
  options: {
    meta: Meta
    writer: Writer
    changes: readonly Change[]
    nowMs: number
    isNews?: (change: Change) => boolean
  },
): Promise<Touched> {
  const { meta, writer, changes, nowMs, isNews = () => true } = options
  const missing = await withoutKnown(db, changes.map(hashed))
  const numbered = missing.map(change => ({ ...change, writerId: writer.id, seq: writer.nextSeq() }))
  return add(db, meta, { rows: numbered, nowMs, isNews })
}

/**
 * Takes in rows that other writers made, as a remote gave them: objects with the columns of `changes`. Each is checked;
 * what can't be one is passed over and counted. A row that is here already, by its number or by what it says, changes
 * nothing. Call it inside a transaction.
 */
export async function applyChanges(
  db: Db,
  { meta, rows, nowMs }: { meta: Meta; rows: readonly unknown[]; nowMs: number },
): Promise<Touched & { readonly skipped: number }> {
  const numbered = rows.map(readNumbered)
  const sound = numbered.filter(row => row !== undefined)
  const fresh = await withoutKnown(db, await withoutOwn(db, meta, await withoutNumbered(db, sound)))
  const touched = await add(db, meta, { rows: fresh, nowMs, isNews: () => true })
  return { ...touched, skipped: rows.length - sound.length }
}

type Numbered = NumberedChange & StoredChange

async function add(
  db: Db,
  meta: Meta,
  { rows, nowMs, isNews }: { rows: readonly Numbered[]; nowMs: number; isNews: (change: Change) => boolean },
): Promise<Touched> {
  const touched: Touched = { entries: new Set(), sessions: new Set() }
  if (rows.length === 0) return touched
  let received = Number(meta.get(lastReceivedKey) ?? 0)
  let last = lastStamp(meta)
  const cells: Cell[][] = []
  for (const row of rows) {
    const { writerId, seq, hlc, subject, kind, value, actor, actorName } = row
    const order = isNews(row) ? ++received : 0
    cells.push([writerId, seq, hlc, subject, kind, value, actor, actorName, row.payloadHash, order])
    if ((last === null || hlc > last) && !isTooFarAhead(hlc, nowMs)) last = hlc
    const entryId = entryIdOf(subject)
    if (entryId !== undefined) touched.entries.add(entryId)
    else if (subject.startsWith('session:')) touched.sessions.add(subject.slice('session:'.length))
  }
  await db.append('changes', changeColumns, cells)
  await meta.set(lastReceivedKey, String(received))
  if (last !== null) await meta.set(lastStampKey, last)
  await projectEntries(db, [...touched.entries])
  return touched
}

function readNumbered(row: unknown): Numbered | undefined {
  const change = readChange(row)
  if (!change) return undefined
  const { writer_id: writerId, seq } = row as Readonly<Record<string, unknown>>
  if (typeof writerId !== 'string' || !/^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/.test(writerId)) return undefined
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) return undefined
  return { ...hashed(change), writerId, seq }
}

function hashed(change: Change): StoredChange {
  return { ...change, payloadHash: payloadHash(change) }
}

/** Those that say something new: what is said here already, by whatever writer, counts once. */
async function withoutKnown<T extends StoredChange>(db: Db, changes: readonly T[]): Promise<T[]> {
  if (changes.length === 0) return []
  const hlcs = [...new Set(changes.map(change => change.hlc))]
  const rows = await db.rows<StoredChange>(
    `SELECT hlc, subject, kind, payload_hash FROM changes WHERE ${isOneOf('hlc', 'hlcs', hlcs)}`,
    { hlcs },
  )
  return firstOfEach(changes, saying, new Set(rows.map(saying)))
}

/**
 * Without what this file says itself: a database that was lost and came back from the journal finds on a remote what it
 * sent before, as it left: with a pseudonym, or without a secret. Stamps of the older tool are anybody's.
 */
async function withoutOwn<T extends StoredChange>(db: Db, meta: Meta, changes: readonly T[]): Promise<T[]> {
  if (changes.length === 0) return []
  const hlcs = [...new Set(changes.map(change => change.hlc))]
  const own = await db.rows<Change>(
    `SELECT hlc, subject, kind FROM changes
     WHERE writer_id = $writerId AND NOT ends_with(hlc, '-legacy') AND ${isOneOf('hlc', 'hlcs', hlcs)}`,
    { writerId: meta.get('writer_id'), hlcs },
  )
  const keyOf = ({ hlc, subject, kind }: Pick<Change, 'hlc' | 'subject' | 'kind'>) =>
    `${hlc}\n${kind}\n${subject}`
  const known = new Set(own.map(keyOf))
  return changes.filter(change => !known.has(keyOf(change)))
}

function saying({ hlc, subject, kind, payloadHash }: StoredChange): string {
  return `${hlc}\n${kind}\n${payloadHash}\n${subject}`
}

async function withoutNumbered(db: Db, rows: readonly Numbered[]): Promise<Numbered[]> {
  if (rows.length === 0) return []
  const writers = [...new Set(rows.map(row => row.writerId))]
  const known = await db.rows<{ writerId: string; seq: number }>(
    `SELECT writer_id, seq FROM changes WHERE ${isOneOf('writer_id', 'writers', writers)}
       AND seq BETWEEN $first AND $last`,
    { writers, first: Math.min(...rows.map(row => row.seq)), last: Math.max(...rows.map(row => row.seq)) },
  )
  return firstOfEach(rows, numberOf, new Set(known.map(numberOf)))
}

function numberOf({ writerId, seq }: { writerId: string; seq: number }): string {
  return `${seq} ${writerId}`
}

/** The first of each key that is not known, in their order. */
function firstOfEach<T>(items: readonly T[], keyOf: (item: T) => string, known: Set<string>): T[] {
  return items.filter(item => {
    const key = keyOf(item)
    if (known.has(key)) return false
    known.add(key)
    return true
  })
}
