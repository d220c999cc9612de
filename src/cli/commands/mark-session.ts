import { cleanText } from '../../base/clean-text.ts'
import { UsageError, UserError } from '../../base/errors.ts'
import { formatBytes } from '../../base/format.ts'
import { type FoundSession, findSession } from '../../features/sessions/find.ts'
import type { Mark } from '../../features/sessions/marks.ts'
import { type DoomedTranscript, planErasing, recordDoomed } from '../../ingest/erase-transcripts.ts'
import { type Place, withLedger } from '../../ingest/open-ledger.ts'
import { markSessions } from '../../ingest/say.ts'
import { askYesNo, refuseWithoutTerminal } from '../ask.ts'
import { type Context, placeOf } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { toJson } from '../json.ts'
import { saidAsFields, tellSaid } from '../notes/change-entry.ts'
import { readTags, readText } from '../notes/options.ts'
import { sessionAsFields } from '../sessions/fields.ts'
import { withUpToDateStore } from '../up-to-date.ts'

/** How long it waits for another process's lock, in milliseconds. */
const waitMs = 5000

/** What `csl session ID` may be told to keep of a session. */
export interface MarkOptions {
  readonly star?: boolean
  readonly unstar?: boolean
  readonly tag?: readonly string[]
  readonly untag?: readonly string[]
  readonly name?: string
  readonly delete?: boolean
  readonly undelete?: boolean
  /** With `delete`: its transcript, too, for good. */
  readonly withTranscript?: boolean
  /** Asks nothing. */
  readonly yes?: boolean
}

/** Whether there is anything to say; throws a UsageError for what contradicts itself. */
export function readMarks(options: MarkOptions): Mark[] {
  if (options.star && options.unstar) throw new UsageError('--star and --unstar exclude each other')
  if (options.delete && options.undelete) throw new UsageError('--delete and --undelete exclude each other')
  if (options.withTranscript && !options.delete)
    throw new UsageError('--with-transcript goes with --delete', 'csl session ID --delete --with-transcript')
  const marks: Mark[] = []
  if (options.star ?? options.unstar) marks.push({ kind: 'star', value: String(options.star ?? false) })
  for (const value of readTags(options.tag)) marks.push({ kind: 'tag', value })
  for (const value of readTags(options.untag)) marks.push({ kind: 'untag', value })
  if (options.name !== undefined) marks.push({ kind: 'name', value: cleanText(options.name) })
  if (options.delete ?? options.undelete)
    marks.push({ kind: 'deleted', value: String(options.delete ?? false) })
  return marks
}

/** Keeps what this person says of a session, and prints what it is then. */
export async function markSessionCommand(
  context: Context,
  idOrPrefix: string,
  marks: readonly Mark[],
  options: Pick<MarkOptions, 'withTranscript' | 'yes'> & { readonly json?: boolean },
): Promise<void> {
  for (const { kind, value } of marks) await readText(value, kind)
  if (options.withTranscript && !options.yes) refuseWithoutTerminal()
  const place = await placeOf(context)
  const doomed = options.withTranscript ? await planned(context, place, idOrPrefix) : undefined
  if (doomed && !options.yes) {
    process.stderr.write(doomedText(doomed))
    if (!(await askYesNo('Delete it for good? What is recorded of it stays.'))) {
      process.stdout.write('nothing was deleted\n')
      return
    }
  }
  const { said, after } = await withLedger(
    place,
    { waitMs, threads: 1, checkpoint: 'when large' },
    async ledger => {
      const { id } = doomed ? { id: doomed.sessionId } : await findSession(ledger.db, idOrPrefix)
      const recorded = doomed && (await recordDoomed(ledger, [doomed]))
      const said = await markSessions(ledger, [id], marks)
      recorded?.remove(`csl session ${cleanText(id)} --undelete brings it back`)
      return { said, after: await findSession(ledger.db, id) }
    },
  )
  const erased = doomed && { deletedFiles: doomed.files.map(file => file.path) }
  process.stdout.write(
    options.json
      ? `${toJson({ ...sessionAsFields(after), ...saidAsFields(said), ...erased })}\n`
      : `session ${cleanText(after.id)}  ${marksText(after)}\n`,
  )
  if (doomed && !options.json) process.stdout.write(`deleted ${filesText(doomed)}\n`)
  tellSaid(said)
}

async function planned(context: Context, place: Place, idOrPrefix: string): Promise<DoomedTranscript> {
  const { id } = await withUpToDateStore(context, db => findSession(db, idOrPrefix))
  const doomed = await planErasing(place.paths.claudeRoots, id, place.now())
  if (doomed) return doomed
  throw new UserError(
    `the transcript of ${cleanText(id)} is not on this machine`,
    'to take it out of the lists: --delete alone',
  )
}

function doomedText(doomed: DoomedTranscript): string {
  const lines = doomed.files.map(({ path, bytes }) => `${cleanText(path)}  ${formatBytes(bytes)}`)
  const shown = lines.length > mostShown ? [...lines.slice(0, mostShown), '…'] : lines
  return `${[...shown, filesText(doomed)].join('\n')}\n`
}

const mostShown = 10

/** `3 files, 1.5 MB` */
function filesText({ files }: DoomedTranscript): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return `${formatCounted(files.length, 'file')}, ${formatBytes(bytes)}`
}

/** `★ Mend the gate #fence (deleted)` */
function marksText({ title, isStarred, isDeleted, tags }: FoundSession): string {
  const words = [
    isStarred ? '★' : '',
    title ?? '(untitled)',
    ...tags.map(tag => `#${tag}`),
    isDeleted ? '(deleted)' : '',
  ]
  return cleanText(words.filter(word => word !== '').join(' '))
}
