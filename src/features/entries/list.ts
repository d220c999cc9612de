import { contains, createConditions } from '../../store/conditions.ts'
import type { Db, Parameters } from '../../store/query.ts'

/** A row of `log_entries`. Instants are ISO text; null: not known. */
export interface EntryRow {
  readonly id: string
  readonly sessionId: string | null
  readonly loggedAt: string | null
  readonly category: string
  readonly status: string
  readonly title: string | null
  readonly body: string | null
  readonly synced: boolean
  readonly updatedAt: string | null
  readonly createdBy: string | null
  readonly updatedBy: string | null
  /** Its own project, else that of its session: entries of the older tool had none. */
  readonly project: string | null
  readonly projectKey: string | null
  readonly machineId: string | null
  readonly machineLabel: string | null
  readonly personId: string | null
  readonly tags: readonly string[]
  readonly noteCount: number
}

/** A project by what it is known by, and by its name for entries of others that say no more. */
export interface OfProject {
  readonly key: string | null
  readonly name: string | null
}

/** Which entries a list is about. What is not named is not narrowed; text is compared in any letter case. */
export interface EntryFilter {
  readonly category?: string | undefined
  readonly status?: string | undefined
  /** All but resolved ones. */
  readonly isOpen?: boolean | undefined
  readonly ofProject?: OfProject | undefined
  /** Part of the project's name or key. */
  readonly project?: string | undefined
  /** Part of the name of who logged it. */
  readonly by?: string | undefined
  /** Ids of who logged it. */
  readonly personIds?: readonly string[] | undefined
  readonly tag?: string | undefined
  /** All of these words are part of title, body, tags, project, names or id. */
  readonly search?: string | undefined
}

type EntryColumns = Omit<EntryRow, 'tags'> & { readonly tags: string | null }

/** The entries for which a condition over `e` holds, those that changed last first. */
export async function readEntryRows(
  db: Db,
  condition: string,
  parameters: Parameters,
  limit?: number,
): Promise<EntryRow[]> {
  const rows = await db.rows<EntryColumns>(
    `SELECT * FROM (
       SELECT e.id, e.session_id, e.logged_at, e.category, e.status, e.title, e.body, e.synced, e.updated_at,
         e.created_by, e.updated_by, coalesce(e.project, s.project) AS project,
         coalesce(e.project_key, CASE WHEN e.project IS NULL THEN s.project_key END) AS project_key,
         e.machine_id, e.machine_label, e.person_id, e.tags, e.note_count
       FROM log_entries e LEFT JOIN sessions s ON s.session_id = e.session_id) e
     WHERE ${condition} ORDER BY coalesce(e.updated_at, e.logged_at) DESC, e.id
     ${limit === undefined ? '' : 'LIMIT $limit'}`,
    limit === undefined ? parameters : { ...parameters, limit },
  )
  return rows.map(row => ({ ...row, tags: tagsIn(row.tags) }))
}

/** The entries that the filter lets through, those that changed last first. Without `limit` all of them. */
export function listEntries(
  db: Db,
  { filter, limit }: { filter: EntryFilter; limit?: number | undefined },
): Promise<EntryRow[]> {
  const conditions = createConditions()
  const { add } = conditions
  add('category', filter.category, 'e.category = $category')
  add('status', filter.status, 'e.status = $status')
  if (filter.isOpen) conditions.require(`e.status <> 'resolved'`)
  if (filter.ofProject) {
    const { key, name } = filter.ofProject
    conditions.require('e.project_key = $ofKey OR (e.project_key IS NULL AND e.project = $ofName)', {
      ofKey: key,
      ofName: name,
    })
  }
  add(
    'project',
    filter.project,
    `${contains('e.project', 'project')} OR ${contains('e.project_key', 'project')}`,
  )
  add('by', filter.by, `${contains('e.created_by', 'by')} OR ${contains('e.updated_by', 'by')}`)
  add('personIds', filter.personIds, 'e.person_id IN (SELECT unnest($personIds))')
  add('tag', filter.tag && JSON.stringify(filter.tag), contains('e.tags', 'tag'))
  const text = `concat_ws(' ', e.title, e.body, e.tags, e.project, e.created_by, e.updated_by, e.id)`
  conditions.addWords(filter.search, text)
  return readEntryRows(db, conditions.where(), conditions.parameters, limit)
}

function tagsIn(json: string | null): readonly string[] {
  return json === null ? [] : JSON.parse(json)
}
