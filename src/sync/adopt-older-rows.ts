import { adoptOlderEntries, type OlderEntry } from '../features/entries/adopt.ts'
import { readSeen } from '../features/entries/seen.ts'
import { projectSessions } from '../features/sessions/project-sessions.ts'
import type { Meta } from '../store/meta.ts'
import type { SyncedTable } from '../store/tables.ts'
import type { Outlet } from './privacy.ts'
import { queuePublications } from './publications.ts'
import type { Known, OlderPage, OlderRows, Remote, TextRow } from './remote.ts'
import { type RetryPlan, retried } from './retry.ts'
import type { Site } from './site.ts'
import { noteHomes } from './staying.ts'

const mostAtOnce = 5000

interface Adopting {
  readonly site: Site
  readonly outlet: Outlet
  readonly remote: Remote
  readonly retries: RetryPlan
}

/**
 * What an older tool wrote or changed in a remote's readable tables becomes changes and totals here. Published again, its
 * rows are no longer its own; those that stay home, by a setting, are remembered as seen. Answers how many entries and
 * sessions were taken up.
 */
export async function adoptOlderRows(
  run: Adopting,
  remoteId: string,
  knowns: ReadonlyMap<SyncedTable, Known>,
): Promise<number> {
  const { site, remote, retries, outlet } = run
  let adopted = 0
  let page: OlderPage | null = { limit: mostAtOnce, afterEntry: '', afterSession: '' }
  while (page) {
    const asked: OlderPage = page
    const { entries, ...totals } = await retried(remote, retries, () => remote.olderRows(asked))
    // Of a remote for notes nobody takes up sessions.
    const { sessions, models } = outlet.remote.share === 'all' ? totals : { sessions: [], models: [] }
    adopted += await takeUp(run, remoteId, { entries, sessions, models })
    const isLast = entries.length < mostAtOnce && sessions.length < mostAtOnce
    page = isLast
      ? null
      : {
          limit: mostAtOnce,
          afterEntry: entries.at(-1)?.id ?? asked.afterEntry,
          afterSession: sessions.at(-1)?.session_id ?? asked.afterSession,
        }
  }
  await site.withLedger(({ db, meta }) =>
    db.transaction(async () => {
      for (const [table, { older }] of knowns) await meta.set(seenKey(remoteId, table), older.state)
    }),
  )
  return adopted
}

/** How many rows of an older tool there have to be looked at: none, if they are those that were seen last time. */
export function unseenOlderRows(
  meta: Pick<Meta, 'get'>,
  table: SyncedTable,
  { remoteId, older }: Known,
): number {
  return meta.get(seenKey(remoteId, table)) === older.state ? 0 : older.rows
}

function seenKey(remoteId: string, table: SyncedTable): string {
  return `older_seen:${remoteId}:${table.name}`
}

async function takeUp({ site, outlet }: Adopting, remoteId: string, rows: OlderRows): Promise<number> {
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
      const totals = await site.adoptTotals(ledger, rows)
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
