import type { RemoteSettings } from '../base/settings.ts'
import { readMeta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import { acknowledgedByAll } from './marks.ts'
import { tablesOf } from './plan.ts'
import type { Site } from './site.ts'
import { readSyncState, stateOf } from './state.ts'

/** How it stands with one remote, by what this machine knows: nothing is asked of the remote. */
export interface RemoteStatus {
  readonly remote: string
  readonly url: string
  readonly share: 'all' | 'notes'
  /** Own rows that wait to be sent, by table; rows that stay home by a setting are among them until the next sync. */
  readonly waiting: readonly { readonly table: string; readonly rows: number }[]
  readonly lastSuccessAt: string | null
  readonly lastErrorAt: string | null
  readonly lastError: string | null
  /** Automatic syncs leave the remote alone until then. */
  readonly nextRetryAt: string | null
}

/** The status of each remote. */
export async function readStatus(site: Site, remotes: readonly RemoteSettings[]): Promise<RemoteStatus[]> {
  const state = readSyncState(site.paths.syncState)
  if (remotes.length === 0) return []
  return site.withReader(async db => {
    const status: RemoteStatus[] = []
    for (const remote of remotes) {
      const { lastSuccessAt, lastErrorAt, lastError, nextRetryAt } = stateOf(state, remote.name)
      const { name, url, share } = remote
      const waiting = await countWaiting(db, remote)
      status.push({ remote: name, url, share, waiting, lastSuccessAt, lastErrorAt, lastError, nextRetryAt })
    }
    return status
  })
}

async function countWaiting(db: Db, remote: RemoteSettings): Promise<RemoteStatus['waiting']> {
  const meta = await readMeta(db)
  const writerId = meta.get('writer_id') ?? ''
  const remoteIds = [meta.get(`remote_id:${remote.name}`) ?? '']
  const waiting: { table: string; rows: number }[] = []
  for (const table of tablesOf(remote)) {
    const after = await acknowledgedByAll(db, { remoteIds, table: table.name, writerId })
    const [row] = await db.rows<{ count: number }>(
      `SELECT count(*) AS count FROM ${table.name} WHERE seq > $after AND writer_id = $writerId`,
      { after, writerId },
    )
    if (row && row.count > 0) waiting.push({ table: table.name, rows: row.count })
  }
  return waiting
}
