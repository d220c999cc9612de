import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { withEngine } from '../store/maintenance/engine.ts'

/** The name under which the older tool's database is kept as that left it. */
export function olderCopyOf(database: string): string {
  return `${database}.older-tool`
}

/**
 * Copies the older tool's database, with its log, to the byte, while nobody writes to it. Where the copy is there it is whole: it is
 * not made again. Throws StoreBusyError, or what else keeps it from being read.
 */
export async function keepOlderCopy(database: string, waitMs: number): Promise<void> {
  const copy = olderCopyOf(database)
  if (existsSync(copy)) return
  await withEngine({ file: database }, async ({ attach }) => {
    // The lock of a reader keeps writers out; it goes with the file's first descriptor that is closed, so that comes last.
    await attach(database, 'source', { access: 'read', waitMs })
    rmSync(`${copy}.wal`, { force: true })
    if (existsSync(`${database}.wal`)) copyFileSync(`${database}.wal`, `${copy}.wal`)
    copyFileSync(database, `${copy}.part`)
  })
  const handle = openSync(`${copy}.part`, 'r')
  fsyncSync(handle)
  closeSync(handle)
  renameSync(`${copy}.part`, copy)
}

/** Puts the older tool's database back where it was, if it was kept. What stands there by then must be gone. */
export function putOlderBack(database: string): void {
  const copy = olderCopyOf(database)
  if (!existsSync(copy)) return
  rmSync(`${copy}.part`, { force: true })
  if (existsSync(`${copy}.wal`)) renameSync(`${copy}.wal`, `${database}.wal`)
  renameSync(copy, database)
}
