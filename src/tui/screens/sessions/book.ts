import { setTimeout as sleep } from 'node:timers/promises'
import { cleanText } from '../../../base/clean-text.ts'
import type { ZoneClock } from '../../../base/time.ts'
import type { BrowsedSession } from '../../../features/sessions/browse.ts'
import { StoreBusyError } from '../../../store/open.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import { askAgainMs } from '../../store-door.ts'
import type { SessionQuestions } from './data.ts'

/** A session of the list, with the text that a search looks at: made once, in lower case. */
export interface BookRow extends BrowsedSession {
  readonly haystack: string
}

export interface BookState {
  /** Newest first. */
  readonly rows: readonly BookRow[]
  readonly isWhole: boolean
  /** Where the transcripts of this machine are; undefined until somebody has looked. */
  readonly transcripts: ReadonlyMap<string, string> | undefined
  readonly trouble: string | undefined
}

/** All sessions, kept outside of what is drawn: there can be a hundred thousand. */
export interface SessionBook {
  state(): BookState
  subscribe(listener: () => void): () => void
  /**
   * Reads all anew; what is shown stays until that is done. While it is being read, once more afterwards; while another
   * process holds the database, again and again, as long as somebody listens.
   */
  reload(): void
}

export function createSessionBook(sessions: SessionQuestions, clock: ZoneClock): SessionBook {
  let state: BookState = { rows: [], isWhole: false, transcripts: undefined, trouble: undefined }
  let isReading = false
  let isStale = false
  const listeners = new Set<() => void>()
  const update = (change: Partial<BookState>) => {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }
  const read = async () => {
    const rows: BookRow[] = []
    try {
      await sessions.browse(page => {
        for (const session of page) rows.push({ ...session, haystack: haystackOf(session, clock) })
        // The first screen is shown at once; the rest, and what is read again, when it is all there.
        if (!state.isWhole && state.rows.length === 0) update({ rows: [...rows] })
      })
      update({ rows, isWhole: true, trouble: undefined })
    } catch (error) {
      update({ trouble: troubleText(error) })
      if (error instanceof StoreBusyError) {
        await sleep(askAgainMs, undefined, { ref: false })
        isStale = true
      }
      return
    }
    update({ transcripts: await sessions.transcripts().catch(() => state.transcripts) })
  }
  const readAll = async () => {
    isReading = true
    while (isStale && listeners.size > 0) {
      isStale = false
      await read()
    }
    isReading = false
  }
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reload() {
      isStale = true
      if (!isReading) void readAll()
    },
  }
}

/** Title, project, day, branch, type and tags, as a person would type them. */
function haystackOf(session: BrowsedSession, clock: ZoneClock): string {
  const { title, project, endedAtMs, branch, type, tags } = session
  const day = endedAtMs === null ? '' : clock.label('day', endedAtMs)
  return [cleanText(title ?? ''), project, day, branch, type, ...tags]
    .filter(Boolean)
    .join('\n')
    .toLowerCase()
}

/** A session of this machine whose transcript is not there any more. */
export function isGone(row: BrowsedSession, { transcripts }: BookState, machineId: string): boolean {
  return transcripts !== undefined && !transcripts.has(row.id) && !isElsewhere(row, transcripts, machineId)
}

/** A session of another machine, whose transcript is there. */
export function isElsewhere(
  row: BrowsedSession,
  transcripts: ReadonlyMap<string, string> | undefined,
  machineId: string,
): boolean {
  return row.machineId !== null && row.machineId !== machineId && !transcripts?.has(row.id)
}
