import { loadSettings, type Place, prepareLedger, type Settings } from '../../src/ingest/open-ledger.ts'
import { withStore } from '../../src/store/open.ts'
import type { Db } from '../../src/store/query.ts'
import type { Site } from '../../src/sync/site.ts'

/**
 * The database of a place, opened once and kept open: opening it costs as much as a hundred statements, and a test of
 * many syncs does it thousands of times. `close` lets it go; what asks after that opens it again.
 */
export interface KeptLedger extends Pick<Site, 'withReader'> {
  withLedger: <T>(work: (ledger: Awaited<ReturnType<typeof prepareLedger>>) => Promise<T>) => Promise<T>
  close(): Promise<void>
}

interface Opened {
  readonly db: Db
  readonly settings: Settings
  readonly letGo: () => Promise<void>
}

export function keepLedger(place: Place): KeptLedger {
  let opening: Promise<Opened> | undefined
  const opened = () => {
    opening ??= open(place)
    return opening
  }
  return {
    async withLedger(work) {
      const { db, settings } = await opened()
      return work(await prepareLedger(db, place, settings))
    },
    withReader: async work => work((await opened()).db),
    async close() {
      const closing = opening
      opening = undefined
      await closing?.then(({ letGo }) => letGo())
    },
  }
}

async function open(place: Place): Promise<Opened> {
  const settings = await loadSettings(place)
  return new Promise((resolve, reject) => {
    let release: () => void = () => undefined
    const released = new Promise<void>(done => {
      release = done
    })
    const closed = withStore(place.paths.database, { access: 'write', threads: 1, waitMs: 5000 }, db => {
      resolve({
        db,
        settings,
        letGo() {
          release()
          return closed
        },
      })
      return released
    })
    closed.catch(reject)
  })
}
