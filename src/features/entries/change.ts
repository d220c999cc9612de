import { createHash } from 'node:crypto'
import { isStamp } from '../../base/clock.ts'

/** One thing that somebody said. */
export interface Change {
  /** When, by a hybrid logical clock: see base/clock.ts. */
  readonly hlc: string
  readonly subject: string
  readonly kind: string
  readonly value: string | null
  readonly actor: string
  readonly actorName: string
}

/** A change as it stands in the table. */
export interface StoredChange extends Change {
  readonly payloadHash: string
}

/** What is said, without who said it where: equal for a change that came on two ways. */
export function payloadHash({ subject, kind, hlc, value }: Change): string {
  return createHash('sha256')
    .update(JSON.stringify([subject, kind, hlc, value]))
    .digest('hex')
    .slice(0, 32)
}

const longestValue = 2_000_000

/**
 * A change that came from outside (a file, a remote), or undefined where it can't be one. Its fields have the names of
 * the table's columns. Kinds and subjects that we don't know are let through: a newer program may.
 */
export function readChange(value: unknown): Change | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const row = value as Readonly<Record<string, unknown>>
  const said = row.value ?? null
  if (!isText(row.hlc, 120) || !isStamp(row.hlc)) return undefined
  if (!isText(row.subject, 220) || !/^[a-z]{1,20}:[^\p{Cc}]+$/u.test(row.subject)) return undefined
  if (!isText(row.kind, 40) || !/^[a-z][a-z0-9_.-]*$/.test(row.kind)) return undefined
  if (said !== null && !isText(said, longestValue, 0)) return undefined
  if (!isText(row.actor, 200) || !isText(row.actor_name, 300)) return undefined
  const { hlc, subject, kind, actor, actor_name: actorName } = row
  return { hlc, subject, kind, value: said, actor, actorName }
}

/** Whether a change comes back as it is from a journal or a remote. */
export function isReadable({ actorName, ...change }: Change): boolean {
  return readChange({ ...change, actor_name: actorName }) !== undefined
}

/** Text that DuckDB and JSON hold as it is, with a length in bytes between the two. */
function isText(value: unknown, mostBytes: number, least = 1): value is string {
  return (
    typeof value === 'string' &&
    value.length >= least &&
    value.length <= mostBytes &&
    Buffer.byteLength(value) <= mostBytes &&
    value.isWellFormed() &&
    !value.includes('\u0000')
  )
}
