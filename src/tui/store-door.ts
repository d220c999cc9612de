import { type Ledger, type Place, withLedger } from '../ingest/open-ledger.ts'
import { withStore } from '../store/open.ts'
import type { Db } from '../store/query.ts'

/** The way to the database: open for as long as one question takes, so that hooks never wait for a screen. */
export interface StoreDoor {
  ask<T>(question: (db: Db) => Promise<T>): Promise<T>
  /** For what a person says. */
  change<T>(work: (ledger: Ledger) => Promise<T>): Promise<T>
  /** Lets other work have its turn at the file. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /** Aborted when the screens are gone: for work that only asks. */
  readonly signal: AbortSignal
  /** Nobody waits for answers any more. Resolves once what was said is written. */
  close(): Promise<void>
}

/** After that it is told, and asked again: see `askAgainMs`. */
export const readWaitMs = 1000
const writeWaitMs = 5000

/** How long a screen leaves a database alone that another process holds. */
export const askAgainMs = 500

/** One after the other: a second instance of one file in a process silently loses rows. */
export function createStoreDoor(place: Place): StoreDoor {
  let last: Promise<unknown> = Promise.resolve()
  const closing = new AbortController()
  const { signal } = closing
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work)
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    alone,
    signal,
    async close() {
      closing.abort()
      for (let seen: unknown; seen !== last; ) {
        seen = last
        await seen
      }
    },
    ask: question =>
      alone(() =>
        withStore(place.paths.database, { access: 'read', waitMs: readWaitMs, threads: 2, signal }, question),
      ),
    change: work =>
      alone(() => withLedger(place, { waitMs: writeWaitMs, threads: 1, checkpoint: 'when large' }, work)),
  }
}
