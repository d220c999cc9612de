import { UsageError } from '../../base/errors.ts'
import { type EntryRow, listEntries } from '../../features/entries/list.ts'
import type { Me } from '../../features/entries/mine.ts'
import { ownEntries } from '../../features/entries/own-entries.ts'
import { projectHere } from '../../features/sessions/project-here.ts'
import { withNotes } from '../../ingest/open-notes.ts'
import { StoreMissingError } from '../../store/open.ts'
import type { Db } from '../../store/query.ts'
import { type Context, placeOf } from '../context.ts'
import { toJson } from '../json.ts'
import { contextText, type StartContext } from '../notes/context-text.ts'
import { ofProject } from '../notes/here.ts'

const mostDecisions = 10

/** For agents: what this person has open in this project, and what was decided lately, in their own words only. */
export async function startContextCommand(
  context: Context,
  options: { limitBytes: string; includeOthers?: boolean; json?: boolean },
): Promise<void> {
  if (!/^\d{1,7}$/.test(options.limitBytes)) throw new UsageError('--limit-bytes needs a number of bytes')
  const place = await placeOf(context)
  const found = await withNotes(place, db => readContext(db, place.identity)).catch((error: unknown) => {
    if (error instanceof StoreMissingError) return undefined
    throw error
  })
  const told = found && { ...found, others: options.includeOthers ? found.others : [] }
  const text = told ? contextText(told, Number(options.limitBytes)) : ''
  process.stdout.write(options.json ? `${toJson({ bytes: Buffer.byteLength(text), text })}\n` : text)
}

async function readContext(db: Db, me: Me): Promise<StartContext> {
  const here = projectHere(process.cwd())
  const all = await listEntries(db, { filter: { ofProject: ofProject(here) } })
  const mine = await ownEntries(
    db,
    me,
    all.map(({ id }) => id),
  )
  const isMine = ({ id }: EntryRow) => mine.has(id)
  const isOpen = ({ status }: EntryRow) => status !== 'resolved' && status !== 'info'
  const isDecision = ({ category }: EntryRow) => category === 'decision'
  const own = all.filter(isMine)
  return {
    project: here.project,
    open: own.filter(isOpen),
    decisions: own.filter(isDecision).slice(0, mostDecisions),
    others: all.filter(entry => !isMine(entry) && (isOpen(entry) || isDecision(entry))),
  }
}
