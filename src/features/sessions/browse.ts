import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Db, together } from '../../store/query.ts'
import {
  type BrowsedSession,
  emptyColumns,
  listSessions,
  type NumberName,
  numberNames,
  recordOf,
  type SessionColumns,
  type SharedName,
  searchText,
  sharedNames,
} from './listed-session.ts'
import { readMarks } from './marks.ts'

/** What a screen shows at first, and what is read at a time of the rest, between two turns for other work. */
const pageRows = { first: 200, other: 8192 }

/**
 * All sessions that this person did not delete, those that ended last first. The newest are given to `onNewest` before all
 * are read. `dayOf` names the day of an instant, as it is looked for.
 *
 * The database sorts nothing but keys, and gives a text that many sessions have once: to sort and join whole rows took a
 * quarter of a gigabyte.
 */
export async function browseSessions(
  db: Db,
  { dayOf, onNewest }: { dayOf: (ms: number) => string; onNewest: (sessions: BrowsedSession[]) => void },
): Promise<readonly BrowsedSession[]> {
  const [marks, found] = await together([readMarks(db), readNewest(db)])
  const newest = found.flatMap(row => {
    const { name, isStarred = false, isDeleted = false, tags = [] } = marks.get(row.id) ?? {}
    const session = { ...row, title: name ?? row.title, isStarred, tags }
    return isDeleted ? [] : [{ ...session, haystack: searchText(session, dayOf) }]
  })
  if (found.length < pageRows.first) return newest
  onNewest(newest)
  return listSessions({ columns: await readColumns(db), marks, dayOf })
}

const order = 'ended_at DESC NULLS LAST, session_id'

/** SQL of what a session is made of, but its id and title. */
const numbers = {
  endedAtMs: 'epoch_ms(ended_at)',
  durationMin: 'duration_min',
  totalTokens: 'coalesce(total_tokens, 0)',
  costPico: '(cost_usd * 1000000000000)::DOUBLE',
  unpricedCount: 'coalesce(unpriced_count, 0)',
} as const satisfies Record<NumberName, string>

const shared = {
  project: 'project',
  projectKey: 'project_key',
  type: 'session_type',
  machine: 'machine_label',
  machineId: 'machine_id',
  tool: 'tool',
  cwd: 'cwd',
  resumeCwd: 'resume_cwd',
  branch: 'git_branch',
  models: 'models',
} as const satisfies Record<SharedName, string>

/** Chosen before they are read whole. */
async function readNewest(db: Db) {
  const columns = Object.entries({ id: 'session_id', title: 'title', ...shared, ...numbers })
  return db.rows<Omit<BrowsedSession, 'isStarred' | 'tags' | 'haystack'>>(
    `SELECT ${columns.map(([name, sql]) => `${sql} AS "${name}"`).join(', ')}
     FROM sessions WHERE rowid IN (SELECT rowid FROM sessions ORDER BY ${order} LIMIT ${pageRows.first}) ORDER BY ${order}`,
  )
}

/** Page by page in the order they lie in, each row put at its place in the list. */
async function readColumns(db: Db): Promise<SessionColumns> {
  const { rowid: listed } = await db.columns<{ rowid: number }>(
    `SELECT rowid FROM sessions ORDER BY ${order}`,
  )
  const placeOf = placeFinder(listed)
  const columns = emptyColumns(listed.length, await readSharedTexts(db))
  const lying = Float64Array.from(listed).sort()
  for (let first = 0; first < lying.length; first += pageRows.other) {
    const page = lying.subarray(first, first + pageRows.other)
    await readPage(db, { from: page[0] ?? 0, to: page.at(-1) ?? 0 }, { columns, placeOf })
    await nextTurn()
  }
  return columns
}

/**
 * Answers which place a row has in the list. Where rows lie close together, as they mostly do, a table of numbers says so
 * faster than a map is made.
 */
function placeFinder(listed: readonly number[]): (rowid: number) => number {
  const last = listed.reduce((most, rowid) => Math.max(most, rowid), 0)
  if (last > listed.length * 8) {
    const places = new Map(listed.map((rowid, place) => [rowid, place]))
    return rowid => places.get(rowid) ?? -1
  }
  const places = new Int32Array(last + 1).fill(-1)
  listed.forEach((rowid, place) => {
    places[rowid] = place
  })
  return rowid => places[rowid] ?? -1
}

/** The texts that sessions share; of each column they become a type, whose numbers are then read in their place. */
async function readSharedTexts(db: Db): Promise<Record<SharedName, readonly string[]>> {
  const texts: Record<SharedName, readonly string[]> = recordOf(sharedNames, () => [])
  for (const name of sharedNames) {
    const column = shared[name]
    await db.run(
      `CREATE TEMP TYPE shared_${column} AS ENUM (SELECT DISTINCT ${column} FROM sessions WHERE ${column} IS NOT NULL)`,
    )
    const { text } = await db.columns<{ text: string }>(
      `SELECT unnest(enum_range(NULL::shared_${column}))::VARCHAR AS text`,
    )
    texts[name] = text
  }
  return texts
}

/** Nulls have a number of their own: an array of nothing but numbers takes half. */
const pageNumbers = [
  ...Object.entries(numbers).map(([name, sql]) => [name, `coalesce((${sql})::DOUBLE, 'NaN')`]),
  ...Object.entries(shared).map(([name, column]) => [
    name,
    `coalesce(enum_code(${column}::shared_${column})::INTEGER, -1)`,
  ]),
]
  .map(([name, sql]) => `${sql} AS "${name}"`)
  .join(', ')

async function readPage(
  db: Db,
  range: { from: number; to: number },
  { columns, placeOf }: { columns: SessionColumns; placeOf: (rowid: number) => number },
): Promise<void> {
  const { rowid, ...read } = await db.columns<Record<'rowid' | NumberName | SharedName, number>>(
    `SELECT rowid, ${pageNumbers} FROM sessions WHERE rowid BETWEEN $from AND $to`,
    range,
  )
  const at = rowid.map(placeOf)
  for (const name of numberNames) fill(columns.numbers[name], read[name], at)
  for (const name of sharedNames) fill(columns.codes[name], read[name], at)
  // Lists as JSON, as reading texts cell by cell takes eight times as long.
  const [texts] = await db.rows<{ rowids: number[]; ids: string; titles: string }>(
    `SELECT list(rowid) AS rowids, to_json(list(session_id))::VARCHAR AS ids, to_json(list(title))::VARCHAR AS titles
     FROM sessions WHERE rowid BETWEEN $from AND $to`,
    range,
  )
  if (!texts) throw new Error('an aggregate without a row')
  const ids: string[] = JSON.parse(texts.ids)
  const titles: (string | null)[] = JSON.parse(texts.titles)
  texts.rowids.forEach((id, row) => {
    const place = placeOf(id)
    columns.ids[place] = ids[row] ?? ''
    columns.titles[place] = titles[row] ?? null
  })
}

function fill(column: Float64Array | Int32Array, values: readonly number[], at: readonly number[]): void {
  for (let row = 0; row < values.length; row++) column[at[row] ?? -1] = values[row] ?? -1
}
