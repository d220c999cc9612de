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

/** The head that DuckDB 1.5.6 writes: the version of the log is 2. Entries follow: their size and a sum over them, 8 bytes each. */
const wholeHead = Buffer.from([...logHead, 0x02, 0xff, 0xff])
const entryHead = 16

/**
 * How many bytes at the end of a log are no whole entry. A kill leaves some; but so does damage to an entry's size, which
 * DuckDB takes for such an end: what was committed behind it is passed over without a word. 0 for a log of another version.
 */
export function tornBytes(log: Buffer): number {
  if (!log.subarray(0, wholeHead.length).equals(wholeHead)) return 0
  let at = wholeHead.length
  while (at + entryHead <= log.length) {
    const end = at + entryHead + Number(log.readBigUInt64LE(at))
    if (end > log.length) break
    at = end
  }
  return log.length - at
}
