import { type Db, isOneOf } from '../../store/query.ts'
import type { StoredChange } from './change.ts'
import { categories, statuses } from './entry.ts'
import { type Entry, foldEntry } from './fold.ts'
import { entryIdOf, entrySubject } from './kinds.ts'
import { isMine, type Me, mineParameter } from './mine.ts'

/**
 * Those of some entries of which title, text and author are this person's own words. What others said may have been
 * overwritten since: an entry is own where it reads the same without them. Status and category may be theirs, if they are
 * among the words this program knows.
 */
export async function ownEntries(db: Db, me: Me, ids: readonly string[]): Promise<Set<string>> {
  const subjects = ids.map(entrySubject)
  const rows = await db.rows<StoredChange & { isMine: boolean }>(
    `SELECT hlc, subject, kind, value, actor, actor_name, payload_hash, ${isMine} AS is_mine FROM changes
     WHERE ${isOneOf('subject', 'subjects', subjects)}`,
    { subjects, ...mineParameter(me) },
  )
  const histories = new Map<string, (typeof rows)[number][]>()
  for (const row of rows) {
    const id = entryIdOf(row.subject) ?? ''
    histories.set(id, [...(histories.get(id) ?? []), row])
  }
  const own = [...histories].filter(([, history]) => {
    const mine = foldEntry(history.filter(change => change.isMine))
    const shown = foldEntry(history)
    return mine !== undefined && shown !== undefined && readsTheSame(mine, shown)
  })
  return new Set(own.map(([id]) => id))
}

function readsTheSame(mine: Entry, shown: Entry): boolean {
  const isKnown = (words: readonly string[], word: string) => words.includes(word)
  return (
    mine.title === shown.title &&
    mine.text === shown.text &&
    mine.createdBy === shown.createdBy &&
    (mine.category === shown.category || isKnown(categories, shown.category)) &&
    (mine.status === shown.status || isKnown(statuses, shown.status))
  )
}
