import { isTooFarAhead } from '../../base/clock.ts'
import type { Share } from '../../base/settings.ts'
import type { Meta } from '../../store/meta.ts'
import { type Cell, type Db, isOneOf } from '../../store/query.ts'
import { changes as changesTable } from '../../store/tables.ts'
import type { Writer } from '../../store/writer.ts'
import { type Change, payloadHash, readChange, type StoredChange } from './change.ts'
import { foldEntry } from './fold.ts'
import { entryIdOf, entrySubject } from './kinds.ts'
import { claimedWriter, isClaimed } from './mine.ts'
import { projectEntries, readHistories } from './project-entries.ts'

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
    isNews?: (change: StoredChange) => boolean
  },
): Promise<Touched> {
  const { meta, writer, changes, nowMs, isNews = () => true } = options
  const missing = await withoutKnown(db, changes.map(hashed))
  const numbered = missing.map(change => ({ ...change, writerId: writer.id, seq: writer.nextSeq() }))
  return add(db, meta, { rows: numbered, nowMs, isNews })
}

/**
 * Takes in rows that other writers made, as a remote gave them: objects with the columns of `changes`. Each is checked;
 * what can't be one is passed over and counted. A row is known by what it says and not by its number, which anybody can
 * write on a team's remote: one that is here already changes nothing, unless a remote of mine says who really wrote it.
 * The inbox does not tell of what is `seen`, by hash. Call it inside a transaction.
 */
export async function applyChanges(
  db: Db,
  {
    meta,
    rows,
    share,
    nowMs,
    seen = new Set(),
  }: {
    meta: Meta
    rows: readonly unknown[]
    /** Who can write to the remote: I alone, or a team. */
    share: Share
    nowMs: number
    seen?: ReadonlySet<string>
  },
): Promise<Touched & { readonly skipped: number }> {
  const sound = rows.map(row => readNumbered(row, share)).filter(row => row !== undefined)
  const corrected = share === 'all' ? await correctWriters(db, sound) : []
  const isNews = ({ payloadHash }: StoredChange) => !seen.has(payloadHash)
  const fresh = await withoutKnown(db, await withoutOwn(db, meta, sound))
  const touched = await add(db, meta, { rows: fresh, nowMs, isNews })
  await projectEntries(db, corrected)
  for (const id of corrected) touched.entries.add(id)
  return { ...touched, skipped: rows.length - sound.length }
}

type Numbered = NumberedChange & StoredChange

async function add(
  db: Db,
  meta: Meta,
  {
    rows,
    nowMs,
    isNews,
  }: { rows: readonly Numbered[]; nowMs: number; isNews: (change: StoredChange) => boolean },
): Promise<Touched> {
  const touched: Touched = { entries: new Set(), sessions: new Set() }
  if (rows.length === 0) return touched
  let received = await arriveAgain(db, rows, Number(meta.get(lastReceivedKey) ?? 0))
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

/**
 * Changes that came before the creation of their entry were told to nobody, however far the inbox was read: they arrive with
 * it. Answers the number of the last arrival.
 */
async function arriveAgain(db: Db, rows: readonly Numbered[], received: number): Promise<number> {
  const created = rows.flatMap(({ kind, subject }) => (kind === 'create' ? (entryIdOf(subject) ?? []) : []))
  if (created.length === 0) return received
  const histories = await readHistories(db, [...new Set(created)])
  const waiting = [...histories].filter(([, history]) => !foldEntry(history)).map(([id]) => entrySubject(id))
  if (waiting.length === 0) return received
  const moved = await db.run(
    `UPDATE changes SET received = $received + again.n
     FROM (SELECT rowid AS id, row_number() OVER (ORDER BY received) AS n FROM changes
       WHERE received > 0 AND ${isOneOf('subject', 'waiting', waiting)}) again
     WHERE changes.rowid = again.id`,
    { received, waiting },
  )
  return received + moved
}

/**
 * Of rows that a team's remote brought before one of mine does, what is claimed there of their writer and author gives way.
 * Answers the entries they are about.
 */
async function correctWriters(db: Db, rows: readonly Numbered[]): Promise<string[]> {
  const hlcs = [...new Set(rows.map(row => row.hlc))]
  const claimed = await db.rows<StoredChange & { rowId: number }>(
    `SELECT rowid AS row_id, hlc, subject, kind, payload_hash FROM changes
     WHERE ${isClaimed} AND ${isOneOf('hlc', 'hlcs', hlcs)}`,
    { hlcs },
  )
  const bySaying = new Map(rows.map(row => [saying(row), row]))
  const corrected = new Set<string>()
  for (const { rowId, ...claim } of claimed) {
    const row = bySaying.get(saying(claim))
    if (!row) continue
    const { writerId, seq, actor, actorName } = row
    await db.run(
      `UPDATE changes SET writer_id = $writerId, seq = $seq, actor = $actor, actor_name = $actorName
       WHERE rowid = $rowId`,
      { writerId, seq, actor, actorName, rowId },
    )
    corrected.add(entryIdOf(row.subject) ?? '')
  }
  corrected.delete('')
  return [...corrected]
}

function readNumbered(row: unknown, share: Share): Numbered | undefined {
  const change = readChange(row)
  if (!change) return undefined
  const { writer_id: writerId, seq } = row as Readonly<Record<string, unknown>>
  if (typeof writerId !== 'string' || !/^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/.test(writerId)) return undefined
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) return undefined
  return { ...hashed(change), writerId: share === 'all' ? writerId : claimedWriter(writerId), seq }
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

/** The first of each key that is not known, in their order. */
function firstOfEach<T>(items: readonly T[], keyOf: (item: T) => string, known: Set<string>): T[] {
  return items.filter(item => {
    const key = keyOf(item)
    if (known.has(key)) return false
    known.add(key)
    return true
  })
}
