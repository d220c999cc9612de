import { isTooFarAhead, nextStamp } from '../../base/clock.ts'
import { UserError } from '../../base/errors.ts'
import type { Identity } from '../../base/identity.ts'
import { redact } from '../../base/redact.ts'
import { type Change, isReadable } from './change.ts'
import { storableText } from './entry.ts'
import { type EntryKind, entrySubject, sameField } from './kinds.ts'

const longestName = 100

/** What somebody wants to say of an entry, not stamped yet. */
export interface Saying {
  readonly kind: EntryKind
  readonly value: string
}

interface Stamping {
  readonly identity: Identity
  /** What was said of the entry, or the session, before. */
  readonly history: readonly Change[]
  /** The last stamp that was seen here. */
  readonly seen: string | null
  readonly wallMs: number
  /** Who stamps. */
  readonly stampId: string
}

interface Stamped {
  readonly changes: Change[]
  readonly redacted: number
  /** The last stamp now. */
  readonly seen: string | null
}

/** Stamps what this person says of an entry: see `stampChanges`. */
export function makeChanges(entryId: string, sayings: readonly Saying[], options: Stamping): Stamped {
  return stampChanges(entrySubject(entryId), sayings, options)
}

/**
 * Stamps what this person says of something, in that order, each above all that was seen here and above what it
 * overwrites: so that a clock that is behind loses nothing. Secrets in it are made unreadable first; answers how many.
 */
export function stampChanges(
  subject: string,
  sayings: readonly { readonly kind: string; readonly value: string }[],
  options: Stamping,
): Stamped {
  const { identity, history, wallMs, stampId } = options
  let { seen } = options
  let redacted = 0
  const changes: Change[] = []
  for (const { kind, value } of sayings) {
    const fields = sameField(kind)
    const over = [...history, ...changes].filter(
      ({ kind: other }) => other === 'create' || fields.includes(other),
    )
    const safe = redactSaying(kind, storableText(value))
    redacted += safe.count
    const hlc = nextStamp({ wallMs, seen, over: over.map(change => change.hlc), id: stampId })
    // What it overwrites can be of a clock that is years ahead, which nothing else is to follow.
    seen = isTooFarAhead(hlc, wallMs) ? nextStamp({ wallMs, seen, id: stampId }) : hlc
    const change = {
      hlc,
      subject,
      kind,
      value: safe.text,
      actor: identity.personId,
      actorName: storableText(identity.publicPersonName.slice(0, longestName)),
    }
    // What could not be read back would be lost.
    if (!isReadable(change)) throw new UserError(`the ${kind} is too long to be kept`, 'at most 1 MB of text')
    changes.push(change)
  }
  return { changes, redacted, seen }
}

/** A value without secrets: of a creation those in its texts, as JSON must stay JSON. */
function redactSaying(kind: string, value: string): { text: string; count: number } {
  if (['title', 'body', 'note', 'tag', 'name'].includes(kind)) return redact(value)
  if (kind !== 'create') return { text: value, count: 0 }
  const said: Record<string, unknown> = JSON.parse(value)
  let count = 0
  const safe = (text: string) => {
    const redacted = redact(text)
    count += redacted.count
    return redacted.text
  }
  const { title, body, tags } = said
  const words = { title: safe(String(title ?? '')), body: safe(String(body ?? '')) }
  return {
    text: JSON.stringify({ ...said, ...words, tags: asList(tags).map(tag => safe(String(tag))) }),
    count,
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
