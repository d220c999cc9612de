import { cleanText } from '../../base/clean-text.ts'
import { UsageError } from '../../base/errors.ts'
import { type FoundSession, findSession } from '../../features/sessions/find.ts'
import type { Mark } from '../../features/sessions/marks.ts'
import { withLedger } from '../../ingest/open-ledger.ts'
import { markSessions } from '../../ingest/say.ts'
import { type Context, placeOf } from '../context.ts'
import { toJson } from '../json.ts'
import { saidAsFields, tellSaid } from '../notes/change-entry.ts'
import { readTags, readText } from '../notes/options.ts'
import { sessionAsFields } from '../sessions/fields.ts'

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
}

/** Whether there is anything to say; throws a UsageError for what contradicts itself. */
export function readMarks(options: MarkOptions): Mark[] {
  if (options.star && options.unstar) throw new UsageError('--star and --unstar exclude each other')
  if (options.delete && options.undelete) throw new UsageError('--delete and --undelete exclude each other')
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
  options: { readonly json?: boolean },
): Promise<void> {
  for (const { kind, value } of marks) await readText(value, kind)
  const place = await placeOf(context)
  const { said, after } = await withLedger(
    place,
    { waitMs, threads: 1, checkpoint: 'when large' },
    async ledger => {
      const { id } = await findSession(ledger.db, idOrPrefix)
      const said = await markSessions(ledger, [id], marks)
      return { said, after: await findSession(ledger.db, id) }
    },
  )
  process.stdout.write(
    options.json
      ? `${toJson({ ...sessionAsFields(after), ...saidAsFields(said) })}\n`
      : `session ${cleanText(after.id)}  ${marksText(after)}\n`,
  )
  tellSaid(said)
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
