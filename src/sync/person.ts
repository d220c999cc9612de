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

/**
 * Puts own sessions under another person id, with new numbers, so that they travel again. Within a transaction. What was
 * said stays as it was said: `changes` are only added to, and whose they are is told by their writer.
 */
export async function moveToPerson({ db, writer }: SyncLedger, before: string, after: string): Promise<void> {
  const own = `writer_id = $writerId AND person_id = $before`
  const parameters = { writerId: writer.id, before }
  await takeNumbers(db, writer, 'session_facts', { condition: own, parameters })
  await db.run(`UPDATE session_facts SET person_id = $after WHERE ${own}`, { ...parameters, after })
  await db.run(`UPDATE sessions SET person_id = $after WHERE person_id = $before`, { before, after })
  await writer.save()
}
