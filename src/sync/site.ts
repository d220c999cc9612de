import type { Identity } from '../base/identity.ts'
import type { Paths } from '../base/paths.ts'
import type { Settings } from '../base/settings.ts'
import type { TypeRule } from '../features/sessions/type-rules.ts'
import type { LedgerPricer } from '../features/usage/pricing.ts'
import type { Meta } from '../store/meta.ts'
import type { Db } from '../store/query.ts'
import type { Writer } from '../store/writer.ts'
import type { OlderRows } from './remote.ts'

/** The open local database with what is needed to take rows in. */
export interface SyncLedger {
  readonly db: Db
  readonly meta: Meta
  readonly writer: Writer
  readonly pricer: LedgerPricer
  readonly settings: { readonly rules: readonly TypeRule[] }
}

/** What a sync is given of this installation. */
export interface Site {
  readonly paths: Paths
  readonly identity: Identity
  readonly settings: Settings
  readonly now: () => number
  /** Opens the local database for writing, for moments: never while the network is asked. */
  readonly withLedger: <T>(work: (ledger: SyncLedger) => Promise<T>) => Promise<T>
  /** Takes up totals that an older tool wrote to a remote. Answers the sessions that must be shown anew. */
  readonly adoptTotals: (
    ledger: SyncLedger,
    rows: Pick<OlderRows, 'sessions' | 'models'>,
  ) => Promise<Set<string>>
  /** Opens it for reading; what it lacks is made first. */
  readonly withReader: <T>(work: (db: Db) => Promise<T>) => Promise<T>
}
