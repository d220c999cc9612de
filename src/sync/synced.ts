import type { Meta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import { acknowledgedByAll } from './marks.ts'
import type { Site } from './site.ts'

/**
 * Sets `synced` on the readable rows of which every configured remote that carries their kind has all that this file
 * knows. For people and for the older tool's sake; nothing is decided by it. Call it inside a transaction.
 */
export async function markSynced(
  db: Db,
  { meta, site, writerId }: { meta: Meta; site: Site; writerId: string },
): Promise<void> {
  const idsOf = (share?: 'all') =>
    site.settings.remotes
      .filter(remote => share === undefined || remote.share === share)
      .map(remote => meta.get(`remote_id:${remote.name}`) ?? '')
  const all = idsOf('all')
  if (all.length > 0) {
    const of = { remoteIds: all, writerId }
    const facts = await acknowledgedByAll(db, { ...of, table: 'session_facts' })
    const usage = await acknowledgedByAll(db, { ...of, table: 'usage_records' })
    await db.run(
      `UPDATE sessions SET synced = TRUE WHERE NOT synced AND session_id NOT IN (
         SELECT session_id FROM session_facts WHERE writer_id = $writerId AND seq > $facts
         UNION ALL SELECT session_id FROM usage_records WHERE writer_id = $writerId AND seq > $usage
         UNION ALL SELECT id FROM held_back WHERE kind = 'session' AND remote_id IN (SELECT unnest($all)))`,
      { writerId, facts, usage, all },
    )
    await db.run(
      `UPDATE session_models SET synced = TRUE WHERE NOT synced
         AND session_id IN (SELECT session_id FROM sessions WHERE synced)`,
    )
  }
  const said = await acknowledgedByAll(db, { remoteIds: idsOf(), table: 'changes', writerId })
  if (idsOf().length === 0) return
  await db.run(
    `UPDATE log_entries SET synced = TRUE WHERE NOT synced AND 'entry:' || id NOT IN (
       SELECT subject FROM changes WHERE writer_id = $writerId AND seq > $said
       UNION ALL SELECT 'entry:' || id FROM held_back WHERE kind = 'entry' AND remote_id IN (SELECT unnest($remotes)))`,
    { writerId, said, remotes: idsOf() },
  )
}
