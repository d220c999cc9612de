import type { Identity } from '../../base/identity.ts'
import { type Category, type Status, splitTitle, storableText } from './entry.ts'
import type { Saying } from './make-changes.ts'

/** An entry that somebody logs. */
export interface NewEntry {
  readonly category: Category
  readonly status: Status
  readonly title: string
  readonly body: string
  readonly tags: readonly string[]
  readonly sessionId: string | null
  readonly project: string | null
  readonly projectKey: string | null
  /** The key is that of a remote, the same everywhere; else it is a folder here, which is nobody else's business. */
  readonly isKeyPublic: boolean
}

/** What is said with a new entry: for everybody what it is, and apart from it where it was logged. Pure. */
export function newEntrySayings(
  entry: NewEntry,
  { identity, nowMs }: { identity: Identity; nowMs: number },
): Saying[] {
  const { category, status, project, projectKey, isKeyPublic, sessionId, tags } = entry
  const { title, body } = splitTitle(entry.title, storableText(entry.body))
  const creation = {
    logged_at: new Date(nowMs).toISOString(),
    category,
    status,
    title,
    body,
    project,
    project_key: isKeyPublic ? projectKey : null,
    machine: identity.publicLabel,
    tags,
  }
  const place = { machine_id: identity.machineId, project_key: isKeyPublic ? null : projectKey }
  return [
    { kind: 'create', value: JSON.stringify(creation) },
    { kind: 'place', value: JSON.stringify(place) },
    ...(sessionId === null ? [] : [{ kind: 'session' as const, value: sessionId }]),
  ]
}
