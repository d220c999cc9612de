import { createHash } from 'node:crypto'
import { stampAt } from '../../base/clock.ts'
import { redact } from '../../base/redact.ts'
import type { Share } from '../../base/settings.ts'
import type { Meta } from '../../store/meta.ts'
import type { Db } from '../../store/query.ts'
import type { Writer } from '../../store/writer.ts'
import { type Change, payloadHash, type StoredChange } from './change.ts'
import { addOwnChanges, type Touched } from './changes.ts'
import { isWord, storableText } from './entry.ts'
import { type Entry, foldEntry, renderBody } from './fold.ts'
import { entrySubject } from './kinds.ts'
import { olderActor } from './mine.ts'
import { readHistories } from './project-entries.ts'

/** A row of the older tool's `log_entries`. What a database of an earlier version lacks is null. */
export interface OlderEntry {
  readonly id: string | null
  readonly sessionId: string | null
  readonly loggedAtMs: number | null
  readonly category: string | null
  readonly status: string | null
  readonly title: string | null
  readonly body: string | null
  readonly updatedAtMs: number | null
  readonly createdBy: string | null
  readonly updatedBy: string | null
}

/**
 * Takes up entries of the older tool as changes, stamped by the row's own times: whoever adopts the same row makes the same
 * changes. Only what differs from what is known here is said, so it can be done again whenever such rows appear, best
 * after the changes of others came in. The inbox does not tell of it if `isOwn` knows the person's name, or if it is `seen`,
 * by hash.
 * Call it inside a transaction.
 */
export async function adoptOlderEntries(
  db: Db,
  options: {
    meta: Meta
    writer: Writer
    rows: readonly OlderEntry[]
    /** Who could write those rows: I alone, or a team. */
    share: Share
    isOwn: (name: string) => boolean
    seen?: ReadonlySet<string>
    nowMs: number
  },
): Promise<Touched> {
  const { meta, writer, rows, share, isOwn, seen, nowMs } = options
  const entries = rows.map(row => ({ row, id: idOf(row) }))
  const histories = await readHistories(
    db,
    entries.map(({ id }) => id),
  )
  const changes = entries.flatMap(({ row, id }) => adoptedChanges(id, row, histories.get(id) ?? [], share))
  const isNews = ({ actorName, payloadHash }: StoredChange) => !isOwn(actorName) && !seen?.has(payloadHash)
  return addOwnChanges(db, { meta, writer, changes, nowMs, isNews })
}

/** The changes that lead from what is known of an entry to what the older tool's row says. Pure. */
export function adoptedChanges(
  id: string,
  row: OlderEntry,
  history: readonly StoredChange[],
  share: Share,
): Change[] {
  const loggedMs = soundMs(row.loggedAtMs ?? row.updatedAtMs ?? 0)
  const logged = stampAt(loggedMs, 0, adopter)
  const updated = stampAt(Math.max(loggedMs, soundMs(row.updatedAtMs ?? loggedMs)), 0, adopter)
  const creator = storableText(row.createdBy?.trim() || 'unknown').slice(0, 100)
  const editor = storableText(row.updatedBy?.trim() || creator).slice(0, 100)
  const change = (kind: string, value: string, hlc: string, name: string): Change => ({
    hlc,
    subject: entrySubject(id),
    kind,
    value,
    actor: olderActor(name, share),
    actorName: name,
  })
  const before = foldEntry(history)
  const changes: Change[] = []
  if (!before) {
    const loggedAt = new Date(loggedMs).toISOString()
    changes.push(change('create', JSON.stringify({ logged_at: loggedAt }), logged, creator))
    if (row.sessionId)
      changes.push(change('session', storableText(row.sessionId).slice(0, 200), logged, creator))
  }
  const known = foldEntry([...history, ...changes.map(hashed)])
  if (!known) return []
  const isAdopted =
    !history.some(({ kind, hlc }) => kind === 'body' && !hlc.endsWith(`-${adopter}`)) && isOlder(known)
  return [
    ...changes,
    ...fieldsOf(row, known, { isNew: !before, isAdopted }).map(({ kind, value }) =>
      change(kind, value, updated, editor),
    ),
  ]
}

/** Who stamps what is adopted: the same everywhere. */
const adopter = 'legacy'

interface Field {
  readonly kind: string
  readonly value: string
}

/** The fields of the row that say something else than the entry does. */
function fieldsOf(
  row: OlderEntry,
  known: Entry,
  { isNew, isAdopted }: { isNew: boolean; isAdopted: boolean },
): Field[] {
  // What a new entry has by default changes with its other fields: so it is said.
  const isSaid = (value: string, shown: string) => !isNew && value === shown
  const title = safeText(row.title).replace(/\s+/g, ' ').trim()
  const category = wordOf(row.category)
  const status = wordOf(row.status)
  const body = bodyField(safeText(row.body), known, isAdopted)
  return [
    ...(title === known.title ? [] : [{ kind: 'title', value: title }]),
    ...(category === null || isSaid(category, known.category) ? [] : [{ kind: 'category', value: category }]),
    ...(status === null || isSaid(status, known.status) ? [] : [{ kind: 'status', value: status }]),
    ...(body ? [body] : []),
  ]
}

/**
 * The older tool knows one text: ours with all notes in it. What it added behind that is a note. But where the whole text
 * is its own, it stays one text: a machine that sees the row for the first time takes it up as one, and both agree.
 */
function bodyField(body: string, known: Entry, isAdopted: boolean): Field | undefined {
  const shown = renderBody(known) ?? ''
  if (body.trim() === shown.trim()) return undefined
  const isWholeText = isAdopted && known.notes.length === 0
  if (!isWholeText && shown !== '' && body.startsWith(shown)) {
    const rest = body.slice(shown.length).trim()
    return rest === '' ? undefined : { kind: 'note', value: rest }
  }
  const notes = renderBody({ text: '', notes: known.notes })
  const text = notes !== null && body.endsWith(notes) ? body.slice(0, -notes.length).trimEnd() : body
  return text === known.text ? undefined : { kind: 'body', value: text }
}

/** Whether an entry was made by the older tool. */
function isOlder({ personId }: Entry): boolean {
  return personId.startsWith('legacy:')
}

function hashed(change: Change): StoredChange {
  return { ...change, payloadHash: payloadHash(change) }
}

function safeText(text: string | null): string {
  return redact(storableText(text ?? '')).text
}

/** `In Progress` is in_progress. Null for what is no word at all. */
function wordOf(text: string | null): string | null {
  const word = (text ?? '')
    .trim()
    .toLowerCase()
    .replace(/[^a-z]+/g, '_')
    .slice(0, 30)
  return isWord(word) ? word : null
}

/** Of an id that can't be one of ours, and of a row without one, something that is the same everywhere. */
function idOf(row: OlderEntry): string {
  const id = row.id ?? ''
  if (/^[^\p{Cc}\p{Cs}]{1,200}$/u.test(id)) return id
  return `older-${createHash('sha256')
    .update(JSON.stringify(row.id ?? row))
    .digest('hex')
    .slice(0, 24)}`
}

function soundMs(ms: number): number {
  return Number.isFinite(ms) ? Math.min(Math.max(0, Math.floor(ms)), 8_000_000_000_000) : 0
}
