import { existsSync } from 'node:fs'
import { makeDataFolder } from '../../base/private.ts'
import { readShownSessions, type ShownSession } from '../../features/sessions/shown-totals.ts'
import { unpackBackup } from '../../store/maintenance/backup.ts'
import { fillFrom } from '../../store/maintenance/mend.ts'
import { freshName, removeUnfinished, replaceDamaged, unpackedName } from '../../store/maintenance/replace.ts'
import { isComplete, type Salvage } from '../../store/maintenance/salvage.ts'
import { withStore } from '../../store/open.ts'
import { type Context, placeOf } from '../context.ts'
import { withoutSyncs } from './exclusive.ts'
import { salvageInOwnProcess } from './in-own-process.ts'
import { keepTotals } from './keep-totals.ts'
import { putBackKeptFiles } from './kept-files.ts'
import { makeReady } from './make-ready.ts'
import { keepName } from './names.ts'
import { newestBackup } from './newest-backup.ts'

/** What a new database was made of, before transcripts and remotes added theirs. */
export interface Rebuilt {
  /** Where the damaged one is now. */
  readonly keep: string
  readonly salvage: Salvage
  /** When the backup was made that stood in for what could not be read; null: none was needed, or there is none. */
  readonly backupOf: string | null
  /** What was shown of every session before, as far as it could be read. */
  readonly shown: readonly ShownSession[]
  /** Those of which the totals were taken for their messages. */
  readonly adopted: readonly ShownSession[]
  /** Nothing was lost: it is the database as it was. */
  readonly isComplete: boolean
}

/**
 * Makes a new database of what can be read of a damaged one, of the newest backup where that is not all, and of the journal; and
 * puts it in its place. The damaged one is kept. Nobody who is killed here leaves less than there was. Transcripts and remotes
 * are for the caller to ask then.
 */
export async function rebuildDatabase(context: Context): Promise<Rebuilt> {
  const { paths, now } = context
  return withoutSyncs(paths, async () => {
    makeDataFolder(paths.home)
    const fresh = freshName(paths.database)
    try {
      const salvage = await salvageInOwnProcess(context, paths.database, fresh)
      const isWhole = isComplete(salvage)
      const shown = existsSync(fresh) ? await withStore(fresh, { access: 'write' }, readShownSessions) : []
      const backupOf = isWhole ? null : await addBackup(context, fresh)
      const place = await placeOf(context)
      await makeReady(place, fresh, salvage.failure === null && !isWhole)
      const inFresh = { ...place, paths: { ...paths, database: fresh } }
      const adopted = isWhole ? [] : await keepTotals(inFresh, shown)
      const keep = keepName(paths.database, 'damaged', now())
      await replaceDamaged(paths.database, fresh, keep)
      return { keep, salvage, backupOf, shown, adopted, isComplete: isWhole }
    } finally {
      removeUnfinished(paths.database)
    }
  })
}

/** Adds what the newest backup has and the new database lacks; where nothing could be read, that is all of it. */
async function addBackup({ paths }: Context, fresh: string): Promise<string | null> {
  const found = await newestBackup(paths.backups)
  if (!found) return null
  await putBackKeptFiles(paths, found.backup.files)
  if (!existsSync(fresh)) await unpackBackup(found.file, fresh)
  else {
    const unpacked = unpackedName(fresh)
    await unpackBackup(found.file, unpacked)
    await fillFrom(unpacked, fresh)
  }
  return found.backup.createdAt
}
