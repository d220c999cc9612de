import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowsedSession } from '../../../features/sessions/listed-session.ts'
import { StoreBusyError } from '../../../store/open.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import { askAgainMs } from '../../store-door.ts'
import type { SessionQuestions } from './data.ts'

/** A session of the list. */
export type BookRow = BrowsedSession

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

export function createSessionBook(sessions: SessionQuestions): SessionBook {
  let state: BookState = { rows: [], isWhole: false, transcripts: undefined, trouble: undefined }
  let isReading = false
  let isStale = false
  const listeners = new Set<() => void>()
  const update = (change: Partial<BookState>) => {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }
  const read = async () => {
    try {
      const rows = await sessions.browse(newest => {
        // The first screen is shown at once; the rest, and what is read again, when it is all there.
        if (!state.isWhole) update({ rows: newest })
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
