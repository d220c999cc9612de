import type { Db } from '../../store/query.ts'
import type { StoredRow } from './ledger-rows.ts'
import type { Resolution } from './resolve.ts'

/** Sessions whose totals may have changed; what `projectSessions` must look at. */
export type TouchedSessions = Set<string>

interface ChangedRival {
  readonly row: StoredRow
  readonly counted: boolean
  readonly ownerSessionId: string
}

/** The rows already there for which the choice fell differently than before. */
export function changedChoices(
  rivals: readonly StoredRow[],
  choices: ReadonlyMap<string, Resolution>,
): ChangedRival[] {
  const changed: ChangedRival[] = []
  for (const row of rivals) {
    const choice = choices.get(row.messageKey)
    if (!choice) continue
    const counted = choice.writerId === row.writerId && choice.sessionId === row.sessionId
    const { ownerSessionId } = choice
    if (counted !== row.counted || ownerSessionId !== row.ownerSessionId) {
      changed.push({ row, counted, ownerSessionId })
    }
  }
  return changed
}

export async function updateChoices(db: Db, changes: readonly ChangedRival[]): Promise<void> {
  if (changes.length === 0) return
  const rows = changes.map(({ row, counted, ownerSessionId }) => ({
    row_id: row.rowId,
    counted,
    owner: ownerSessionId,
  }))
  await db.run(
    `UPDATE usage_records SET counted = choice.counted, owner_session_id = choice.owner
     FROM (SELECT unnest(from_json($rows, '[{"row_id":"BIGINT","counted":"BOOLEAN","owner":"VARCHAR"}]'), recursive := true)) choice
     WHERE usage_records.rowid = choice.row_id`,
    { rows: JSON.stringify(rows) },
  )
}
