import { randomUUID } from 'node:crypto'
import { type EntryDetail, readEntryDetail } from '../../../features/entries/detail.ts'
import { type Category, defaultStatus } from '../../../features/entries/entry.ts'
import { type Inbox, moveInbox, readInbox } from '../../../features/entries/inbox.ts'
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
import type { StoreDoor } from '../../store-door.ts'

/** The entry that a person writes on the screen. */
export interface EntryDraft {
  readonly category: Category
  readonly title: string
  readonly body: string
}

export interface ReadEntry {
  readonly entry: EntryRow
  readonly detail: EntryDetail
}

/** What the notes screen asks and says. */
export interface NotesData {
  /** Those that changed last first, at most `mostEntries`. */
  list(filter: EntryFilter): Promise<readonly EntryRow[]>
  /** Null where it was deleted meanwhile. */
  read(id: string): Promise<ReadEntry | null>
  inbox(): Promise<Inbox>
  /** Notes that everything up to there was read. */
  markSeen(upTo: number): Promise<void>
  log(draft: EntryDraft): Promise<Said>
  say(id: string, sayings: readonly Saying[]): Promise<Said>
}

/** More than anybody looks through; a filter finds the rest. */
export const mostEntries = 500

/** How long a new entry waits for another process's lock, in milliseconds, before the journal alone must do. */
const waitMs = 3000

export function createNotesData(door: StoreDoor, place: Place): NotesData {
  // Nothing recorded and nothing said yet is no entries.
  const ask = <T>(question: (db: Db) => Promise<T>, nothing: T) =>
    door
      .alone(() => withNotes(place, question))
      .catch((error: unknown) => {
        if (error instanceof StoreMissingError) return nothing
        throw error
      })
  return {
    list: filter => ask(db => listEntries(db, { filter, limit: mostEntries }), []),
    read: id => ask(db => readEntry(db, id), null),
    inbox: () => ask(db => readInbox(db, place.identity), { entries: [], upTo: 0 }),
    markSeen: upTo => door.change(({ db, meta }) => db.transaction(() => moveInbox(meta, upTo))),
    log: draft => door.alone(() => sayNew(place, randomUUID(), sayingsOf(draft, place), { waitMs })),
    say: (id, sayings) => door.change(ledger => say(ledger, id, sayings)),
  }
}

async function readEntry(db: Db, id: string): Promise<ReadEntry | null> {
  const [entry] = await readEntryRows(db, 'e.id = $id', { id })
  return entry ? { entry, detail: await readEntryDetail(db, entry) } : null
}

/** A person at a screen is in no session; the project is that of the directory the program was started in. */
function sayingsOf({ category, title, body }: EntryDraft, { identity, now }: Place): Saying[] {
  const { project, key: projectKey, isKeyPublic } = projectHere(process.cwd())
  const status = defaultStatus(category)
  return newEntrySayings(
    { category, status, title, body, tags: [], sessionId: null, project, projectKey, isKeyPublic },
    { identity, nowMs: now() },
  )
}
