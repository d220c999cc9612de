import type { Cell } from '../../store/query.ts'
import { usageRecords } from '../../store/tables.ts'
import type { UsageRecord } from '../../transcripts/transcript.ts'

/** All columns of the table, in its order: those that travel, then those that are computed here. */
export const ledgerColumns: readonly string[] = [
  ...Object.keys(usageRecords.columns),
  'counted',
  'owner_session_id',
  'card_id',
  'cost_pico',
  'first_seq',
]

/** What travels of a message, as cells in the order of the table. One that was read in a transcript is no older total. */
export function observationCells(
  writerId: string,
  seq: number,
  row: UsageRecord,
  older: { legacy: boolean; legacyCostPico: bigint | null } = { legacy: false, legacyCostPico: null },
): Cell[] {
  return [
    writerId,
    seq,
    row.messageKey,
    row.part,
    row.sessionId,
    row.claimedSessionId,
    row.occurredAtMs,
    row.lineAtMs,
    row.model,
    row.speed,
    row.serviceTier,
    row.inferenceGeo,
    row.input,
    row.output,
    row.cacheWrite5m,
    row.cacheWrite1h,
    row.cacheRead,
    row.thinking,
    row.webSearches,
    row.webFetches,
    row.requestId,
    row.isSidechain,
    row.agentId,
    row.hasUsage,
    row.hasStopReason,
    row.isFinal,
    row.fromProgress,
    older.legacy,
    older.legacyCostPico,
    row.bornAtMs,
  ]
}

/** Selects ledger rows as `StoredRow` reads them. */
export const ledgerSelect = `rowid AS row_id, writer_id, seq, message_key, part, session_id, claimed_session_id,
  epoch_ms(occurred_at) AS occurred_at_ms, epoch_ms(line_at) AS line_at_ms, model, speed, service_tier, inference_geo,
  input_tokens AS input, output_tokens AS output, cache_write_5m_tokens AS cache_write5m,
  cache_write_1h_tokens AS cache_write1h, cache_read_tokens AS cache_read, thinking_tokens AS thinking,
  web_searches, web_fetches, request_id, is_sidechain, agent_id, has_usage, has_stop_reason, is_final, from_progress,
  legacy, epoch_ms(born_at) AS born_at_ms, counted, owner_session_id, card_id,
  cost_pico, first_seq`

/** A row of `usage_records`: the observation, who made it, and what is computed here from all observations. */
export interface StoredRow extends UsageRecord {
  readonly rowId: number
  readonly writerId: string
  readonly seq: number
  /** A total of the older tool, hidden once the session's transcript is read. */
  readonly legacy: boolean
  readonly counted: boolean
  readonly ownerSessionId: string
  readonly cardId: number | null
  readonly costPico: number | bigint | null
  /** The number it had when it was new; null where that is not known, as of others' rows. */
  readonly firstSeq: number | null
}
