import { randomUUID } from 'node:crypto'
import { deletedEntries } from '../../../features/entries/deleted.ts'
import { type EntryDetail, readEntryDetail } from '../../../features/entries/detail.ts'
import { categories, defaultStatus, statuses } from '../../../features/entries/entry.ts'
import { type Inbox, markInboxSeen, readInbox } from '../../../features/entries/inbox.ts'
import {
  type EntryFilter,
  type EntryRow,
  listEntries,
  readEntryRows,
} from '../../../features/entries/list.ts'
import type { Saying } from '../../../features/entries/make-changes.ts'
import { newEntrySayings } from '../../../features/entries/new-entry.ts'
import { projectHere } from '../../../features/sessions/project-here.ts'
import type { Place } from '../../../ingest/open-ledger.ts'
import { withNotes } from '../../../ingest/open-notes.ts'
import { type Said, say, sayNew } from '../../../ingest/say.ts'
import { StoreMissingError } from '../../../store/open.ts'
import type { Db } from '../../../store/query.ts'
import { readWaitMs, type StoreDoor } from '../../store-door.ts'
import type { Fields } from './draft.ts'
import { writeElsewhere } from './write-elsewhere.ts'

/** Which entries a list is about; `isDeleted`: of the deleted ones, which other lists never show. */
export type NotesFilter = Pick<EntryFilter, 'category' | 'status' | 'isOpen' | 'search'> & {
  readonly isDeleted: boolean
}

export interface ReadEntry {
  readonly entry: EntryRow
  readonly detail: EntryDetail
  readonly isDeleted: boolean
}

/** What the notes screen asks and says. */
export interface NotesData {
  /** Those that changed last first, at most `mostEntries`. */
  list(filter: NotesFilter): Promise<readonly EntryRow[]>
  /** Null where nobody ever logged it. */
  read(id: string): Promise<ReadEntry | null>
  inbox(): Promise<Inbox>
  /** Notes that all of it was read. */
  markSeen(inbox: Inbox): Promise<void>
  log(fields: Fields): Promise<Said>
  say(id: string, sayings: readonly Saying[]): Promise<Said>
  /**
   * Has the person write the text in their own editor, which has the terminal meanwhile. Answers what it is then. Throws a
   * UserError where there is no editor, or it failed.
   */
  writeElsewhere(text: string): string
}

/** More than anybody looks through; a filter finds the rest. */
export const mostEntries = 500

/** How long a new entry waits for another process's lock, in milliseconds, before the journal alone must do. */
const waitMs = 3000

/** `editor`: the command of the person's editor. */
export function createNotesData(door: StoreDoor, place: Place, editor: string): NotesData {
  // Nothing recorded and nothing said yet is no entries.
  const ask = <T>(question: (db: Db) => Promise<T>, nothing: T) =>
    door
      .alone(() => withNotes(place, question, { waitMs: readWaitMs, signal: door.signal }))
      .catch((error: unknown) => {
        if (error instanceof StoreMissingError) return nothing
        throw error
      })
  const file = place.paths.inboxFile
  return {
    list: filter => ask(db => (filter.isDeleted ? listDeleted(db, filter) : listKept(db, filter)), []),
    read: id => ask(db => readEntry(db, id), null),
    inbox: () => ask(db => readInbox(db, place.identity), { entries: [], upTo: 0 }),
    markSeen: inbox => door.change(({ db, meta }) => markInboxSeen(db, { meta, file, inbox })),
    log: fields => door.alone(() => sayNew(place, randomUUID(), sayingsOf(fields, place), { waitMs })),
    say: (id, sayings) => door.change(ledger => say(ledger, id, sayings)),
    writeElsewhere: text => writeElsewhere(text, editor),
  }
}

function listKept(db: Db, { isDeleted: _, ...filter }: NotesFilter): Promise<EntryRow[]> {
  return listEntries(db, { filter, limit: mostEntries })
}

async function listDeleted(db: Db, { category, search = '' }: NotesFilter): Promise<EntryRow[]> {
  const words = search.toLowerCase().split(/\s+/)
  const fits = ({ title, body, tags, project, createdBy, id }: EntryRow) => {
    const text = [title, body, ...tags, project, createdBy, id].join(' ').toLowerCase()
    return words.every(word => text.includes(word))
  }
  const rows = (await deletedEntries(db)).map(({ entry }) => entry)
  return rows
    .filter(row => (category === undefined || row.category === category) && fits(row))
    .slice(0, mostEntries)
}

async function readEntry(db: Db, id: string): Promise<ReadEntry | null> {
  const [entry] = await readEntryRows(db, 'e.id = $id', { id })
  if (entry) return { entry, detail: await readEntryDetail(db, entry), isDeleted: false }
  const deleted = (await deletedEntries(db, id)).find(found => found.entry.id === id)
  return deleted ? { ...deleted, isDeleted: true } : null
}

/** A person at a screen is in no session; the project is that of the directory the program was started in. */
function sayingsOf(fields: Fields, { identity, now }: Place): Saying[] {
  const { project, key: projectKey, isKeyPublic } = projectHere(process.cwd())
  const category = categories.find(known => known === fields.category) ?? 'note'
  const status = statuses.find(known => known === fields.status) ?? defaultStatus(category)
  const { title, body, tags } = fields
  return newEntrySayings(
    { category, status, title, body, tags, sessionId: null, project, projectKey, isKeyPublic },
    { identity, nowMs: now() },
  )
}
