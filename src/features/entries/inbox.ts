import type { Meta } from '../../store/meta.ts'
import type { Db } from '../../store/query.ts'
import type { StoredChange } from './change.ts'
import { compareChanges, foldEntry } from './fold.ts'
import { seenKey, unseenChanges, unseenParameters } from './inbox-count.ts'
import { entryIdOf } from './kinds.ts'
import type { Me } from './mine.ts'
import { readHistories } from './project-entries.ts'
import { rememberSeen } from './seen.ts'

/** What others said of one entry since somebody looked here last. Instants are ISO text. */
export interface InboxEntry {
  readonly id: string
  readonly title: string
  readonly category: string
  readonly status: string
  readonly project: string | null
  readonly isNew: boolean
  readonly isDeleted: boolean
  readonly news: readonly StoredChange[]
}

export interface Inbox {
  /** Those with the newest arrival last. */
  readonly entries: readonly InboxEntry[]
  /** How far one has looked after having read this. */
  readonly upTo: number
}

/** What is new, by entry. Reading it changes nothing: see `moveInbox`. */
export async function readInbox(db: Db, me: Me): Promise<Inbox> {
  const news = await db.rows<StoredChange & { received: number }>(
    `SELECT c.hlc, c.subject, c.kind, c.value, c.actor, c.actor_name, c.payload_hash, c.received
     FROM changes c JOIN (${unseenChanges}) n ON n.subject = c.subject AND n.received = c.received ORDER BY c.received`,
    unseenParameters(me),
  )
  const arrived = await db.rows<{ last: number | null }>(`SELECT max(received) AS last FROM changes`)
  const byEntry = new Map<string, StoredChange[]>()
  for (const change of news) {
    const id = entryIdOf(change.subject) ?? ''
    const known = byEntry.get(id) ?? []
    // What arrived last stands last.
    byEntry.delete(id)
    byEntry.set(id, [...known, change])
  }
  const histories = await readHistories(db, [...byEntry.keys()])
  const entries = [...byEntry].flatMap(([id, changes]): InboxEntry[] => {
    const entry = foldEntry(histories.get(id) ?? [])
    if (!entry) return []
    const { title, category, status, project, isDeleted } = entry
    const isNew = changes.some(({ kind }) => kind === 'create')
    return [{ id, title, category, status, project, isNew, isDeleted, news: changes.sort(compareChanges) }]
  })
  return { entries, upTo: arrived[0]?.last ?? 0 }
}

/** Notes that everything up to there was read; never goes back. Call it inside a transaction. */
export async function moveInbox(meta: Meta, upTo: number): Promise<void> {
  if (upTo > Number(meta.get(seenKey) ?? 0)) await meta.set(seenKey, String(upTo))
}

/** Notes that somebody has looked at all of this: in the database, and in the file beside it, which outlives that. */
export async function markInboxSeen(
  db: Db,
  { meta, file, inbox }: { meta: Meta; file: string; inbox: Inbox },
): Promise<void> {
  if (inbox.entries.length === 0) return
  rememberSeen(
    file,
    inbox.entries.flatMap(({ news }) => news),
  )
  await db.transaction(() => moveInbox(meta, inbox.upTo))
}
