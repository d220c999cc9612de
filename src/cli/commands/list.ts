import { localClock } from '../../base/time.ts'
import { type EntryFilter, type EntryRow, listEntries } from '../../features/entries/list.ts'
import { projectHere } from '../../features/sessions/project-here.ts'
import type { Place } from '../../ingest/open-ledger.ts'
import { withNotes } from '../../ingest/open-notes.ts'
import { StoreMissingError } from '../../store/open.ts'
import { type Context, placeOf } from '../context.ts'
import { readLimit } from '../filters.ts'
import { toJson } from '../json.ts'
import { entryAsFields } from '../notes/fields.ts'
import { ofProject } from '../notes/here.ts'
import { readCategory, readStatus } from '../notes/options.ts'
import { entriesTable } from '../notes/table.ts'
import { filterText } from '../period-text.ts'

interface ListOptions {
  readonly category?: string
  readonly status?: string
  readonly open?: boolean
  readonly project?: string
  readonly allProjects?: boolean
  readonly by?: string
  readonly mine?: boolean
  readonly tag?: string
  readonly search?: string
  readonly limit: string
  readonly json?: boolean
}

/** The entries of this directory's project, or of all, those that changed last first. */
export async function listCommand(context: Context, options: ListOptions): Promise<void> {
  const limit = readLimit(options.limit)
  const here = projectHere(process.cwd())
  const isHere = !options.allProjects && options.project === undefined && here.isRepository
  const place = await placeOf(context)
  const { personId, formerPersonIds } = place.identity
  const filter: EntryFilter = {
    category: options.category && readCategory(options.category),
    status: options.status && readStatus(options.status),
    isOpen: options.open,
    ofProject: isHere ? ofProject(here) : undefined,
    project: options.project,
    by: options.by,
    personIds: options.mine ? [personId, ...formerPersonIds] : undefined,
    tag: options.tag?.replace(/^#/, ''),
    search: options.search,
  }

  const rows = await readEntries(place, filter, limit)

  if (options.json) {
    const project = isHere ? here.project : null
    process.stdout.write(`${toJson({ project, limit: limit ?? null, rows: rows.map(entryAsFields) })}\n`)
    return
  }
  const clock = localClock()
  const { ofProject: _, isOpen, personIds, ...said } = filter
  const where = isHere ? ` · ${here.project}` : said.project === undefined ? ' · all projects' : ''
  const head = `Entries${where}${isOpen ? ' · not resolved' : ''}${personIds ? ' · mine' : ''}${filterText(said)} · ${clock.zone}`
  if (rows.length === 0) {
    const hint = isHere
      ? 'csl list --all-projects shows those of others.'
      : 'Log one with: csl log --category issue --title "…"'
    process.stdout.write(`${head}\n\nNo entry fits. ${hint}\n`)
    return
  }
  const table = entriesTable(rows, clock, process.stdout.columns, { withProject: !isHere })
  const more = rows.length === limit ? `\n\nThe newest ${limit} are shown; --limit 0 shows all.` : ''
  process.stdout.write(`${head}\n\n${table}${more}\n`)
}

async function readEntries(
  place: Place,
  filter: EntryFilter,
  limit: number | undefined,
): Promise<EntryRow[]> {
  try {
    return await withNotes(place, db => listEntries(db, { filter, limit }))
  } catch (error) {
    if (error instanceof StoreMissingError) return []
    throw error
  }
}
