import type { Meta } from '../store/meta.ts'
import type { Db, Parameters } from '../store/query.ts'
import {
  changes,
  machines,
  type SyncedTable,
  sessionFacts,
  syncedTables,
  usageRecords,
} from '../store/tables.ts'
import { mintWriter, type Writer } from '../store/writer.ts'
import { acknowledgedByAll } from './marks.ts'
import { sessionsThatStay, subjectsThatStay } from './outgoing.ts'
import { type Outlet, outletAsOf, privacyState } from './privacy.ts'
import { queuePublications } from './publications.ts'
import type { SyncLedger } from './site.ts'

/** Where `meta` keeps under which settings rows were last sent to a remote. */
export function privacyKey({ remote }: Outlet): string {
  return `privacy:${remote.name}`
}

/**
 * This file is a copy of another one that went on, or was restored from before what the remote has: from here on it is
 * a writer of its own. What no remote has of it goes on under the new name; the rest is the old writer's, whose rows come
 * from the remote like anybody's. Nothing is lost: the worst is a row that two writers show, and that counts once.
 */
export async function takeNewWriter({ db, meta, writer }: SyncLedger): Promise<void> {
  await meta.set(formerKey, JSON.stringify([...formerWriters(meta), writer.id]))
  const remotes = await db.rows<{ remoteId: string }>(`SELECT DISTINCT remote_id FROM sync_pushed`)
  const remoteIds = remotes.map(row => row.remoteId)
  const id = await mintWriter(meta)
  for (const table of syncedTables) {
    const after = await acknowledgedByAll(db, { remoteIds, table: table.name, writerId: writer.id })
    const tail = { before: writer.id, after }
    // Which machine the old writer is, the remote knows: this copy may have put its own name there.
    await (table === machines
      ? db.run(`DELETE FROM machines WHERE writer_id = $before AND seq > $after`, tail)
      : db.run(`UPDATE ${table.name} SET writer_id = $id WHERE writer_id = $before AND seq > $after`, {
          ...tail,
          id,
        }))
  }
}

const formerKey = 'former_writers'

/** Under which names this file has written before. */
export function formerWriters(meta: Pick<Meta, 'get'>): readonly string[] {
  return JSON.parse(meta.get(formerKey) ?? '[]')
}

/**
 * Rows that this file wrote under a former name go on under its own where a remote knows nothing of that name: of a file
 * that was restored nobody else sends them. Where it was copied the original sends its own, too, and they count once.
 * Call it inside a transaction.
 */
export async function takeOverFormer(
  { db, meta, writer }: SyncLedger,
  formers: readonly string[],
): Promise<void> {
  for (const table of [usageRecords, sessionFacts, changes]) {
    const says = table === changes ? ['hlc', 'subject', 'kind', 'payload_hash'] : table.key
    const same = says.filter(column => column !== 'writer_id')
    for (const former of formers) {
      const condition = `writer_id = $former AND NOT EXISTS (
        SELECT 1 FROM ${table.name} mine WHERE mine.writer_id = $id
          AND ${same.map(column => `mine.${column} = ${table.name}.${column}`).join(' AND ')})`
      const parameters = { former, id: writer.id }
      await takeNumbers(db, writer, table.name, { condition, parameters })
      await db.run(`UPDATE ${table.name} SET writer_id = $id WHERE ${condition}`, parameters)
    }
  }
  await meta.set(formerKey, JSON.stringify(formerWriters(meta).filter(id => !formers.includes(id))))
  await writer.save()
}

/**
 * Gives rows new numbers that settings let leave, or leave otherwise than before: else they would never travel again.
 * Call it inside a transaction.
 */
export async function renumberForPrivacy(
  { db, meta, writer }: SyncLedger,
  outlet: Outlet,
  remoteId: string,
): Promise<void> {
  const before = outletAsOf(outlet, meta.get(privacyKey(outlet)))
  const allowed = new Set(await sessionsThatStay(db, before, writer.id))
  for (const id of await sessionsThatStay(db, outlet, writer.id)) allowed.delete(id)
  const subjects = new Set(await subjectsThatStay(db, before, writer.id))
  for (const subject of await subjectsThatStay(db, outlet, writer.id)) subjects.delete(subject)
  const areNamesOther =
    privacyState({ ...before, ...withoutProjects(before) }) !==
    privacyState({ ...outlet, ...withoutProjects(outlet) })
  const back = before.privacy.withoutTables.filter(name => !outlet.privacy.withoutTables.includes(name))

  for (const table of syncedTables) {
    if (
      back.includes(table.name) ||
      (areNamesOther && (table === sessionFacts || table.name === 'machines'))
    ) {
      await renumber(db, writer, table, 'TRUE', [])
    } else if (table === sessionFacts || table === usageRecords) {
      await renumber(db, writer, table, 'session_id IN (SELECT unnest($ids))', [...allowed])
    } else if (table === changes) {
      await renumber(db, writer, table, 'subject IN (SELECT unnest($ids))', [...subjects])
    }
  }
  const sessions = areNamesOther
    ? (await db.rows<{ id: string }>(`SELECT session_id AS id FROM sessions`)).map(row => row.id)
    : [...allowed]
  const entryIds = [...subjects]
    .filter(subject => subject.startsWith('entry:'))
    .map(subject => subject.slice(6))
  await queuePublications(db, { remoteId, sessionIds: sessions, entryIds })
  await meta.set(privacyKey(outlet), privacyState(outlet))
  await writer.save()
}

function withoutProjects({ remote, privacy }: Outlet): Pick<Outlet, 'remote' | 'privacy'> {
  return {
    remote: { ...remote, projects: [] },
    privacy: { ...privacy, excludeProjects: [], withoutTables: [] },
  }
}

async function renumber(
  db: Db,
  writer: Writer,
  table: SyncedTable,
  condition: string,
  ids: readonly string[],
): Promise<void> {
  const isAll = condition === 'TRUE'
  if (!isAll && ids.length === 0) return
  await takeNumbers(db, writer, table.name, {
    condition: `writer_id = $writerId AND ${condition}`,
    parameters: { writerId: writer.id, ...(isAll ? {} : { ids }) },
  })
}

/** Gives the rows that a condition names the writer's next numbers, in their order. */
export async function takeNumbers(
  db: Db,
  writer: Writer,
  table: string,
  { condition, parameters }: { condition: string; parameters: Parameters },
): Promise<void> {
  const [row] = await db.rows<{ count: number }>(
    `SELECT count(*) AS count FROM ${table} WHERE ${condition}`,
    parameters,
  )
  const count = row?.count ?? 0
  if (count === 0) return
  await db.run(
    `UPDATE ${table} SET seq = $first - 1 + numbered.n
     FROM (SELECT rowid AS id, row_number() OVER (ORDER BY seq) AS n FROM ${table} WHERE ${condition}) numbered
     WHERE ${table}.rowid = numbered.id`,
    { ...parameters, first: writer.takeSeqs(count) },
  )
}
