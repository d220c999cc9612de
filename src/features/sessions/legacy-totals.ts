import type { Db } from '../../store/query.ts'

/**
 * Sees to it that a session known by a total of the older tool counts once. The total holds until a message was seen in
 * a transcript of the session itself; as long as it does, messages of the session that only forks show are inside it
 * already. An empty transcript changes nothing. Call it inside the transaction that changed the observations.
 */
export async function countLegacyOnce(db: Db, sessionIds: readonly string[]): Promise<void> {
  await db.run(
    `UPDATE usage_records SET counted = FALSE
     WHERE legacy AND counted AND session_id IN (SELECT unnest($sessionIds)) AND session_id IN (
       SELECT session_id FROM usage_records WHERE NOT legacy AND session_id IN (SELECT unnest($sessionIds)))`,
    { sessionIds },
  )
  await db.run(
    `UPDATE usage_records SET counted = FALSE
     WHERE NOT legacy AND counted AND owner_session_id IN (SELECT unnest($sessionIds)) AND owner_session_id IN (
       SELECT session_id FROM usage_records WHERE legacy AND counted AND session_id IN (SELECT unnest($sessionIds)))`,
    { sessionIds },
  )
}
