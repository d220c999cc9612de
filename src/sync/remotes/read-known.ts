import { UserError } from '../../base/errors.ts'
import { idShape } from '../../base/identity.ts'
import { changes, type SyncedTable } from '../../store/tables.ts'
import type { Held, Known, Mark } from '../remote.ts'
import { olderState } from './older-rows.ts'
import { remoteSchemaVersion, versionShape } from './remote-schema.ts'
import type { SqlTransport } from './sql-transport.ts'

type Row = Readonly<Record<string, string | null>>

/**
 * One read: marks, what the remote says of itself, and what an older tool left. Null where its schema is older than ours.
 * Whoever can write there can write anything: what can't be a mark, an id or a version is passed over and counted, so that
 * one odd row keeps nobody from the others.
 * Throws a UserError where a newer program wrote it.
 */
export async function readKnown(transport: SqlTransport, table: SyncedTable): Promise<Known | null> {
  const state = olderState[table.name]
  const olderToo = state ? ` UNION ALL SELECT 'older', NULL, count, state, NULL FROM (${state})` : ''
  const rows = await transport.query(
    `SELECT 'mark' AS what, writer_id, seq::VARCHAR AS seq, token,
       strftime(pushed_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS pushed_at FROM csl_marks WHERE table_name = $1::VARCHAR
     UNION ALL SELECT key, NULL, value, NULL, NULL FROM csl_meta
       WHERE key IN ('schema_version', 'remote_id', 'person_id')${olderToo}`,
    [table.name],
  )
  const vector = new Map<string, Held>()
  const of = (what: string) => rows.filter(row => row.what === what)
  let oddRows = 0
  for (const row of of('mark')) {
    const mark = readMark(row)
    if (mark) vector.set(mark.writerId, { seq: mark.seq, token: mark.token, at: readInstant(row.pushed_at) })
    else oddRows++
  }
  const sound = (key: string, shape: RegExp) => {
    const values = of(key).map(row => row.seq ?? '')
    const found = values.filter(value => shape.test(value))
    // Said once a sync: this table travels to every remote.
    if (table === changes) oddRows += values.length - found.length
    return found.sort()
  }
  // Where keys are not enforced, two that came first at once have both left an id: the smaller is everybody's.
  const [remoteId] = sound('remote_id', idShape)
  const [personId = null] = sound('person_id', idShape)
  const version = Math.max(0, ...sound('schema_version', versionShape).map(Number))
  if (version > remoteSchemaVersion) {
    throw new UserError(
      `the remote has schema ${version}, this program knows ${remoteSchemaVersion}`,
      'a newer claude-session-logger wrote it: update this one',
    )
  }
  if (version < remoteSchemaVersion || remoteId === undefined) return null
  const [found] = of('older')
  const older = { rows: Number(found?.seq ?? 0), state: found?.token ?? '' }
  return { remoteId, vector, personId, older, oddRows }
}

/** A row of `csl_marks`; null where it can't be a mark of ours. */
export function readMark({ writer_id: writerId, seq, token }: Row): (Mark & { writerId: string }) | null {
  const number = Number(seq ?? 0)
  if (!writerId || !idShape.test(writerId) || !token) return null
  return Number.isSafeInteger(number) && number > 0 ? { writerId, seq: number, token } : null
}

function readInstant(text: string | null | undefined): string | null {
  return text && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) ? text : null
}

/** Whether an error says that a table is missing, or was the older tool's and got none of our columns before a kill. */
export function isUnmade(error: unknown): boolean {
  const signs = /catalog error: table with name \S+ does not exist|binder error: referenced column "csl_/i
  return error instanceof Error && signs.test(error.message)
}
