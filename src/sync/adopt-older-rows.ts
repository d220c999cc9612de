import { adoptOlderEntries, type OlderEntry } from '../features/entries/adopt.ts'
import { readSeen } from '../features/entries/seen.ts'
import { projectSessions } from '../features/sessions/project-sessions.ts'
import type { Outlet } from './privacy.ts'
import { queuePublications } from './publications.ts'
import type { OlderRows, Remote, TextRow } from './remote.ts'
import { type RetryPlan, retried } from './retry.ts'
import type { Site } from './site.ts'
import { noteHomes } from './staying.ts'

const mostAtOnce = 5000

/**
 * What an older tool wrote or changed in a remote's readable tables becomes changes and totals here; published again, its
 * rows are no longer its own. Answers how many entries and sessions were taken up.
 */
export async function adoptOlderRows(
  { site, outlet, remote, retries }: { site: Site; outlet: Outlet; remote: Remote; retries: RetryPlan },
  remoteId: string,
): Promise<number> {
  const rows = await retried(remote, retries, () => remote.olderRows(mostAtOnce))
  return site.withLedger(ledger =>
    ledger.db.transaction(async () => {
      const { db, meta, writer, settings } = ledger
      const { personName, publicPersonName } = site.identity
      const { share } = outlet.remote
      const adopted = await adoptOlderEntries(db, {
        meta,
        writer,
        rows: rows.entries.map(olderEntryOf),
        share,
        isOwn: name => share === 'all' && (name === personName || name === publicPersonName),
        seen: readSeen(site.paths.inboxFile),
        nowMs: site.now(),
      })
      const totals = share === 'all' ? await site.adoptTotals(ledger, rows) : new Set<string>()
      await projectSessions(db, { sessionIds: totals, rules: settings.rules, nowMs: site.now() })
      if (outlet.remote.share === 'notes') await noteHomes(db, remoteId, idsOf(rows).entryIds)
      await queuePublications(db, { remoteId, ...idsOf(rows) })
      await writer.save()
      return adopted.entries.size + totals.size
    }),
  )
}

function idsOf({ entries, sessions }: OlderRows): { entryIds: string[]; sessionIds: string[] } {
  return {
    entryIds: entries.flatMap(row => row.id ?? []),
    sessionIds: sessions.flatMap(row => row.session_id ?? []),
  }
}

function olderEntryOf(row: TextRow): OlderEntry {
  const number = (text: string | null | undefined) => (text == null ? null : Number(text))
  return {
    id: row.id ?? null,
    sessionId: row.session_id ?? null,
    loggedAtMs: number(row.logged_at_ms),
    category: row.category ?? null,
    status: row.status ?? null,
    title: row.title ?? null,
    body: row.body ?? null,
    updatedAtMs: number(row.updated_at_ms),
    createdBy: row.created_by ?? null,
    updatedBy: row.updated_by ?? null,
  }
}
