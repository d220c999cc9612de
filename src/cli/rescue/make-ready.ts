import { forgetPlaceInJournal } from '../../features/entries/journal.ts'
import { projectAllEntries } from '../../features/entries/project-entries.ts'
import { allSessionIds, projectSessions } from '../../features/sessions/project-sessions.ts'
import { recountUsage } from '../../features/usage/recount.ts'
import { forgetPrices } from '../../features/usage/reprice.ts'
import { type Place, withLedger } from '../../ingest/open-ledger.ts'
import { forgetWhatWasDone } from '../../store/maintenance/mend.ts'
import { readMeta } from '../../store/meta.ts'
import { withStore } from '../../store/open.ts'
import { takeNewWriter } from '../../sync/writers.ts'

/**
 * Makes a database file ready that was copied from another one, before it takes the place of the one in use: it becomes a
 * writer of its own before anything is written, as numbers that are counted on under the old name would be taken for sent;
 * and what was said since comes from the journal. `isPartial`: rows of it were lost.
 */
export async function makeReady(place: Place, file: string, isPartial: boolean): Promise<void> {
  await withStore(file, { access: 'write' }, db =>
    db.transaction(async () => {
      if (isPartial) {
        await forgetWhatWasDone(db, await readMeta(db), place.identity.machineId)
        await forgetPrices(db)
      }
      const meta = await readMeta(db)
      const before = meta.get('writer_id')
      if (before !== null) await takeNewWriter({ db, meta, writer: { id: before } })
      await forgetPlaceInJournal(meta)
    }),
  )
  const there = { ...place, paths: { ...place.paths, database: file } }
  await withLedger(there, { waitMs: 0 }, async ({ db, settings }) => {
    if (!isPartial) return
    await db.transaction(async () => {
      await recountUsage(db)
      const sessionIds = await allSessionIds(db)
      await projectSessions(db, { sessionIds, rules: settings.rules, nowMs: place.now() })
      await projectAllEntries(db)
    })
  })
}
