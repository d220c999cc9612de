import { cleanText } from '../../base/clean-text.ts'
import { errorText } from '../../base/errors.ts'
import { kindText } from '../../features/entries/entry-text.ts'
import { type EntryName, findEntry } from '../../features/entries/find.ts'
import { type EntryRow, readEntryRows } from '../../features/entries/list.ts'
import type { Saying } from '../../features/entries/make-changes.ts'
import { withLedger } from '../../ingest/open-ledger.ts'
import { type Said, say } from '../../ingest/say.ts'
import type { Db } from '../../store/query.ts'
import { type Context, placeOf } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { toJson } from '../json.ts'
import { entryAsFields } from './fields.ts'

/** How long a command that changes an entry waits for another process's lock, in milliseconds. */
const waitMs = 5000

export interface ChangeOptions {
  readonly json?: boolean
}

/** Says something of the entry with a name, and prints what it is then. */
export async function changeEntry(
  context: Context,
  name: EntryName,
  sayings: readonly Saying[],
  options: ChangeOptions,
): Promise<void> {
  await changeFound(context, db => findEntry(db, name), sayings, { ...options, verb: 'changed' })
}

/** As `changeEntry`, for an entry that is found in another way. */
export async function changeFound(
  context: Context,
  find: (db: Db) => Promise<{ readonly id: string; readonly title: string | null }>,
  sayings: readonly Saying[],
  options: ChangeOptions & { readonly verb: string },
): Promise<void> {
  const place = await placeOf(context)
  const { found, said, after } = await withLedger(
    place,
    { waitMs, threads: 1, checkpoint: 'when large' },
    async ledger => {
      const found = await find(ledger.db)
      const said = await say(ledger, found.id, sayings)
      const [after] = await readEntryRows(ledger.db, 'e.id = $id', { id: found.id })
      return { found, said, after }
    },
  )
  if (options.json) {
    const isDeleted = after === undefined
    const fields = after ? entryAsFields(after) : { id: found.id, title: found.title }
    process.stdout.write(`${toJson({ ...fields, isDeleted, ...saidAsFields(said) })}\n`)
  } else {
    const title = cleanText(after?.title ?? found.title ?? '')
    process.stdout.write(
      `${options.verb} ${after ? kindText(after) : 'entry'} id=${cleanText(found.id)}  ${title}${projectText(after)}\n`,
    )
  }
  tellSaid(said)
}

/** Words can fit an entry of another project. */
function projectText(entry: Pick<EntryRow, 'project'> | undefined): string {
  return entry?.project ? ` · ${cleanText(entry.project)}` : ''
}

export function saidAsFields({ redacted, pending }: Said): { redactedCount: number; isPending: boolean } {
  return { redactedCount: redacted, isPending: pending !== undefined }
}

/** What a person should know of how it was kept, on stderr. */
export function tellSaid({ redacted, pending }: Said): void {
  if (redacted > 0)
    process.stderr.write(
      `${formatCounted(redacted, 'secret')} in it ${redacted === 1 ? 'was' : 'were'} made unreadable\n`,
    )
  if (pending !== undefined) {
    process.stderr.write(
      `it is kept, and appears once the database can be written (${cleanText(errorText(pending))})\n`,
    )
  }
}
