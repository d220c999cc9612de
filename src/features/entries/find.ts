import { cleanText } from '../../base/clean-text.ts'
import { UserError } from '../../base/errors.ts'
import type { Db } from '../../store/query.ts'
import { deletedIds } from './deleted.ts'
import { foldEntry } from './fold.ts'
import { type EntryRow, readEntryRows } from './list.ts'
import { readHistories } from './project-entries.ts'

/** How people name an entry: by its id or the beginning of it, or by words of its title. */
export type EntryName = { readonly id: string } | { readonly titleWords: string }

/** Several entries fit what was said: `hint` lists them. */
export class AmbiguousEntryError extends UserError {
  readonly candidates: readonly EntryRow[]

  constructor(message: string, candidates: readonly EntryRow[]) {
    const lines = candidates.slice(0, mostCandidates).map(candidateLine)
    super(message, [...lines, ...(candidates.length > mostCandidates ? ['…'] : [])].join('\n'))
    this.name = 'AmbiguousEntryError'
    this.candidates = candidates
  }
}

const mostCandidates = 10

/**
 * The only entry with this name. Throws a UserError if there is none, and an AmbiguousEntryError if there are several. A
 * whole id and a whole title win over what only begins with it, or holds its words.
 */
export async function findEntry(db: Db, name: EntryName): Promise<EntryRow> {
  return 'id' in name ? byId(db, name.id.trim()) : byTitle(db, name.titleWords)
}

async function byId(db: Db, prefix: string): Promise<EntryRow> {
  const rows =
    prefix === '' ? [] : await readEntryRows(db, 'starts_with(lower(e.id), lower($prefix))', { prefix })
  const exact = rows.find(row => row.id === prefix)
  const [first] = rows
  if (exact) return exact
  if (!first) {
    const [deleted] = prefix === '' ? [] : await deletedIds(db, prefix)
    throw new UserError(
      `there is no entry ${cleanText(prefix)}`,
      deleted === undefined
        ? 'csl list --all-projects lists their ids'
        : `it was deleted; to have it back: csl undelete ${cleanText(deleted)}`,
    )
  }
  if (rows.length > 1)
    throw new AmbiguousEntryError(`more than one entry begins with ${cleanText(prefix)}`, rows)
  return first
}

async function byTitle(db: Db, text: string): Promise<EntryRow> {
  const words = text.split(/\s+/).filter(word => word !== '')
  if (words.length === 0) throw new UserError('--title-match needs words of a title')
  const conditions = words.map((_, index) => `contains(lower(e.title), lower($word${index}))`)
  const parameters = Object.fromEntries(words.map((word, index) => [`word${index}`, word]))
  const rows = await readEntryRows(db, conditions.join(' AND '), parameters)
  const [first] = rows
  const said = cleanText(text)
  if (!first) throw new UserError(`no entry has "${said}" in its title`, 'csl list --all-projects lists them')
  if (rows.length === 1) return first
  const whole = rows.filter(({ title }) => title?.toLowerCase() === words.join(' ').toLowerCase())
  if (whole.length === 1 && whole[0]) return whole[0]
  throw new AmbiguousEntryError(`${rows.length} entries have "${said}" in their titles`, rows)
}

function candidateLine({ id, category, status, title, project }: EntryRow): string {
  return cleanText(
    [id, `${category} (${status})`, title, project && `· ${project}`].filter(Boolean).join('  '),
  )
}

/** The entry that was deleted and has this id, or is the only deleted one whose id begins so. */
export async function findDeletedEntry(db: Db, prefix: string): Promise<{ id: string; title: string }> {
  const ids = prefix === '' ? [] : await deletedIds(db, prefix)
  const [first] = ids
  const id = ids.find(candidate => candidate === prefix) ?? first
  if (id === undefined) throw new UserError(`no entry that was deleted begins with ${cleanText(prefix)}`)
  const titles = await readHistories(db, ids)
  const titleOf = (of: string) => foldEntry(titles.get(of) ?? [])?.title ?? ''
  if (ids.length > 1 && id !== prefix) {
    const lines = ids.slice(0, mostCandidates).map(of => cleanText(`${of}  ${titleOf(of)}`))
    throw new UserError(`more than one deleted entry begins with ${cleanText(prefix)}`, lines.join('\n'))
  }
  return { id, title: titleOf(id) }
}
