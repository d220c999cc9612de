import type { Db, Parameters } from '../store/query.ts'
import { changes, machines, sessionFacts, syncedTables, usageRecords } from '../store/tables.ts'
import { formerWriters, mintWriter, setFormerWriters, type Writer } from '../store/writer.ts'
import { acknowledgedByAll } from './marks.ts'
import type { SyncLedger } from './site.ts'

/**
 * This file is a copy of another one that went on, or was restored from before what the remote has: from here on it is
 * a writer of its own. What no remote has of it goes on under the new name; the rest is the old writer's, whose rows come
 * from the remote like anybody's. Nothing is lost: the worst is a row that two writers show, and that counts once.
 */
export async function takeNewWriter({
  db,
  meta,
  writer,
}: Pick<SyncLedger, 'db' | 'meta'> & { readonly writer: { readonly id: string } }): Promise<void> {
  await setFormerWriters(meta, [...formerWriters(meta), writer.id])
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
  await setFormerWriters(
    meta,
    formerWriters(meta).filter(id => !formers.includes(id)),
  )
  await writer.save()
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
