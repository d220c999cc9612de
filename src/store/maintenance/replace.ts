import { existsSync } from 'node:fs'
import { StoreDamagedError } from '../open.ts'
import { removeDatabase } from './compact.ts'
import { withEngine } from './engine.ts'
import { putInPlace } from './put-in-place.ts'
import { type QuietOptions, withQuietDatabase } from './quiet.ts'

/** The name beside a database of one that is to take its place. */
export function freshName(database: string): string {
  return `${database}.new`
}

/** What a rebuild works with besides: the damaged file under another name, and a backup. */
export function sourceName(fresh: string): string {
  return `${fresh}.source`
}

export function unpackedName(fresh: string): string {
  return `${fresh}.backup`
}

/** Removes what a command that was ended left of a new database; for who has the lock of such commands. */
export function removeUnfinished(database: string): void {
  const fresh = freshName(database)
  for (const name of [fresh, sourceName(fresh), unpackedName(fresh)]) removeDatabase(name)
}

/**
 * Puts a finished database file in the place of another, which is kept under the name `keep`. Waits until nobody has the other
 * one open; of one that can't be opened nobody is in the middle of anything. Throws StoreBusyError.
 */
export async function replaceDatabase(
  database: string,
  fresh: string,
  keep: string,
  options: QuietOptions,
): Promise<void> {
  const replace = async () => putInPlace(fresh, database, keep)
  if (!existsSync(database)) return replace()
  try {
    await withEngine({ file: database }, engine => withQuietDatabase(engine, database, options, replace))
  } catch (error) {
    if (!(error instanceof StoreDamagedError)) throw error
    await replace()
  }
}

/**
 * As `replaceDatabase`, of a damaged file: it is kept as it is, with its log. Where DuckDB can still open it, nobody writes to it
 * while it is replaced. Throws StoreBusyError.
 */
export async function replaceDamaged(database: string, fresh: string, keep: string): Promise<void> {
  const replace = () => putInPlace(fresh, database, keep)
  if (!existsSync(database)) return replace()
  await withEngine({ file: database }, async ({ attach }) => {
    await attach(database, 'source', { access: 'read', waitMs: 10_000 }).catch((error: unknown) => {
      if (!(error instanceof StoreDamagedError)) throw error
    })
    replace()
  })
}
