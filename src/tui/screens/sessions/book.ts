import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowsedSession } from '../../../features/sessions/listed-session.ts'
import { StoreBusyError } from '../../../store/open.ts'
import { troubleText } from '../../parts/trouble-text.ts'
import { askAgainMs } from '../../store-door.ts'

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

/** What the book is read from. */
export interface BookQuestions {
  /** All sessions, newest first. The first of them are given before all are read, where that makes a difference. */
  browse(onNewest: (sessions: readonly BrowsedSession[]) => void): Promise<readonly BrowsedSession[]>
  /** Where the transcripts on this machine are, by session. */
  transcripts(): Promise<ReadonlyMap<string, string>>
}

/**
 * All sessions, kept outside of what is drawn, once for all screens: there can be a hundred thousand. It is read for those
 * who listen, from the first on; what is shown stays until all is read.
 */
export interface SessionBook {
  state(): BookState
  subscribe(listener: () => void): () => void
  /**
   * It has changed: reads all anew, or once more after what is being read; where nobody listens, when somebody does. While
   * another process holds the database, again and again.
   */
  reload(): void
}

export function createSessionBook({ browse, transcripts }: BookQuestions): SessionBook {
  let state: BookState = { rows: [], isWhole: false, transcripts: undefined, trouble: undefined }
  let isReading = false
  let isStale = true
  const listeners = new Set<() => void>()
  const update = (change: Partial<BookState>) => {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }
  /** Answers whether it is to be read again. */
  const read = async () => {
    try {
      const rows = await browse(newest => {
        // The first screen is shown at once; the rest, and what is read again, when it is all there.
        if (!state.isWhole) update({ rows: newest })
      })
      update({ rows, isWhole: true, trouble: undefined })
    } catch (error) {
      isStale = true
      update({ trouble: troubleText(error) })
      if (!(error instanceof StoreBusyError)) return false
      await sleep(askAgainMs, undefined, { ref: false })
      return true
    }
    update({ transcripts: await transcripts().catch(() => state.transcripts) })
    return isStale
  }
  const begin = async () => {
    if (isReading || !isStale) return
    isReading = true
    do isStale = false
    while ((await read()) && listeners.size > 0)
    isReading = false
  }
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      void begin()
      return () => listeners.delete(listener)
    },
    reload() {
      isStale = true
      if (listeners.size > 0) void begin()
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
