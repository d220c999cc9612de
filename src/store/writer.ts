import { randomUUID } from 'node:crypto'
import type { Identity } from '../base/identity.ts'
import { readMeta, writeMeta } from './meta.ts'
import type { Db } from './query.ts'

/** The writer of this database file and the numbers it gives to its rows. */
export interface Writer {
  readonly id: string
  readonly identity: Identity
  /** The next `seq`: one more than any this writer has used, so a row that changed is seen as new by every remote. */
  nextSeq(): number
  /** Keeps the last number. Within the transaction that writes the rows. */
  save(db: Db): Promise<void>
}

/**
 * The writer id is minted with every new database file and kept inside it: a counter that restarts under an old id
 * would make rows look as if they had already left. Also keeps this file's row of `machines` up to date.
 */
export async function openWriter(db: Db, identity: Identity): Promise<Writer> {
  let id = await readMeta(db, 'writer_id')
  if (id === null) {
    id = randomUUID()
    await writeMeta(db, 'writer_id', id)
  }
  const before = Number((await readMeta(db, 'last_seq')) ?? 0)
  let last = before
  const writer: Writer = {
    id,
    identity,
    nextSeq: () => ++last,
    async save(target) {
      if (last !== before) await writeMeta(target, 'last_seq', String(last))
    },
  }
  await describeMachine(db, writer)
  return writer
}

async function describeMachine(db: Db, writer: Writer): Promise<void> {
  const { machineId, machineLabel, personId, personName } = writer.identity
  const values = { machineId, machineLabel, platform: process.platform, personId, personName }
  const same = await db.rows(
    `SELECT 1 AS found FROM machines WHERE writer_id = $writerId AND machine_id = $machineId
       AND label = $machineLabel AND platform = $platform AND person_id = $personId AND person_name = $personName`,
    { writerId: writer.id, ...values },
  )
  if (same.length > 0) return
  await db.run(
    `INSERT OR REPLACE INTO machines (writer_id, seq, machine_id, label, platform, person_id, person_name)
     VALUES ($writerId, $seq, $machineId, $machineLabel, $platform, $personId, $personName)`,
    { writerId: writer.id, seq: writer.nextSeq(), ...values },
  )
}
