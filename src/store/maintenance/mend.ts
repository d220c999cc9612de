import type { Meta } from '../meta.ts'
import { withStore } from '../open.ts'
import type { Db } from '../query.ts'
import { syncedTables } from '../tables.ts'
import { setFormerWriters } from '../writer.ts'
import { listTables } from './copy.ts'
import { withEngine } from './engine.ts'

/**
 * Makes a database that lost rows honest: transcripts are read again, remotes are asked for everything, own rows are sent
 * again. Numbers of rows go on above all that were ever used here. `machineId`: which rows are this
 * file's own, if it can't say so itself. Call it inside a transaction, before anything else is written.
 */
export async function forgetWhatWasDone(db: Db, meta: Meta, machineId: string): Promise<void> {
  for (const table of ['transcript_files', 'sync_pulled', 'sync_pushed', 'held_back'])
    await db.run(`DELETE FROM ${table}`)
  if (meta.get('writer_id') === null) await findOwnWriter(db, meta, machineId)
  const [row] = await db.rows<{ last: number }>(
    `SELECT coalesce(max(seq), 0) AS last FROM (
       ${syncedTables.map(({ name }) => `SELECT max(seq) AS seq FROM ${name}`).join(' UNION ALL ')})`,
  )
  const last = Math.max(row?.last ?? 0, Number(meta.get('last_seq') ?? 0))
  await meta.set('last_seq', String(last))
}

/** Who this machine wrote as, last: what it wrote under other names is its own, too. */
async function findOwnWriter(db: Db, meta: Meta, machineId: string): Promise<void> {
  const rows = await db.rows<{ writerId: string }>(
    `SELECT writer_id FROM machines WHERE machine_id = $machineId ORDER BY seq DESC`,
    { machineId },
  )
  const [own, ...formers] = rows.map(({ writerId }) => writerId)
  if (own === undefined) return
  await meta.set('writer_id', own)
  await setFormerWriters(meta, formers)
}

/** What tells two rows apart, of the tables that hold what can't be made from others. */
const keys: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(syncedTables.map(({ name, key }) => [name, key])),
  changes: ['hlc', 'subject', 'kind', 'payload_hash'],
  transcript_facts: ['session_id', 'member'],
}

/** Adds rows of another, whole file of the same logbook that a database lacks. Answers how many, by table. */
export async function fillFrom(file: string, database: string): Promise<ReadonlyMap<string, number>> {
  const added = new Map<string, number>()
  // Brought to the schema of today first.
  await withStore(file, { access: 'write' }, async () => undefined)
  await withEngine({ file }, async ({ db, attach, detach }) => {
    await attach(file, 'source', { access: 'read' })
    await attach(database, 'target', { access: 'write' })
    const tables = await listTables(db, 'source')
    for (const [table, key] of Object.entries(keys)) {
      if (!tables.some(({ name }) => name === table)) continue
      const isSame = key.map(column => `known.${column} IS NOT DISTINCT FROM found.${column}`).join(' AND ')
      const rows = await db.run(
        `INSERT INTO target.${table} BY NAME SELECT found.* FROM source.${table} found
         WHERE NOT EXISTS (SELECT 1 FROM target.${table} known WHERE ${isSame})`,
      )
      if (rows > 0) added.set(table, rows)
    }
    await db.run('CHECKPOINT target')
    await detach('target')
  })
  return added
}
