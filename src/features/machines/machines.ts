import type { Db } from '../../store/query.ts'

/** A machine that was seen here, its own among them. */
export interface MachineRow {
  readonly machineId: string
  readonly label: string
  readonly platform: string | null
  readonly person: string | null
  readonly sessions: number
  readonly tokens: number
  /** Picodollars; null where nothing has a price. */
  readonly costPico: number | bigint | null
  /** Rows without a price: the cost is a lower bound. */
  readonly unpriced: number
  /** When it last pushed to a remote that this machine knows; null: never, or it is this one. ISO 8601. */
  readonly lastSyncAt: string | null
  readonly isThis: boolean
}

/**
 * Every machine with what its sessions used, the busiest first. A session is the machine's whose transcripts speak for it;
 * several database files of one machine (it was rebuilt, or copied) are one row, with the names that this file knows it by,
 * else those of the file that pushed last: their numbers say nothing of each other.
 */
export async function listMachines(db: Db, machineId: string): Promise<MachineRow[]> {
  return db.rows<MachineRow>(
    `WITH seen AS (
       SELECT writer_id, max(pushed_at) AS pushed_at FROM sync_pulled GROUP BY writer_id),
     named AS (
       SELECT DISTINCT ON (m.machine_id) m.machine_id, m.label, m.platform, m.person_name AS person
       FROM machines m LEFT JOIN seen USING (writer_id)
       ORDER BY m.machine_id, m.writer_id = (SELECT value FROM meta WHERE key = 'writer_id') DESC,
         seen.pushed_at DESC NULLS LAST, m.seq DESC),
     used AS (
       SELECT s.machine_id, count(DISTINCT s.session_id) AS sessions,
         sum(u.input_tokens + u.output_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens
           + u.cache_read_tokens) AS tokens,
         sum(u.cost_pico) AS cost_pico, count(*) FILTER (WHERE u.message_key IS NOT NULL AND u.cost_pico IS NULL) AS unpriced
       FROM sessions s LEFT JOIN usage_records u ON u.owner_session_id = s.session_id AND u.counted
       WHERE s.machine_id IS NOT NULL GROUP BY s.machine_id),
     pushed AS (
       SELECT m.machine_id, max(s.pushed_at) AS last_sync_at
       FROM seen s JOIN machines m USING (writer_id) GROUP BY m.machine_id)
     SELECT n.machine_id, n.label, n.platform, n.person, coalesce(u.sessions, 0) AS sessions,
       coalesce(u.tokens, 0) AS tokens, u.cost_pico, coalesce(u.unpriced, 0) AS unpriced, p.last_sync_at,
       n.machine_id = $machineId AS is_this
     FROM named n LEFT JOIN used u USING (machine_id) LEFT JOIN pushed p USING (machine_id)
     ORDER BY tokens DESC, n.label, n.machine_id`,
    { machineId },
  )
}
