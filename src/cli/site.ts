import { randomBytes } from 'node:crypto'
import { UsageError } from '../base/errors.ts'
import { createFileAtomic, readTextIfThere } from '../base/files.ts'
import { readSettings } from '../base/settings.ts'
import { adoptRemoteTotals } from '../ingest/adopt-older.ts'
import { withLedger } from '../ingest/open-ledger.ts'
import { StoreMissingError, StoreOutdatedError, withStore } from '../store/open.ts'
import { RemoteError } from '../sync/remotes/trouble.ts'
import { openRemote } from '../sync/remotes.ts'
import type { Site } from '../sync/site.ts'
import type { SyncTools } from '../sync/sync.ts'
import { type Context, placeOf } from './context.ts'

const lockWaitMs = 30_000

/** What a sync is given of this installation, and how it reaches the remotes. */
export async function createSite(context: Context): Promise<{ site: Site; tools: SyncTools }> {
  const place = await placeOf(context)
  const { paths, identity, now } = place
  const settings = readSettings(paths.settingsFile)
  const pseudonymKey = await readPseudonymKey(paths.pseudonymKeyFile)
  const write: Site['withLedger'] = work =>
    withLedger(place, { waitMs: lockWaitMs, threads: 2, checkpoint: 'when large' }, work)
  const read: Site['withReader'] = work =>
    withStore(paths.database, { access: 'read', waitMs: lockWaitMs, threads: 2 }, work)
  const site: Site = {
    paths,
    identity,
    settings,
    now,
    withLedger: write,
    adoptTotals: ({ db, writer }, rows) => adoptRemoteTotals(db, writer, rows),
    withReader: work =>
      read(work).catch(async (error: unknown) => {
        if (!(error instanceof StoreMissingError) && !(error instanceof StoreOutdatedError)) throw error
        await write(async () => undefined)
        return read(work)
      }),
  }
  const tools: SyncTools = {
    outletOf: remote => ({ remote, privacy: settings.privacy, identity, pseudonymKey }),
    openRemote(remote, isNew = false) {
      if (context.isLocal) throw new UsageError('this needs the network, and --local forbids it')
      return openRemote(remote, { env: context.env, label: identity.publicLabel, isNew })
    },
    isPermanent: error => error instanceof RemoteError && error.kind === 'upgrade',
  }
  return { site, tools }
}

/** Pseudonyms are made with a key of this data folder; copied to another machine it makes the same ones there. */
async function readPseudonymKey(file: string): Promise<string> {
  const known = readTextIfThere(file)?.trim()
  if (known) return known
  await createFileAtomic(file, `${randomBytes(24).toString('hex')}\n`)
  return readTextIfThere(file)?.trim() ?? ''
}
