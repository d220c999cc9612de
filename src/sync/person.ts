import { UserError } from '../base/errors.ts'
import type { RemoteSettings } from '../base/settings.ts'
import { readMeta } from '../store/meta.ts'
import { changes, machines, syncedTables } from '../store/tables.ts'
import { formerWriters } from '../store/writer.ts'
import { readRows } from './foreign-rows.ts'
import type { Remote } from './remote.ts'
import type { Site, SyncLedger } from './site.ts'
import { takeNumbers } from './writers.ts'

/** Everything of mine would go there. */
const notesHint =
  'name a database that is yours alone; or, to share notes only: csl remote add NAME URL --share notes'

/**
 * Settles whose an `all` remote is: nobody's becomes mine; on the first one I join I take on the person it belongs to,
 * since it is me on another machine. Answers the person id that holds from now on. Call it when nothing else can stand in
 * the way: a remote stays whose it is.
 * Throws a UserError, changing nothing, where others share their notes there, or it is somebody else's.
 */
export async function joinPerson(site: Site, remote: Remote): Promise<string> {
  const { personId } = await remote.known(changes)
  if (personId === null) await refuseOthers(site, remote)
  else await refuseOtherPerson(site, remote, personId)
  // Somebody else can have come first meanwhile.
  const owner = await remote.claim(site.identity.personId)
  if (owner !== personId) await refuseOtherPerson(site, remote, owner)
  return ownIds(site).includes(owner) ? site.identity.personId : owner
}

/** Throws a UserError where a remote is a database that is configured already, by whatever address. */
export async function refuseTwin({ settings, withReader }: Site, remote: Remote): Promise<void> {
  const { remoteId } = await remote.known(changes)
  const meta = await withReader(readMeta)
  const twin = settings.remotes.find(({ name }) => meta.get(`remote_id:${name}`) === remoteId)
  if (twin && twin.name !== remote.name) throw alreadyThere(twin)
}

export function alreadyThere({ name }: RemoteSettings): UserError {
  return new UserError(
    `this database is the remote '${name}' already`,
    `see: csl remote list; to add it otherwise, first: csl remote remove ${name}`,
  )
}

/** A database that is nobody's, and is sent to, is one where people share notes. */
async function refuseOthers({ withReader }: Site, remote: Remote): Promise<void> {
  const own = await withReader(async db => {
    const meta = await readMeta(db)
    return [meta.get('writer_id') ?? '', ...formerWriters(meta)]
  })
  for (const table of syncedTables) {
    const { vector } = await remote.known(table)
    if ([...vector.keys()].every(writerId => own.includes(writerId))) continue
    throw new UserError(
      `others share their notes at ${remote.name}: it can't take everything of yours`,
      notesHint,
    )
  }
}

async function refuseOtherPerson(site: Site, remote: Remote, owner: string): Promise<void> {
  const { identity, settings } = site
  const own = ownIds(site)
  const isFirst =
    identity.formerPersonIds.length === 0 &&
    settings.remotes.every(other => other.share !== 'all' || other.name === remote.name)
  const persons = await personsAt(remote)
  // On my first one I may be its owner on another machine, but nobody is two people.
  const isMine = own.includes(owner) || isFirst
  if (isMine && persons.every(person => person === owner || own.includes(person))) return
  throw new UserError(`${remote.name} belongs to another person`, notesHint)
}

/** The persons whose machines send there. */
async function personsAt(remote: Remote): Promise<string[]> {
  const { vector } = await remote.known(machines)
  const wanted = new Map(Array.from(vector, ([writerId, { seq }]) => [writerId, { after: 0, upTo: seq }]))
  const persons: string[] = []
  for await (const { rows } of remote.pull(machines, wanted, 5000)) {
    for (const row of readRows(machines, rows, ['person_id']).rows) persons.push(String(row.person_id))
  }
  return persons
}

function ownIds({ identity }: Site): string[] {
  return [identity.personId, ...identity.formerPersonIds]
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
