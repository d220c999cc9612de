import type { UsageRecord } from '../../transcripts/transcript.ts'
import { compareObservations, compareText, smallest } from '../../transcripts/winner.ts'

/** A row of the ledger as far as the choice between several observations of one message needs it. */
export type Observation = UsageRecord & { readonly writerId: string }

/** Which observation of a message counts, and whose message it is. */
export interface Resolution {
  readonly writerId: string
  readonly sessionId: string
  readonly ownerSessionId: string
}

/**
 * Chooses among all observations of one message, of every writer and session: the winner rule decides whose numbers
 * count, the owner rule whose they are. `observations` are the heads (part 0), at least one.
 * The answer depends on the set alone, never on the order in which rows arrived.
 */
export function resolveMessage(observations: readonly [Observation, ...Observation[]]): Resolution {
  const winner = observations.reduce((best, row) => (compareRivals(row, best) > 0 ? row : best))
  return { writerId: winner.writerId, sessionId: winner.sessionId, ownerSessionId: ownerOf(observations) }
}

/** Which observation of each message counts, of all rows that are known of it. */
export function resolveHeads(
  rows: readonly (Observation & { readonly part: number })[],
): Map<string, Resolution> {
  const groups = new Map<string, [Observation, ...Observation[]]>()
  for (const row of rows) {
    if (row.part !== 0) continue
    const group = groups.get(row.messageKey)
    if (group) group.push(row)
    else groups.set(row.messageKey, [row])
  }
  return new Map(Array.from(groups, ([key, group]) => [key, resolveMessage(group)]))
}

function compareRivals(a: Observation, b: Observation): number {
  return (
    compareObservations(a, b) ||
    (b.occurredAtMs ?? Number.MAX_VALUE) - (a.occurredAtMs ?? Number.MAX_VALUE) ||
    compareText(b.writerId, a.writerId) ||
    compareText(b.sessionId, a.sessionId)
  )
}

/**
 * The session a shared message belongs to: the one that copies name as their origin, else the one born first
 * (by lines that forks do not copy), ties by id. A named origin that itself names another is passed over: a copy
 * of a copy leads back to the first.
 */
export function ownerOf(observations: readonly Observation[]): string {
  const born = new Map<string, number | null>()
  const copies = new Set<string>()
  for (const row of observations) {
    born.set(row.sessionId, smallest(born.get(row.sessionId) ?? null, row.bornAtMs))
    if (row.claimedSessionId !== null) copies.add(row.sessionId)
  }
  const claimed = observations.map(row => row.claimedSessionId).filter(id => id !== null)
  const origins = claimed.filter(id => !copies.has(id))
  const candidates = origins.length > 0 ? origins : claimed.length > 0 ? claimed : [...born.keys()]
  // An origin that was never seen here has no known birth: it is older than what we see of it.
  const bornAt = (id: string) => born.get(id) ?? Number.NEGATIVE_INFINITY
  return candidates.reduce((best, id) => {
    const order = bornAt(id) - bornAt(best)
    return order < 0 || ((order === 0 || Number.isNaN(order)) && id < best) ? id : best
  })
}
