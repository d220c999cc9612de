import type { RemoteSettings } from '../base/settings.ts'
import { readMeta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import { changes, machines, type SyncedTable, sessionFacts, usageRecords } from '../store/tables.ts'
import { isOurs, readPulled } from './marks.ts'
import { type Outlet, privacyState } from './privacy.ts'
import type { Known } from './remote.ts'
import { formerWriters, privacyKey } from './writers.ts'

/** The tables that travel to a remote, the ones people wait for first. */
export function tablesOf({ share }: Pick<RemoteSettings, 'share'>): readonly SyncedTable[] {
  return share === 'notes' ? [changes] : [changes, machines, sessionFacts, usageRecords]
}

/** Per writer: what is here of its rows, what is there, and when it pushed last. */
export type Wanted = ReadonlyMap<
  string,
  { readonly after: number; readonly upTo: number; readonly at: string | null }
>

/** What a sync has to do, out of what both sides know. */
export interface SyncPlan {
  readonly remoteId: string
  readonly writerId: string
  readonly toPull: ReadonlyMap<SyncedTable, Wanted>
  /** Tables with own rows that the remote lacks. */
  readonly unsent: ReadonlySet<SyncedTable>
  /** Tables of which the remote has a state that is not noted here as acknowledged: a reply was lost. */
  readonly unnoted: ReadonlySet<SyncedTable>
  /** False if the remote holds rows under our name that this file did not push. */
  readonly isOurs: boolean
  readonly isPrivacyChanged: boolean
  /** Former names of this file of which it holds rows and the remote knows nothing. */
  readonly abandoned: ReadonlySet<string>
  readonly olderRows: number
  readonly isDone: boolean
}

/** Compares what the remote said with this file. Reads only. */
export async function planSync(
  db: Db,
  outlet: Outlet,
  knowns: ReadonlyMap<SyncedTable, Known>,
): Promise<SyncPlan> {
  const meta = await readMeta(db)
  const writerId = meta.get('writer_id') ?? ''
  const remoteId = [...knowns.values()][0]?.remoteId ?? ''
  const pulled = await readPulled(db, remoteId)
  const toPull = new Map<SyncedTable, Wanted>()
  const unsent = new Set<SyncedTable>()
  const unnoted = new Set<SyncedTable>()
  const abandoned = new Set<string>()
  let ours = true
  let olderRows = 0
  for (const [table, known] of knowns) {
    const held = known.vector.get(writerId)
    olderRows += known.olderRows
    ours &&= await isOurs(db, { remoteId, table: table.name, writerId, held })
    if (await hasRowsAfter(db, table, writerId, held?.seq ?? 0)) unsent.add(table)
    if (await hasUnnoted(db, { remoteId, table, writerId })) unnoted.add(table)
    for (const former of formerWriters(meta)) {
      const isKnown = known.vector.has(former) || table === machines
      if (!isKnown && (await hasRowsAfter(db, table, former, 0))) abandoned.add(former)
    }
    const wanted = new Map<string, { after: number; upTo: number; at: string | null }>()
    for (const [writer, { seq, at }] of known.vector) {
      const after = pulled.get(table.name)?.get(writer) ?? 0
      if (writer !== writerId && seq > after) wanted.set(writer, { after, upTo: seq, at })
    }
    if (wanted.size > 0) toPull.set(table, wanted)
  }
  const isPrivacyChanged = (meta.get(privacyKey(outlet)) ?? privacyState(outlet)) !== privacyState(outlet)
  const isQueued = await hasPublications(db, remoteId)
  const isNamed = meta.get(`remote_id:${outlet.remote.name}`) === remoteId
  const isIdle = toPull.size === 0 && unsent.size === 0 && unnoted.size === 0 && olderRows === 0
  return {
    remoteId,
    writerId,
    toPull,
    unsent,
    unnoted,
    isOurs: ours,
    isPrivacyChanged,
    abandoned,
    olderRows,
    isDone: isIdle && isNamed && ours && !isPrivacyChanged && abandoned.size === 0 && !isQueued,
  }
}

async function hasRowsAfter(db: Db, table: SyncedTable, writerId: string, after: number): Promise<boolean> {
  const rows = await db.rows(
    `SELECT 1 AS found FROM ${table.name} WHERE seq > $after AND writer_id = $writerId LIMIT 1`,
    { after, writerId },
  )
  return rows.length > 0
}

async function hasUnnoted(
  db: Db,
  { remoteId, table, writerId }: { remoteId: string; table: SyncedTable; writerId: string },
): Promise<boolean> {
  const rows = await db.rows(
    `SELECT 1 AS found FROM sync_pushed WHERE remote_id = $remoteId AND table_name = $table
       AND writer_id = $writerId AND NOT is_acknowledged LIMIT 1`,
    { remoteId, table: table.name, writerId },
  )
  return rows.length > 0
}

async function hasPublications(db: Db, remoteId: string): Promise<boolean> {
  const rows = await db.rows(`SELECT 1 AS found FROM publications WHERE remote_id = $remoteId LIMIT 1`, {
    remoteId,
  })
  return rows.length > 0
}
