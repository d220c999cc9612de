import type { Db } from '../../store/query.ts'
import { changedChoices, type TouchedSessions, updateChoices } from './choices.ts'
import { rowsOfMessages } from './ledger.ts'
import { countLegacyOnce } from './legacy-totals.ts'
import { resolveHeads } from './resolve.ts'

const batchMessages = 20_000

/**
 * Decides anew of every message which row counts and whose it is: rows were lost or came back by other ways than those that
 * keep count. Call it inside a transaction. Answers all sessions of the ledger.
 */
export async function recountUsage(db: Db): Promise<TouchedSessions> {
  let after = ''
  for (;;) {
    const keys = await db.rows<{ key: string }>(
      `SELECT DISTINCT message_key AS key FROM usage_records WHERE message_key > $after
       ORDER BY key LIMIT ${batchMessages}`,
      { after },
    )
    const last = keys.at(-1)
    if (!last) break
    after = last.key
    const rows = await rowsOfMessages(
      db,
      keys.map(({ key }) => key),
    )
    await updateChoices(db, changedChoices(rows, resolveHeads(rows)))
  }
  const sessions = await db.rows<{ id: string }>(
    `SELECT DISTINCT unnest([session_id, owner_session_id]) AS id FROM usage_records`,
  )
  const touched: TouchedSessions = new Set(sessions.map(({ id }) => id))
  await countLegacyOnce(db, touched)
  return touched
}
