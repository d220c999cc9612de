import { localClock } from '../../base/time.ts'
import { readEntryDetail } from '../../features/entries/detail.ts'
import { entryText } from '../../features/entries/entry-text.ts'
import { findEntry } from '../../features/entries/find.ts'
import { withNotes } from '../../ingest/open-notes.ts'
import { type Context, placeOf } from '../context.ts'
import { toJson } from '../json.ts'
import { shownAsFields } from '../notes/fields.ts'
import { readName } from '../notes/options.ts'

/** One entry in full: what it says, its notes, and what became of it. */
export async function showCommand(
  context: Context,
  id: string | undefined,
  options: { titleMatch?: string; json?: boolean },
): Promise<void> {
  const name = readName(id, options.titleMatch)
  const { entry, detail } = await withNotes(await placeOf(context), async db => {
    const found = await findEntry(db, name)
    return { entry: found, detail: await readEntryDetail(db, found) }
  })
  process.stdout.write(
    options.json ? `${toJson(shownAsFields(entry, detail))}\n` : entryText(entry, detail, localClock()),
  )
}
