import { cleanLines, cleanText } from '../../base/clean-text.ts'
import { timeText } from '../../base/format.ts'
import type { ZoneClock } from '../../base/time.ts'
import type { EntryDetail } from './detail.ts'
import type { EntryRow } from './list.ts'

/** One entry in full, for people: what anybody wrote is cleaned. */
export function entryText(entry: EntryRow, detail: EntryDetail, clock: ZoneClock): string {
  const time = (iso: string | null) => (iso === null ? null : timeText(Date.parse(iso), clock))
  const by = (at: string | null, who: string | null) =>
    at && `${time(at)} (${clock.zone}) by ${who ?? 'unknown'}`
  const session =
    entry.sessionId && `${entry.sessionId}${detail.sessionTitle ? ` · ${detail.sessionTitle}` : ''}`
  const about: readonly (readonly [string, string | null])[] = [
    ['Entry', entry.id],
    ['Kind', kindText(entry)],
    ['Project', joined([entry.project, entry.projectKey])],
    ['Logged', by(entry.loggedAt, entry.createdBy)],
    ['Changed', by(entry.updatedAt, entry.updatedBy)],
    ['Machine', entry.machineLabel],
    ['Session', session],
    ['Tags', entry.tags.length > 0 ? entry.tags.join(', ') : null],
    ['Statuses', statusesText(detail, time)],
  ]
  const parts = [
    cleanText(entry.title ?? '') || '(no title)',
    about.flatMap(([label, text]) => (text ? `${label.padEnd(9)} ${cleanText(text)}` : [])).join('\n'),
    cleanLines(detail.text),
    ...detail.notes.map(note => `── ${cleanText(note.author)}, ${time(note.at)}\n${cleanLines(note.text)}`),
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

/** `issue (open)` */
export function kindText({ category, status }: Pick<EntryRow, 'category' | 'status'>): string {
  return cleanText(`${category} (${status})`)
}

/** Only where it ever had another one. */
function statusesText({ statuses }: EntryDetail, time: (iso: string) => string | null): string | null {
  if (statuses.length < 2) return null
  return statuses.map(({ status, author, at }) => `${status} (${author}, ${time(at)})`).join(' → ')
}

function joined(texts: readonly (string | null)[]): string | null {
  return texts.filter(Boolean).join(' · ') || null
}
