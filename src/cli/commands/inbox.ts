import { cleanText } from '../../base/clean-text.ts'
import { stampMs } from '../../base/clock.ts'
import { truncateText } from '../../base/text-width.ts'
import { localClock, type ZoneClock } from '../../base/time.ts'
import { kindText } from '../../features/entries/entry-text.ts'
import { type Inbox, type InboxEntry, markInboxSeen, readInbox } from '../../features/entries/inbox.ts'
import { newsText } from '../../features/entries/news-text.ts'
import { withLedger } from '../../ingest/open-ledger.ts'
import { withNotes } from '../../ingest/open-notes.ts'
import { StoreMissingError } from '../../store/open.ts'
import { type Context, placeOf } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { toJson } from '../json.ts'
import { shortSessionId } from '../session-id.ts'

const waitMs = 5000
const longestLine = 120

/** What others changed since this device looked last. Once it is printed it counts as seen. */
export async function inboxCommand(context: Context, options: { json?: boolean }): Promise<void> {
  const place = await placeOf(context)
  const inbox = await withNotes(place, db => readInbox(db, place.identity)).catch((error: unknown): Inbox => {
    if (error instanceof StoreMissingError) return { entries: [], upTo: 0 }
    throw error
  })
  await print(
    options.json
      ? `${toJson({ entries: inbox.entries.map(entryAsNews) })}\n`
      : inboxText(inbox.entries, localClock()),
  )
  if (inbox.entries.length === 0) return
  const file = place.paths.inboxFile
  await withLedger(place, { waitMs, threads: 1, checkpoint: 'when large' }, ({ db, meta }) =>
    markInboxSeen(db, { meta, file, inbox }),
  )
}

/** Done when the reader has it: what nobody could read is not seen. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, error => (error ? reject(error) : resolve()))
  })
}

function entryAsNews({ news, ...entry }: InboxEntry): Record<string, unknown> {
  const changes = news.map(({ hlc, kind, value, actorName }) => ({
    kind,
    value: kind === 'create' ? null : value,
    by: actorName,
    at: new Date(stampMs(hlc)).toISOString(),
  }))
  return { ...entry, changes }
}

function inboxText(entries: readonly InboxEntry[], clock: ZoneClock): string {
  if (entries.length === 0) return 'Nothing new.\n'
  const parts = entries.map(entry => {
    const project = entry.project === null ? '' : ` · ${entry.project}`
    const head = cleanText(`${shortSessionId(entry.id)}  ${kindText(entry)}  ${entry.title}${project}`)
    return [
      head,
      ...entry.news.map(change => `  ${truncateText(newsText(change, clock), longestLine)}`),
    ].join('\n')
  })
  const count = formatCounted(entries.length, 'entry').replace(/entrys$/, 'entries')
  return `${count} changed by others · ${clock.zone}\n\n${parts.join('\n\n')}\n\nMore of one: csl show ID\n`
}
