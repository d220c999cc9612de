import { rmSync, statSync } from 'node:fs'
import { makePrivate } from '../../base/private.ts'
import { copyAll } from './copy.ts'
import { type Engine, withEngine } from './engine.ts'
import { putInPlace } from './put-in-place.ts'
import { type QuietOptions, withQuietDatabase } from './quiet.ts'

/** What compacting came to, in bytes. */
export interface Compaction {
  readonly before: number
  readonly after: number
  /** False: a copy would be no smaller, and the file stayed as it was. */
  readonly isReplaced: boolean
  readonly tables: number
  readonly rows: number
}

/**
 * Copies a database into a new file, which has no room for what is gone, compares both and puts the new one in its place.
 * Nobody writes to it meanwhile. `fresh` is a name beside it, for the time of the copy; what a kill left there is removed.
 * Who writes it stays the same. Throws as `withStore` does.
 */
export async function compactDatabase(
  database: string,
  fresh: string,
  options: QuietOptions & { readonly signal?: AbortSignal },
): Promise<Compaction> {
  removeDatabase(fresh)
  try {
    return await withEngine({ file: database, signal: options.signal }, engine =>
      withQuietDatabase(engine, database, options, async () => {
        await engine.attach(fresh, 'target', { access: 'write' })
        const sums = await copyAll(engine.db, 'source', 'target')
        await finish(engine, fresh)
        const [before, after] = [statSync(database).size, statSync(fresh).size]
        const rows = sums.reduce((sum, table) => sum + table.rows, 0)
        const done = { before, tables: sums.length, rows }
        if (after >= before) return { ...done, after: before, isReplaced: false }
        putInPlace(fresh, database)
        return { ...done, after, isReplaced: true }
      }),
    )
  } finally {
    removeDatabase(fresh)
  }
}

/** Brings all of the file attached as `target` to the disk, for its owner alone, and lets go of it. */
export async function finish({ db, detach }: Engine, file: string): Promise<void> {
  await db.run('CHECKPOINT target')
  await detach('target')
  makePrivate(file)
}

/** Removes a database file that nobody uses, and its log. */
export function removeDatabase(file: string): void {
  for (const name of [file, `${file}.wal`]) rmSync(name, { force: true })
}
