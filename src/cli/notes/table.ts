import { timeText } from '../../base/format.ts'
import type { ZoneClock } from '../../base/time.ts'
import type { EntryRow } from '../../features/entries/list.ts'
import { type Field, renderLayout } from '../layout.ts'
import { shortSessionId } from '../session-id.ts'

/** A list of entries that fits `width` columns. Each row begins with what names the entry. */
export function entriesTable(
  entries: readonly EntryRow[],
  clock: ZoneClock,
  width: number | undefined,
  { withProject }: { withProject: boolean },
): string {
  const ids = shortIds(entries.map(({ id }) => id))
  const id: Field<EntryRow> = { title: 'ID', text: entry => ids.get(entry.id) ?? entry.id }
  const changed: Field<EntryRow> = {
    title: 'Changed',
    text: ({ updatedAt, loggedAt }) => {
      const iso = updatedAt ?? loggedAt
      return iso === null ? '' : timeText(Date.parse(iso), clock)
    },
  }
  const day: Field<EntryRow> = { title: 'Changed', text: entry => changed.text(entry).slice(0, 10) }
  const category = flexible('Category', 8, entry => entry.category)
  const status = flexible('Status', 8, entry => entry.status)
  const title = flexible('Title', 24, titleText)
  const by = flexible('By', 8, entry => entry.updatedBy ?? entry.createdBy ?? '')
  const project = withProject ? [flexible('Project', 10, entry => entry.project ?? '')] : []
  return renderLayout(
    [
      [id, changed, category, status, title, ...project, by],
      [id, day, category, status, title, ...project],
      [id, status, { ...title, minWidth: 12 }],
    ],
    entries,
    width,
  )
}

function titleText({ title, noteCount, tags }: EntryRow): string {
  const more = [...tags.map(tag => `#${tag}`), ...(noteCount > 0 ? [`(+${noteCount})`] : [])]
  return [title || '(no title)', ...more].join(' ')
}

function flexible(title: string, minWidth: number, text: (entry: EntryRow) => string): Field<EntryRow> {
  return { title, flexible: true, minWidth, text }
}

/** The first letters of each id, as many as tell those that are shown apart. */
function shortIds(ids: readonly string[]): Map<string, string> {
  const shorts = ids.map(shortSessionId)
  return new Map(
    ids.map((id, index) => {
      const short = shorts[index] ?? id
      return [id, shorts.indexOf(short) === shorts.lastIndexOf(short) ? short : id]
    }),
  )
}
