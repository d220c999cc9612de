import { closeSync, openSync, readSync } from 'node:fs'
import { errorCode } from '../base/errors.ts'

/** How DuckDB's log (.wal) begins: field 100, the entry that holds the log's version, field 101 (seen with 1.5.6). */
const logHead = Buffer.from([0x64, 0x00, 0x62, 0x65, 0x00])

/**
 * Whether beside a database file lies a log that is none. DuckDB passes over such a log without a word, and the next writing
 * overwrites it, with all that was committed there. What a kill left of a log (nothing, or its first bytes) is whole. Asked
 * before the file is opened: to close a second descriptor of a file that is open would give its lock away.
 */
export function hasBrokenLog(database: string): boolean {
  const bytes = Buffer.alloc(logHead.length)
  try {
    const handle = openSync(`${database}.wal`, 'r')
    try {
      const length = readSync(handle, bytes, 0, bytes.length, 0)
      return !bytes.subarray(0, length).equals(logHead.subarray(0, length))
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    // One that can't be read is DuckDB's to name.
    if (errorCode(error) !== undefined) return false
    throw error
  }
}
