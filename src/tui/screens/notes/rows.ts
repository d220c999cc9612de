import { cleanText } from '../../../base/clean-text.ts'
import { padText, textWidth, truncateText } from '../../../base/text-width.ts'
import type { ZoneClock } from '../../../base/time.ts'
import { kindText } from '../../../features/entries/entry-text.ts'
import type { InboxEntry } from '../../../features/entries/inbox.ts'
import type { EntryRow } from '../../../features/entries/list.ts'
import { newsText } from '../../../features/entries/news-text.ts'
import { momentText } from '../../parts/moment.ts'

interface Look {
  readonly columns: number
  readonly clock: ZoneClock
  readonly nowMs: number
}

interface Column {
  readonly most: number
  /** It is there from so many columns of the screen on. */
  readonly from: number
  readonly text: (entry: EntryRow, look: Look) => string
}

const narrowestTitle = 12

const beforeTitle: readonly Column[] = [
  {
    most: 11,
    from: 70,
    text: ({ updatedAt, loggedAt }, { clock, nowMs }) => {
      const iso = updatedAt ?? loggedAt
      return iso === null ? '' : momentText(Date.parse(iso), clock, nowMs)
    },
  },
  { most: 8, from: 50, text: entry => entry.category },
  { most: 11, from: 34, text: entry => entry.status },
]
const afterTitle: readonly Column[] = [
  { most: 20, from: 70, text: entry => entry.project ?? '' },
  { most: 14, from: 98, text: entry => entry.updatedBy ?? entry.createdBy ?? '' },
]

/** Entries on a line each: when, what kind, which status, its title, project and author, as far as there is room. */
export function entryLines(entries: readonly EntryRow[], look: Look): string[] {
  const cells = (columns: readonly Column[]) =>
    columns
      .filter(({ from }) => look.columns >= from)
      .map(({ most, text }) => {
        const texts = entries.map(entry => truncateText(cleanText(text(entry, look)), most))
        const width = Math.max(0, ...texts.map(textWidth))
        return { width, texts: texts.map(cell => padText(cell, width, 'left')) }
      })
  const before = cells(beforeTitle)
  const after = cells(afterTitle)
  const taken = [...before, ...after].reduce((sum, { width }) => sum + width + 1, 0)
  const room = Math.max(narrowestTitle, look.columns - taken)
  return entries.map((entry, at) => {
    const title = padText(truncateText(titleText(entry), room), room, 'left')
    const cell = ({ texts }: { texts: readonly string[] }) => texts[at] ?? ''
    return truncateText([...before.map(cell), title, ...after.map(cell)].join(' ').trimEnd(), look.columns)
  })
}

/** The title with what else is to be known of it. */
function titleText({ title, tags, noteCount }: EntryRow): string {
  const more = [...tags.map(tag => `#${tag}`), ...(noteCount > 0 ? [`(+${noteCount})`] : [])]
  return cleanText([title || '(no title)', ...more].join(' '))
}

/** A line of the inbox: an entry, or what somebody did to it. */
export interface InboxLine {
  readonly id: string
  readonly text: string
  readonly isHead: boolean
}

/** The inbox line by line; that of the newest arrival is the first, as in the list. */
export function inboxLines(entries: readonly InboxEntry[], { columns, clock }: Look): InboxLine[] {
  return entries.toReversed().flatMap(entry => {
    const { id, title, project, isNew, isDeleted, news } = entry
    const marks = [...(isNew ? ['new'] : []), ...(isDeleted ? ['deleted'] : [])]
    const head = [...marks, kindText(entry), title, ...(project === null ? [] : [`· ${project}`])].join(' ')
    return [
      { id, isHead: true, text: truncateText(cleanText(head), columns) },
      ...news.map(change => ({
        id,
        isHead: false,
        text: truncateText(`  ${newsText(change, clock)}`, columns),
      })),
    ]
  })
}
