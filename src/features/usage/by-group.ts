import type { Db } from '../../store/query.ts'
import { ledgerCondition, type UsageFilter } from './filter.ts'
import {
  addSums,
  countSessions,
  ledgerSums,
  type SumsRow,
  sessionCount,
  sumsOf,
  sumsOfSums,
  type UsageSums,
  unpricedModels,
  unpricedModelsBy,
} from './sums.ts'

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

export interface GroupedUsage {
  /** The dearest first. */
  readonly rows: readonly GroupRow[]
  /** What all groups add up to, those that the limit leaves out included. */
  readonly totals: UsageSums
}

interface GroupOptions {
  readonly filter: UsageFilter
  /** How many groups are asked for; default: all. */
  readonly limit?: number | undefined
}

/** Usage by session, project, model, session type or machine. */
export async function usageByGroup(
  db: Db,
  { kind, ...options }: GroupOptions & { kind: GroupKind },
): Promise<GroupedUsage> {
  switch (kind) {
    case 'session':
      return usageBySession(db, options)
    case 'model':
      return usageByModel(db, options)
    // A project that only the older tool knew has a name and no key.
    case 'project':
      return usageBySessions(db, { key: 'coalesce(project_key, project)', label: 'project' }, options)
    case 'type':
      return usageBySessions(db, { key: 'session_type', label: 'session_type' }, options)
    case 'machine':
      return usageBySessions(db, { key: 'machine_id', label: 'machine_label' }, options)
  }
}

const dearest = `
  cost_pico DESC NULLS LAST, input + output + cache_write_5m + cache_write_1h + cache_read DESC, key`
const dearestFirst = `ORDER BY ${dearest}`

async function usageByModel(db: Db, { filter, limit }: GroupOptions): Promise<GroupedUsage> {
  const { where, parameters } = ledgerCondition(filter)
  const found = await db.rows<SumsRow & { key: string }>(
    `SELECT * FROM (
       SELECT model AS key, ${sessionCount} AS sessions, ${ledgerSums} FROM usage_records WHERE ${where} GROUP BY model
     ) ${dearestFirst}`,
    parameters,
  )
  const rows = found.map(({ key, ...sums }) => ({
    key,
    label: key,
    project: null,
    ...sumsOf(sums, sums.unpricedCount === 0 ? [] : [key]),
  }))
  return { rows: rows.slice(0, limit), totals: addSums(rows, await countSessions(db, filter)) }
}

/** What the sessions of a group have in common, and what it is called: of several names that of the newest. */
interface Grouping {
  readonly key: string
  readonly label: string
}

/**
 * Rows are put together by session before anything is joined: then a group's sessions need only be counted, and the
 * join meets a tenth of the rows.
 */
async function usageBySessions(
  db: Db,
  { key, label }: Grouping,
  { filter, limit }: GroupOptions,
): Promise<GroupedUsage> {
  const { where, parameters } = ledgerCondition(filter)
  const used = `SELECT owner_session_id, ${ledgerSums} FROM usage_records WHERE ${where} GROUP BY owner_session_id`
  const found = await db.rows<SumsRow & { key: string | null; label: string | null }>(
    `SELECT * FROM (
       SELECT ${key} AS key, arg_max(${label}, coalesce(ended_at, 'epoch')) AS label, count(*) AS sessions, ${sumsOfSums}
       FROM (${used}) used LEFT JOIN sessions ON sessions.session_id = owner_session_id GROUP BY ${key}
     ) ${dearestFirst}`,
    parameters,
  )
  const source = {
    from: `usage_records LEFT JOIN sessions ON sessions.session_id = owner_session_id WHERE ${where}`,
    parameters,
  }
  const models = found.some(row => row.unpricedCount !== 0)
    ? await unpricedModelsBy<string | null>(db, key, source)
    : undefined
  const rows = found.map(({ key, label, ...sums }) => ({
    key,
    label,
    project: null,
    ...sumsOf(sums, models?.get(key)),
  }))
  return {
    rows: rows.slice(0, limit),
    totals: addSums(
      rows,
      rows.reduce((sum, row) => sum + row.sessions, 0),
    ),
  }
}

/**
 * There can be very many sessions: the limit is the database's to keep, and titles are looked up for what stays. What all
 * of them add up to is the first row of the answer, so that the ledger is read once.
 */
async function usageBySession(db: Db, { filter, limit }: GroupOptions): Promise<GroupedUsage> {
  const { where, parameters } = ledgerCondition(filter)
  const [sums, ...found] = await db.rows<
    SumsRow & { key: string | null; label: string | null; project: string | null }
  >(
    `WITH used AS MATERIALIZED (
       SELECT owner_session_id AS key, 1 AS sessions, ${ledgerSums} FROM usage_records WHERE ${where}
       GROUP BY owner_session_id
     ),
     shown AS (SELECT * FROM used ${dearestFirst} ${limit === undefined ? '' : 'LIMIT $limit'})
     SELECT * FROM (
       SELECT TRUE AS is_total, NULL AS key, NULL AS label, NULL AS project, count(*) AS sessions, ${sumsOfSums} FROM used
       UNION ALL BY NAME
       SELECT FALSE AS is_total, shown.*, sessions.title AS label, sessions.project
       FROM shown LEFT JOIN sessions ON sessions.session_id = shown.key
     ) ORDER BY is_total DESC, ${dearest}`,
    limit === undefined ? parameters : { ...parameters, limit },
  )
  if (!sums) throw new Error('an aggregate without a row')
  const from = `usage_records WHERE ${where}`
  const shown = {
    from: `${from} AND owner_session_id IN (SELECT unnest($shown))`,
    parameters: { ...parameters, shown: found.map(row => row.key ?? '') },
  }
  const models = found.some(row => row.unpricedCount !== 0)
    ? await unpricedModelsBy<string | null>(db, 'owner_session_id', shown)
    : undefined
  const rows = found.map(({ key, label, project, ...sums }) => ({
    key,
    label,
    project,
    ...sumsOf(sums, models?.get(key)),
  }))
  const hasAll = sums.unpricedCount === null || sums.unpricedCount === 0
  return { rows, totals: sumsOf(sums, hasAll ? [] : await unpricedModels(db, { from, parameters })) }
}
