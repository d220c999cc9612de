import { closeSync, existsSync, openSync, readSync } from 'node:fs'

/** Three headers stand in front of everything else in a DuckDB file, which are written one after the other (its storage format). */
const headersBytes = 3 * 4096
const magic = 'DUCK'
const magicAt = 8

/**
 * Whether a file is one whose making was ended by a kill or a full disk: it never held a row. Only to be asked of one that DuckDB
 * can't open, as to look into it gives away a lock of this process on it.
 */
export function isUnmade(file: string): boolean {
  if (existsSync(`${file}.wal`)) return false
  const start = Buffer.alloc(headersBytes)
  const handle = openSync(file, 'r')
  try {
    const bytes = readSync(handle, start, 0, headersBytes, 0)
    return (
      bytes === 0 ||
      (bytes < headersBytes && start.toString('latin1', magicAt, magicAt + magic.length) === magic)
    )
  } finally {
    closeSync(handle)
  }
}
