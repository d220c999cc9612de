import { existsSync } from 'node:fs'
import { UserError } from '../base/errors.ts'
import { hasUnreadJournal } from '../features/entries/journal.ts'
import { readMeta } from '../store/meta.ts'
import { StoreMissingError, type StoreOptions, StoreOutdatedError, withStore } from '../store/open.ts'
import type { Db } from '../store/query.ts'
import { type Place, withLedger } from './open-ledger.ts'

/**
 * Gives the work the database for reading, with everything in it that this person said: what a kill or a lock left in the
 * journal is taken over first. Mostly that is nothing, and the file is opened once, for reading.
 * Waits for another process's lock, for so many milliseconds. Throws StoreMissingError where nothing was ever said or recorded.
 */
export async function withNotes<T>(
  place: Place,
  work: (db: Db) => Promise<T>,
  { waitMs = 5000, signal }: Pick<StoreOptions, 'waitMs' | 'signal'> = {},
): Promise<T> {
  const { database, changesFile } = place.paths
  const read = (isLate: boolean) =>
    withStore(database, { access: 'read', threads: 1, waitMs, signal }, async db =>
      isLate && hasUnreadJournal(await readMeta(db), changesFile) ? undefined : { result: await work(db) },
    )
  const found = await read(true).catch((error: unknown) => {
    const isNew = error instanceof StoreMissingError && existsSync(changesFile)
    if (isNew || error instanceof StoreOutdatedError) return undefined
    throw error
  })
  if (found) return found.result
  try {
    return await withLedger(place, { waitMs, signal, threads: 1, checkpoint: 'when large' }, ({ db }) =>
      work(db),
    )
  } catch (error) {
    // A database that can be read but not written is shown as it is.
    const asItIs = error instanceof UserError ? await read(false).catch(() => undefined) : undefined
    if (!asItIs) throw error
    return asItIs.result
  }
}
