import type { Identity } from '../../base/identity.ts'
import { isByMyWriter } from '../../store/writer.ts'

// Who said something is told by the database file that wrote it, never by the name or id that stands in it: on a team's
// remote anybody can write any of those.

/** Who looks. */
export type Me = Pick<Identity, 'personName' | 'publicPersonName'>

/**
 * SQL: whether a row of `changes` is this person's, by its writer. Of what was adopted from the older tool the name is all
 * there is. Takes the parameter of `mineParameter`.
 */
export const isMine = `(${isByMyWriter}
  AND (NOT starts_with(actor, 'legacy:') OR list_contains($olderNames, actor)))`

export function mineParameter({ personName, publicPersonName }: Me): { olderNames: string[] } {
  return { olderNames: [personName, publicPersonName].map(name => olderActor(name, 'all')) }
}

/**
 * Who said what is adopted from the older tool, which knew names only. A name in a team's table proves nothing and is
 * nobody's here.
 */
export function olderActor(name: string, share: 'all' | 'notes'): string {
  return share === 'all' ? `legacy:${name}` : `${teamsOlder}${name}`
}

const teamsOlder = 'legacy:team:'
const claimed = 'team:'

/** The writer of a row that came by a team's remote: a claim, kept apart from writers that are known. */
export function claimedWriter(writerId: string): string {
  return `${claimed}${writerId}`
}

/** SQL: whether a row of `changes` came by a team's remote only. */
export const isClaimed = `starts_with(writer_id, '${claimed}')`
