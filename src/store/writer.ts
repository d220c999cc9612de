import { randomUUID } from 'node:crypto'
import type { Identity } from '../base/identity.ts'
import type { Meta } from './meta.ts'
import type { Db } from './query.ts'

/** The writer of this database file and the numbers it gives to its rows. */
export interface Writer {
  readonly id: string
  readonly identity: Identity
  /** The next `seq`: one more than any this writer has used, so a row that changed is seen as new by every remote. */
  nextSeq(): number
  /** Takes the next `count` numbers at once. Answers the first. */
  takeSeqs(count: number): number
  /** Keeps the last number. Within the transaction that writes the rows. */
  save(): Promise<void>
}

/**
 * The writer id is minted with every new database file and kept inside it: a counter that restarts under an old id
 * would make rows look as if they had already left. Also keeps this file's row of `machines` up to date.
 */
export async function openWriter(db: Db, meta: Meta, identity: Identity): Promise<Writer> {
  let id = meta.get('writer_id')
  if (id === null) {
    id = randomUUID()
    await meta.set('writer_id', id)
  }
  let last = Number(meta.get('last_seq') ?? 0)
  const writer: Writer = {
    id,
    identity,
    nextSeq: () => ++last,
    takeSeqs(count) {
      last += count
      return last - count + 1
    },
    save: () => meta.set('last_seq', String(last)),
  }
  await describeMachine(db, meta, writer)
  return writer
}

/**
 * Makes this file a new writer from its next opening on. Numbers go on upward, so those of rows that move to it hold.
 * Call it inside a transaction. Answers the new id.
 */
export async function mintWriter(meta: Meta): Promise<string> {
  const id = randomUUID()
  await meta.set('writer_id', id)
  await meta.set('machine', '')
  return id
}

/** Where `meta` keeps, as a JSON list, under which names this file has written before. */
export const formerKey = 'former_writers'

/**
 * SQL: whether the `writer_id` of a row is this person's: this file, or one that says in `machines` who it is, which travels
 * only on remotes that are this person's alone. Ids and names of persons anybody can write on a team's remote.
 */
export const isByMyWriter = `writer_id IN (
    SELECT value FROM meta WHERE key = 'writer_id'
    UNION ALL SELECT unnest(from_json(value, '["VARCHAR"]')) FROM meta WHERE key = '${formerKey}'
    UNION ALL SELECT writer_id FROM machines)`

/** Under which names this file has written before. */
export function formerWriters(meta: Pick<Meta, 'get'>): readonly string[] {
  return JSON.parse(meta.get(formerKey) ?? '[]')
}

export async function setFormerWriters(meta: Meta, ids: readonly string[]): Promise<void> {
  await meta.set(formerKey, JSON.stringify(ids))
}

async function describeMachine(db: Db, meta: Meta, writer: Writer): Promise<void> {
  const { machineId, machineLabel, personId, personName } = writer.identity
  const values = { machineId, machineLabel, platform: process.platform, personId, personName }
  const state = JSON.stringify(values)
  if (meta.get('machine') === state) return
  await db.run(
    `INSERT OR REPLACE INTO machines (writer_id, seq, machine_id, label, platform, person_id, person_name)
     VALUES ($writerId, $seq, $machineId, $machineLabel, $platform, $personId, $personName)`,
    { writerId: writer.id, seq: writer.nextSeq(), ...values },
  )
  await meta.set('machine', state)
}
