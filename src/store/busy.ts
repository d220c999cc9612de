import { errorText } from '../base/errors.ts'

/** What a DuckDB error means for us. DuckDB throws plain errors without a code: only their text tells. */
export type StoreTrouble =
  | 'busy'
  | 'missing'
  | 'foreign'
  | 'damaged'
  | 'conflict'
  | 'interrupted'
  | 'unwritable'
  | 'full'

const signs: readonly (readonly [RegExp, StoreTrouble])[] = [
  [/could not set lock on file|conflicting lock is held/i, 'busy'],
  [/database does not exist/i, 'missing'],
  [/not a valid duckdb database file/i, 'foreign'],
  [/no space left on device|disk quota exceeded/i, 'full'],
  [/permission denied|read-only file system|: is a directory/i, 'unwritable'],
  [/failure while replaying wal|corrupt database file|could not read enough bytes/i, 'damaged'],
  [/database has been invalidated|fatal error|checksum .*does not match/i, 'damaged'],
  [/serialization error|failed to load metadata pointer|attempting to fetch from an unnamed/i, 'damaged'],
  [/conflict on update|failed to commit|transaction conflict|write-write conflict/i, 'conflict'],
  [/interrupted/i, 'interrupted'],
]

/** Tells DuckDB's errors apart by their text (measured with 1.5.6), or undefined for one of ours. */
export function troubleOf(error: unknown): StoreTrouble | undefined {
  const text = errorText(error)
  return signs.find(([sign]) => sign.test(text))?.[1]
}
