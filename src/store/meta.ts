import type { Db } from './query.ts'

/** The `meta` table, which never leaves the machine, read once. */
export interface Meta {
  get(key: string): string | null
  set(key: string, value: string): Promise<void>
}

/** Reads all of `meta`: a few rows, in one statement instead of one each. */
export async function readMeta(db: Db): Promise<Meta> {
  const rows = await db.rows<{ key: string; value: string | null }>(`SELECT key, value FROM meta`)
  const values = new Map(rows.map(row => [row.key, row.value]))
  return {
    get: key => values.get(key) ?? null,
    async set(key, value) {
      if (values.get(key) === value) return
      await db.run(
        values.has(key)
          ? `UPDATE meta SET value = $value WHERE key = $key`
          : `INSERT INTO meta (key, value) VALUES ($key, $value)`,
        { key, value },
      )
      values.set(key, value)
    },
  }
}
