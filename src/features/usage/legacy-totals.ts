import { type Db, isOneOf } from '../../store/query.ts'
import { changedChoices, type TouchedSessions, updateChoices } from './choices.ts'
import { ledgerSelect, type StoredRow } from './ledger-rows.ts'
import { resolveHeads } from './resolve.ts'

/**
 * Sees to it that totals that were added count once: of several writers' the better one, and none where a transcript of
 * the session was read. Call it inside the transaction that added them.
 */
export async function countTotalsOnce(
  db: Db,
  { messageKeys, sessionIds }: { messageKeys: readonly string[]; sessionIds: TouchedSessions },
): Promise<void> {
  if (messageKeys.length === 0) return
  const rows = await db.rows<StoredRow>(
    `SELECT ${ledgerSelect} FROM usage_records WHERE ${isOneOf('message_key', 'messageKeys', messageKeys)}`,
    { messageKeys },
  )
  await updateChoices(db, changedChoices(rows, resolveHeads(rows)))
  await countLegacyOnce(db, sessionIds)
}

/**
 * Sees to it that a session known by a total of the older tool counts once. The total holds until a message was seen in
 * a transcript of the session itself; as long as it does, messages of the session that only forks show are inside it
 * already. An empty transcript changes nothing. Call it inside the transaction that changed the observations.
 */
export async function countLegacyOnce(db: Db, touched: TouchedSessions): Promise<void> {
  const among = [...touched]
  const found = await db.rows<{ sessionId: string }>(
    `SELECT DISTINCT session_id FROM usage_records WHERE legacy AND ${isOneOf('session_id', 'among', among)}`,
    { among },
  )
  if (found.length === 0) return
  const sessionIds = found.map(row => row.sessionId)
  const isAmong = (column: string) => isOneOf(column, 'sessionIds', sessionIds)
  await db.run(
    `UPDATE usage_records SET counted = FALSE
     WHERE legacy AND counted AND ${isAmong('session_id')} AND session_id IN (
       SELECT session_id FROM usage_records WHERE NOT legacy AND ${isAmong('session_id')})`,
    { sessionIds },
  )
  await db.run(
    `UPDATE usage_records SET counted = FALSE
     WHERE NOT legacy AND counted AND ${isAmong('owner_session_id')} AND owner_session_id IN (
       SELECT session_id FROM usage_records WHERE legacy AND counted AND ${isAmong('session_id')})`,
    { sessionIds },
  )
  await countAgain(db, sessionIds)
}

/** Messages that were inside a total count again when that has given way. */
async function countAgain(db: Db, sessionIds: readonly string[]): Promise<void> {
  const rows = await db.rows<StoredRow>(
    `SELECT ${ledgerSelect} FROM usage_records WHERE NOT legacy AND message_key IN (
       SELECT message_key FROM usage_records
       WHERE NOT legacy AND ${isOneOf('owner_session_id', 'sessionIds', sessionIds)} AND owner_session_id NOT IN (
         SELECT session_id FROM usage_records WHERE legacy AND counted)
       GROUP BY message_key HAVING NOT bool_or(counted))`,
    { sessionIds },
  )
  await updateChoices(db, changedChoices(rows, resolveHeads(rows)))
}
