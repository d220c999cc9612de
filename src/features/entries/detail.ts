import type { Db } from '../../store/query.ts'
import { foldEntry, type Note, type StatusChange } from './fold.ts'
import { readHistories } from './project-entries.ts'

/** What `log_entries` has in one text or not at all. */
export interface EntryDetail {
  /** Without the notes. */
  readonly text: string
  readonly notes: readonly Note[]
  readonly statuses: readonly StatusChange[]
  readonly sessionTitle: string | null
}

/** The notes and the history of one entry that is shown. */
export async function readEntryDetail(
  db: Db,
  { id, sessionId }: { id: string; sessionId: string | null },
): Promise<EntryDetail> {
  const history = (await readHistories(db, [id])).get(id) ?? []
  const { text = '', notes = [], statuses = [] } = foldEntry(history) ?? {}
  const sessions = await db.rows<{ title: string | null }>(
    `SELECT title FROM sessions WHERE session_id = $sessionId`,
    { sessionId },
  )
  return { text, notes, statuses, sessionTitle: sessions[0]?.title ?? null }
}
