import type { OlderEntry } from '../features/entries/adopt.ts'
import type { Meta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import type { Writer } from '../store/writer.ts'
import { readOlder } from './adopt-older.ts'

const adoptedKey = 'older_entries_adopted'

/** Times without a zone are UTC: that is what the older tool wrote. */
const fields: Readonly<Record<string, string>> = {
  id: 'id::VARCHAR AS id',
  session_id: 'session_id::VARCHAR AS session_id',
  logged_at: 'epoch_ms(TRY_CAST(logged_at AS TIMESTAMPTZ)) AS logged_at_ms',
  category: 'category::VARCHAR AS category',
  status: 'status::VARCHAR AS status',
  title: 'title::VARCHAR AS title',
  body: 'body::VARCHAR AS body',
  updated_at: 'epoch_ms(TRY_CAST(updated_at AS TIMESTAMPTZ)) AS updated_at_ms',
  created_by: 'created_by::VARCHAR AS created_by',
  updated_by: 'updated_by::VARCHAR AS updated_by',
}

/**
 * Adopts the entries of an older tool that were set aside when this file was migrated. Happens once a file; it is
 * no news to the person whose file it is. Call it inside a transaction.
 */
export async function adoptOwnOlderEntries(
  db: Db,
  { meta, writer, nowMs }: { meta: Meta; writer: Writer; nowMs: number },
): Promise<void> {
  if (meta.get(adoptedKey) !== null) return
  const rows = await readOlder<OlderEntry>(db, 'log_entries', fields)
  if (rows.length > 0) {
    // Loaded when there is something to adopt: a hook has no time for what it brings along.
    const { adoptOlderEntries } = await import('../features/entries/adopt.ts')
    await adoptOlderEntries(db, { meta, writer, rows, share: 'all', isOwn: () => true, nowMs })
  }
  await meta.set(adoptedKey, String(rows.length))
}
