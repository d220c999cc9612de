import type { Db } from './query.ts'

/** A value of the `meta` table, which never leaves the machine. */
export async function readMeta(db: Db, key: string): Promise<string | null> {
  const rows = await db.rows<{ value: string | null }>(`SELECT value FROM meta WHERE key = $key`, { key })
  return rows[0]?.value ?? null
}

/** Sets a value of the `meta` table. */
export async function writeMeta(db: Db, key: string, value: string): Promise<void> {
  await db.run(
    `INSERT INTO meta (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    { key, value },
  )
}
