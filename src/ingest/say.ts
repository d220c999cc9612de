import { UserError } from '../base/errors.ts'
import type { Change } from '../features/entries/change.ts'
import { lastStamp } from '../features/entries/changes.ts'
import { appendToJournal, lastJournalStamp } from '../features/entries/journal.ts'
import { entrySubject } from '../features/entries/kinds.ts'
import { makeChanges, type Saying, stampChanges } from '../features/entries/make-changes.ts'
import { readChangesOf } from '../features/entries/project-entries.ts'
import { type Mark, sessionSubject } from '../features/sessions/marks.ts'
import { type Ledger, type Place, takeOverJournal, withLedger } from './open-ledger.ts'

/** What became of something that was said. */
export interface Said {
  /** How many secrets were made unreadable. */
  readonly redacted: number
  /** The database did not take it over, and why; the next command that writes there does. Undefined: it did. */
  readonly pending?: unknown
}

/** Makes what this person says of an entry durable, and shows it. Throws only while nothing is kept. */
export function say(ledger: Ledger, entryId: string, sayings: readonly Saying[]): Promise<Said> {
  return sayOf(ledger, [entrySubject(entryId)], sayings)
}

/** As `say`, the same of each of these sessions. */
export function markSessions(
  ledger: Ledger,
  sessionIds: readonly string[],
  marks: readonly Mark[],
): Promise<Said> {
  return sayOf(ledger, sessionIds.map(sessionSubject), marks)
}

async function sayOf(
  ledger: Ledger,
  subjects: readonly string[],
  sayings: readonly (Saying | Mark)[],
): Promise<Said> {
  const { db, meta, writer, place } = ledger
  const before = await readChangesOf(db, subjects)
  const changes: Change[] = []
  let redacted = 0
  let seen = lastStamp(meta)
  for (const subject of subjects) {
    const stamped = stampChanges(subject, sayings, {
      identity: place.identity,
      history: before.filter(change => change.subject === subject),
      seen,
      wallMs: place.now(),
      stampId: writer.id,
    })
    changes.push(...stamped.changes)
    redacted += stamped.redacted
    seen = stamped.seen
  }
  appendToJournal(place.paths.changesFile, changes)
  try {
    await db.transaction(async () => {
      await takeOverJournal(ledger)
      await writer.save()
    })
    return { redacted }
  } catch (pending) {
    return { redacted, pending }
  }
}

/**
 * As `say`, of an entry that is new: whatever is wrong with the database (a lock, a full disk, damage), what somebody said is
 * not lost by it.
 */
export async function sayNew(
  place: Place,
  entryId: string,
  sayings: readonly Saying[],
  { waitMs }: { waitMs: number },
): Promise<Said> {
  try {
    return await withLedger(place, { waitMs, threads: 1, checkpoint: 'when large' }, ledger =>
      say(ledger, entryId, sayings),
    )
  } catch (pending) {
    if (!(pending instanceof UserError)) throw pending
    return { ...sayWithoutDatabase(place, entryId, sayings), pending }
  }
}

/** As `say`, of an entry that is new, where the database can't be had: it is durable, and the next command shows it. */
function sayWithoutDatabase(place: Place, entryId: string, sayings: readonly Saying[]): { redacted: number } {
  const { changesFile } = place.paths
  const { changes, redacted } = makeChanges(entryId, sayings, {
    identity: place.identity,
    history: [],
    seen: lastJournalStamp(changesFile),
    wallMs: place.now(),
    stampId: place.identity.machineId,
  })
  appendToJournal(changesFile, changes)
  return { redacted }
}
