import { privateKinds } from '../features/entries/kinds.ts'
import type { Db } from '../store/query.ts'
import { addIds, type IdList, removeIds, type SessionsAndEntries } from './id-lists.ts'
import type { Outlet } from './privacy.ts'
import { queuePublications } from './publications.ts'
import type { SyncLedger } from './site.ts'
import { entriesThatStay, sessionsThatStay } from './staying.ts'
import { takeNumbers } from './writers.ts'

// What a push passed over, by remote. Once it may leave its rows get new numbers: the old ones count as sent.

/** Notes what stays home. Within the transaction that offers the rows around it. */
export async function holdBack(
  db: Db,
  remoteId: string,
  { sessionIds, entryIds }: SessionsAndEntries,
): Promise<void> {
  await addIds(db, held(remoteId, 'session'), sessionIds)
  await addIds(db, held(remoteId, 'entry'), entryIds)
}

function held(remoteId: string, kind: 'session' | 'entry'): IdList {
  return { table: 'held_back', column: 'id', of: { remote_id: remoteId, kind } }
}

/** What was held back and may leave now. Reads only. */
export async function readReleased(
  { db, meta, writerId }: Pick<SyncLedger, 'db' | 'meta'> & { writerId: string },
  outlet: Outlet,
  remoteId: string,
): Promise<SessionsAndEntries> {
  const rows = await db.rows<{ kind: string; id: string }>(
    `SELECT kind, id FROM held_back WHERE remote_id = $remoteId`,
    { remoteId },
  )
  const idsOf = (kind: string) => rows.filter(row => row.kind === kind).map(row => row.id)
  const [sessions, entries] = [idsOf('session'), idsOf('entry')]
  const stayingSessions = await sessionsThatStay(db, outlet, sessions)
  const stayingEntries = await entriesThatStay(db, outlet, { remoteId, writerId, meta, ids: entries })
  return {
    sessionIds: sessions.filter(id => !stayingSessions.has(id)),
    entryIds: entries.filter(id => !stayingEntries.has(id)),
  }
}

/** Lets it travel. Call it inside a transaction. */
export async function release(
  { db, writer }: SyncLedger,
  outlet: Outlet,
  remoteId: string,
  { sessionIds, entryIds }: SessionsAndEntries,
): Promise<void> {
  const own = { writerId: writer.id }
  if (sessionIds.length > 0) {
    const ofSessions = `writer_id = $writerId AND session_id IN (SELECT unnest($ids))`
    for (const table of ['session_facts', 'usage_records']) {
      await takeNumbers(db, writer, table, { condition: ofSessions, parameters: { ...own, ids: sessionIds } })
    }
  }
  const subjects = [...entryIds.map(id => `entry:${id}`), ...sessionIds.map(id => `session:${id}`)]
  if (subjects.length > 0) {
    const kinds = outlet.remote.share === 'notes' ? privateKinds : []
    await takeNumbers(db, writer, 'changes', {
      condition: `writer_id = $writerId AND subject IN (SELECT unnest($subjects))
        AND kind NOT IN (SELECT unnest($kinds))`,
      parameters: { ...own, subjects, kinds },
    })
  }
  await removeIds(db, held(remoteId, 'session'), sessionIds)
  await removeIds(db, held(remoteId, 'entry'), entryIds)
  await queuePublications(db, { remoteId, sessionIds, entryIds })
}
