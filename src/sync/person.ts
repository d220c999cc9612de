import { UserError } from '../base/errors.ts'
import type { Identity } from '../base/identity.ts'
import type { Settings } from '../base/settings.ts'
import type { Remote } from './remote.ts'
import type { SyncLedger } from './site.ts'
import { takeNumbers } from './writers.ts'

/**
 * Settles whose an `all` remote is: nobody's becomes mine; on the first one I join I take on the person it belongs to,
 * since it is me on another machine. Answers the person id that holds from now on.
 * Throws a UserError where it is somebody else's: everything of mine would go there.
 */
export async function joinPerson(
  remote: Remote,
  { identity, settings, name }: { identity: Identity; settings: Settings; name: string },
): Promise<string> {
  const owner = await remote.claim(identity.personId)
  const known = [identity.personId, ...identity.formerPersonIds]
  if (known.includes(owner)) return identity.personId
  const others = settings.remotes.filter(other => other.share === 'all' && other.name !== name)
  if (others.length === 0 && identity.formerPersonIds.length === 0) return owner
  throw new UserError(
    `${name} belongs to another person`,
    'share notes only: csl remote remove it, then csl remote add … --share notes',
  )
}

/** Puts own rows under another person id, with new numbers, so that they travel again. Within a transaction. */
export async function moveToPerson({ db, writer }: SyncLedger, before: string, after: string): Promise<void> {
  for (const [table, column] of [
    ['session_facts', 'person_id'],
    ['changes', 'actor'],
  ] as const) {
    const own = `writer_id = $writerId AND ${column} = $before`
    await takeNumbers(db, writer, table, { condition: own, parameters: { writerId: writer.id, before } })
    await db.run(`UPDATE ${table} SET ${column} = $after WHERE ${own}`, {
      writerId: writer.id,
      before,
      after,
    })
  }
  await db.run(`UPDATE sessions SET person_id = $after WHERE person_id = $before`, { before, after })
  await db.run(`UPDATE log_entries SET person_id = $after WHERE person_id = $before`, { before, after })
  await writer.save()
}
