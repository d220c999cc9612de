import type { Db } from '../../store/query.ts'
import { ledgerCondition, type UsageFilter } from './filter.ts'
import { ledgerSums, type SumsRow, sumsOf, sumsOfSums, type UsageSums, unpricedModels } from './sums.ts'

/** What usage can be put together by, besides time. */
export type GroupKind = 'session' | 'project' | 'model' | 'type' | 'machine'

export interface GroupRow extends UsageSums {
  /** Session id, project key, model id, session type, machine id; null where it is not known. */
  readonly key: string | null
  /** What people call it: title, project name, model id, type, machine label. */
  readonly label: string | null
  /** Of a session only: the project's name. */
  readonly project: string | null
}

/** Usage by session, project, model, session type or machine: the dearest first. `limit` cuts the list. */
export async function usageByGroup(
  db: Db,
  { kind, filter, limit }: { kind: GroupKind; filter: UsageFilter; limit?: number | undefined },
): Promise<GroupRow[]> {
  const { where, parameters } = ledgerCondition(filter)
  const rows = await db.rows<SumsRow & Pick<GroupRow, 'key' | 'label' | 'project'>>(
    queries[kind](where, limit === undefined ? dearestFirst : `${dearestFirst} LIMIT $limit`),
    limit === undefined ? parameters : { ...parameters, limit },
  )
  return rows.map(row => ({ key: row.key, label: row.label, project: row.project, ...sumsOf(row) }))
}

const dearestFirst = `
  ORDER BY cost_pico DESC NULLS LAST, input + output + cache_write_5m + cache_write_1h + cache_read DESC, key`

const queries: Readonly<Record<GroupKind, (where: string, order: string) => string>> = {
  session: bySession,
  model: byModel,
  // A project that only the older tool knew has a name and no key.
  project: (where, order) =>
    bySessionColumn(where, order, { key: 'coalesce(project_key, project)', label: 'project' }),
  type: (where, order) => bySessionColumn(where, order, { key: 'session_type', label: 'session_type' }),
  machine: (where, order) => bySessionColumn(where, order, { key: 'machine_id', label: 'machine_label' }),
}

// Rows are put together by session before anything is joined: then a group's sessions need only be counted, and
// the join meets a tenth of the rows.
const bySessionSums = (where: string) => `
  SELECT owner_session_id AS session_id, ${ledgerSums}, ${unpricedModels} AS unpriced_models
  FROM usage_records WHERE ${where} GROUP BY owner_session_id`

/** Titles are long: they are looked up for the rows that stay. */
function bySession(where: string, order: string): string {
  return `
    WITH used AS (SELECT session_id AS key, 1 AS sessions, * FROM (${bySessionSums(where)}) ${order})
    SELECT used.*, sessions.title AS label, sessions.project
    FROM used LEFT JOIN sessions ON sessions.session_id = used.key ${dearestFirst}`
}

/** The label is the one of the group's newest session. */
function bySessionColumn(
  where: string,
  order: string,
  { key, label }: { key: string; label: string },
): string {
  return `
    SELECT * FROM (
      SELECT ${key} AS key, arg_max(${label}, coalesce(ended_at, 'epoch')) AS label, NULL AS project,
        count(*) AS sessions, ${sumsOfSums},
        list_sort(list_distinct(flatten(list(used.unpriced_models)))) AS unpriced_models
      FROM (${bySessionSums(where)}) used LEFT JOIN sessions ON sessions.session_id = used.session_id
      GROUP BY ${key}
    ) ${order}`
}

function byModel(where: string, order: string): string {
  return `
    SELECT * FROM (
      SELECT model AS key, model AS label, NULL AS project,
        count(DISTINCT owner_session_id) AS sessions, ${ledgerSums}, ${unpricedModels} AS unpriced_models
      FROM usage_records WHERE ${where} GROUP BY model
    ) ${order}`
}
