import type { RemoteSettings } from '../base/settings.ts'
import { readMeta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import { changes, machines, type SyncedTable, sessionFacts, usageRecords } from '../store/tables.ts'
import { formerWriters } from '../store/writer.ts'
import { unseenOlderRows } from './adopt-older-rows.ts'
import { readReleased } from './held-back.ts'
import type { SessionsAndEntries } from './id-lists.ts'
import { readLocalState } from './marks.ts'
import { type Outlet, privacyKey, privacyState } from './privacy.ts'
import type { Known } from './remote.ts'

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
  readonly unsent: ReadonlySet<string>
  /** Tables of which the remote has a state that is not noted here as acknowledged: a reply was lost. */
  readonly unnoted: ReadonlySet<string>
  /** False if the remote holds rows under our name that this file did not push. */
  readonly isOurs: boolean
  readonly isPrivacyChanged: boolean
  /** Former names of this file of which it holds rows and the remote knows nothing. */
  readonly abandoned: ReadonlySet<string>
  /** What was held back and may leave now. */
  readonly released: SessionsAndEntries
  /** Rows of an older tool there that have to be looked at. */
  readonly olderRows: number
  /** Nothing has to be put in order before rows are exchanged. */
  readonly isSettled: boolean
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
  const held = new Map(Array.from(knowns, ([table, { vector }]) => [table.name, vector.get(writerId)]))
  const local = await readLocalState(db, { remoteId, writerId, held })
  const toPull = new Map<SyncedTable, Wanted>()
  const abandoned = new Set<string>()
  let olderRows = 0
  for (const [table, known] of knowns) {
    olderRows += unseenOlderRows(meta, table, known)
    for (const former of formerWriters(meta)) {
      const isKnown = known.vector.has(former) || table === machines
      if (!isKnown && (await hasRowsOf(db, table, former))) abandoned.add(former)
    }
    const wanted = new Map<string, { after: number; upTo: number; at: string | null }>()
    for (const [writer, { seq, at }] of known.vector) {
      const after = local.pulled.get(table.name)?.get(writer) ?? 0
      if (writer !== writerId && seq > after) wanted.set(writer, { after, upTo: seq, at })
    }
    if (wanted.size > 0) toPull.set(table, wanted)
  }
  const isOurs = local.foreign.size === 0
  const isPrivacyChanged = (meta.get(privacyKey(remoteId)) ?? privacyState(outlet)) !== privacyState(outlet)
  const released = await readReleased({ db, meta, writerId }, outlet, remoteId)
  const isReleased = released.sessionIds.length + released.entryIds.length > 0
  const isNamed = meta.get(`remote_id:${outlet.remote.name}`) === remoteId
  const isIdle = toPull.size === 0 && local.unsent.size === 0 && local.unnoted.size === 0 && !local.isQueued
  const isSettled = isOurs && !isPrivacyChanged && abandoned.size === 0 && !isReleased
  return {
    remoteId,
    writerId,
    toPull,
    unsent: local.unsent,
    unnoted: local.unnoted,
    isOurs,
    isPrivacyChanged,
    abandoned,
    released,
    isSettled,
    olderRows,
    isDone: isIdle && isSettled && isNamed && olderRows === 0,
  }
}

async function hasRowsOf(db: Db, table: SyncedTable, writerId: string): Promise<boolean> {
  const rows = await db.rows(`SELECT 1 AS found FROM ${table.name} WHERE writer_id = $writerId LIMIT 1`, {
    writerId,
  })
  return rows.length > 0
}
