import type { Share } from '../base/settings.ts'
import { applyChanges } from '../features/entries/changes.ts'
import { entryIdOf } from '../features/entries/kinds.ts'
import { readSeen } from '../features/entries/seen.ts'
import { applyFacts, applyMachines } from '../features/sessions/apply-facts.ts'
import { projectSessions } from '../features/sessions/project-sessions.ts'
import { applyUsage } from '../features/usage/apply-usage.ts'
import { changes, machines, type SyncedTable, sessionFacts, usageRecords } from '../store/tables.ts'
import { factsOf, readRows, usageOf } from './foreign-rows.ts'
import type { RowBatch } from './remote.ts'
import type { SyncLedger } from './site.ts'

/** What a batch of other writers' rows did here. */
export interface Applied {
  /** Sessions and entries whose readable rows may have changed. */
  readonly sessionIds: ReadonlySet<string>
  readonly entryIds: ReadonlySet<string>
  /** Entries whose creation was among the rows, known before or not. */
  readonly createdEntryIds: readonly string[]
  /** Rows that were not usable. */
  readonly skipped: number
}

const nobody: ReadonlySet<string> = new Set()

/**
 * Takes rows of other writers in and computes the readable rows they touch anew. Rows that claim to be ours are not
 * taken. Doing it again changes nothing. Call it inside the transaction that notes how far they have come.
 */
export async function applyBatch(
  ledger: SyncLedger,
  {
    table,
    rows: batch,
    share,
    nowMs,
    seenFile,
  }: { table: SyncedTable; rows: RowBatch; share: Share; nowMs: number; seenFile: string },
): Promise<Applied> {
  const { db, meta, writer, pricer, settings } = ledger
  const { rows: read, skipped: unreadable } = readRows(table, batch, mustHave(table))
  const rows = read.filter(row => row.writer_id !== writer.id)
  if (table === changes) {
    const { entries, skipped } = await applyChanges(db, {
      meta,
      rows,
      share,
      nowMs,
      seen: readSeen(seenFile),
    })
    const created = rows
      .filter(row => row.kind === 'create')
      .flatMap(row => entryIdOf(String(row.subject)) ?? [])
    return { sessionIds: nobody, entryIds: entries, createdEntryIds: created, skipped: unreadable + skipped }
  }
  const touched =
    table === usageRecords
      ? await applyUsage(db, { rows: rows.map(usageOf), pricer })
      : table === sessionFacts
        ? await applyFacts(db, rows.map(factsOf))
        : await applyMachines(db, rows)
  await projectSessions(db, { sessionIds: touched, rules: settings.rules, nowMs })
  return { sessionIds: touched, entryIds: nobody, createdEntryIds: [], skipped: unreadable }
}

function mustHave(table: SyncedTable): readonly string[] {
  if (table === usageRecords) return ['message_key', 'part', 'session_id', 'model']
  if (table === machines) return ['machine_id', 'label']
  return table === sessionFacts ? ['session_id'] : ['hlc', 'subject', 'kind', 'actor', 'payload_hash']
}
