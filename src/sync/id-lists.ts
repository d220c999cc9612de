import { type Db, isOneOf } from '../store/query.ts'

// Tables that list ids, each once, by what the other columns say: what waits, what stays, where something lives.

/** What rows are about: ids of both kinds that leave, wait or stay. */
export interface SessionsAndEntries {
  readonly sessionIds: readonly string[]
  readonly entryIds: readonly string[]
}

/** Which list: a table, the column of the ids, and what the other columns hold. */
export interface IdList {
  readonly table: 'publications' | 'held_back' | 'entry_homes'
  readonly column: 'id' | 'entry_id'
  readonly of: Readonly<Record<string, string>>
}

/** Adds the ids that are not in the list. */
export async function addIds(db: Db, list: IdList, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const { table, column, of } = list
  const names = Object.keys(of)
  await db.run(
    `INSERT INTO ${table} (${[...names, column].join(', ')})
     SELECT DISTINCT ${names.map(name => `$${name}`).join(', ')}, id FROM (SELECT unnest($ids) AS id)
     WHERE id NOT IN (SELECT ${column} FROM ${table} WHERE ${isIn(list)})`,
    { ...of, ids },
  )
}

/** Takes ids out of the list. */
export async function removeIds(db: Db, list: IdList, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db.run(`DELETE FROM ${list.table} WHERE ${isIn(list)} AND ${isOneOf(list.column, 'ids', ids)}`, {
    ...list.of,
    ids,
  })
}

function isIn({ of }: IdList): string {
  return Object.keys(of)
    .map(name => `${name} = $${name}`)
    .join(' AND ')
}
