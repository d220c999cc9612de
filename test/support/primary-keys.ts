/**
 * Which keys a remote enforces, whatever its tables are declared with: none, as MotherDuck may, or the columns named
 * here for a table.
 */
export type PrimaryKeys = 'none' | Readonly<Record<string, readonly string[]>>

/** A statement that makes a table, with the keys that a remote enforces; all others as they are. */
export function withPrimaryKeys(sql: string, keys: PrimaryKeys | undefined): string {
  const table =
    /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:\w+\.)*"?(\w+)"?\s*\(/i.exec(
      sql,
    )?.[1]
  if (keys === undefined || table === undefined) return sql
  const bare = sql
    .replace(/,\s*(PRIMARY\s+KEY|UNIQUE)\s*\([^)]*\)/gi, '')
    .replace(/\s+(PRIMARY\s+KEY|UNIQUE)\b/gi, '')
  const columns = keys === 'none' ? undefined : keys[table]
  if (!columns) return bare
  return bare.replace(/\)\s*;?\s*$/, `, PRIMARY KEY (${columns.join(', ')}))`)
}
