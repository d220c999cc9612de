import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'

/**
 * Puts a finished database file in the place of another one, which is kept under the name `keep`, if one is given. There is
 * a whole database at every instant. A log beside the old one goes where that goes, and first: beside the new one it would
 * be applied to it. Where somebody may write to the old one, call it within `withQuietDatabase`.
 */
export function putInPlace(fresh: string, database: string, keep?: string): void {
  if (existsSync(`${fresh}.wal`)) throw new Error(`${path.basename(fresh)} is not finished: it has a log`)
  const isThere = existsSync(database)
  if (keep !== undefined && isThere) keepUnder(database, keep)
  if (keep !== undefined && existsSync(`${database}.wal`)) renameSync(`${database}.wal`, `${keep}.wal`)
  else rmSync(`${database}.wal`, { force: true })
  renameSync(fresh, database)
  makeDurable(path.dirname(database))
}

/** A second name for the file; where the disk knows no such thing, it is moved, and for an instant there is none. */
function keepUnder(database: string, keep: string): void {
  try {
    linkSync(database, keep)
  } catch {
    renameSync(database, keep)
  }
}

/** Waits until the disk has what was renamed in a folder. */
export function makeDurable(folder: string): void {
  try {
    const handle = openSync(folder, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  } catch {
    // Not every system can.
  }
}
