import { lastStamp } from '../features/entries/changes.ts'
import { appendToJournal, lastJournalStamp } from '../features/entries/journal.ts'
import { makeChanges, type Saying } from '../features/entries/make-changes.ts'
import { readHistories } from '../features/entries/project-entries.ts'
import { type Ledger, type Place, takeOverJournal } from './open-ledger.ts'

/** What became of something that was said. */
export interface Said {
  /** How many secrets were made unreadable. */
  readonly redacted: number
  /** The database did not take it over, and why; the next command that writes there does. Undefined: it did. */
  readonly pending?: unknown
}

/** Makes what this person says of an entry durable, and shows it. Throws only while nothing is kept. */
export async function say(ledger: Ledger, entryId: string, sayings: readonly Saying[]): Promise<Said> {
  const { db, meta, writer, place } = ledger
  const { changes, redacted } = makeChanges(entryId, sayings, {
    identity: place.identity,
    history: (await readHistories(db, [entryId])).get(entryId) ?? [],
    seen: lastStamp(meta),
    wallMs: place.now(),
    stampId: writer.id,
  })
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

/** As `say`, of an entry that is new, where the database can't be had: it is durable, and the next command shows it. */
export function sayWithoutDatabase(
  place: Place,
  entryId: string,
  sayings: readonly Saying[],
): { redacted: number } {
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
