import { changes, readableTables, type SyncedTable, usageRecords } from '../../src/store/tables.ts'
import type { PulledBatch, PushBatch, ReadableRows, Remote } from '../../src/sync/remote.ts'
import { batchOf, cellsOf, keyColumns } from '../../src/sync/row-text.ts'

/** Rows that go to a remote and come from there, made up. */

export const olderId = '7b0c2f6e-5f0e-4f57-9a35-0c2f6e5f0e4f'

/** The older Python tool's tables, with types and an order of its own. */
export const olderTables = [
  `CREATE TABLE log_entries (id VARCHAR PRIMARY KEY, logged_at TIMESTAMP, session_id VARCHAR, category VARCHAR,
     title VARCHAR, body VARCHAR, status VARCHAR, synced BOOLEAN DEFAULT FALSE, updated_at TIMESTAMP, created_by VARCHAR,
     updated_by VARCHAR)`,
  `INSERT INTO log_entries (id, logged_at, category, title, body, status, created_by)
     VALUES ('${olderId}', TIMESTAMP '2026-10-01 10:00:00.5', 'issue', 'Refunds twice', 'Seen twice.', 'open', 'carol')`,
  `CREATE TABLE sessions (session_id VARCHAR PRIMARY KEY, project VARCHAR, started_at TIMESTAMP, cost_usd DOUBLE,
     title VARCHAR)`,
  `INSERT INTO sessions VALUES ('s-older', 'orchard-api', TIMESTAMP '2026-10-01 10:00:00', 1.5, 'Its own')`,
]

export type Cells = readonly (string | null)[]

/** A row with something in every column but each sixth, which is empty. `n` tells rows apart. */
export function aRow(
  table: SyncedTable,
  values: Readonly<Record<string, string>>,
  n: number,
): (string | null)[] {
  return Object.entries(table.columns).map(([name, type], i) => {
    if (values[name] !== undefined) return values[name]
    if (!table.key.includes(name) && i % 6 === 5) return null
    switch (type) {
      case 'BOOLEAN':
        return n % 2 === 0 ? 'true' : 'false'
      case 'TIMESTAMPTZ':
        return String(1_764_000_000_123_456 + n)
      case 'DOUBLE':
        return `${n}.25`
      case 'VARCHAR':
        return `${name} ${n}`
      default:
        return String(n)
    }
  })
}

export function someUsage(writerId: string, first: number, last: number): (string | null)[][] {
  return Array.from({ length: last - first + 1 }, (_, i) =>
    aRow(usageRecords, { writer_id: writerId, seq: String(first + i) }, first + i),
  )
}

export function aBatch(
  table: SyncedTable,
  writerId: string,
  { from, to, rows }: { from: PushBatch['from']; to: number; rows: readonly Cells[] },
): PushBatch {
  const columns = Object.keys(table.columns)
  const keys = Object.keys(keyColumns(table)).map(column => columns.indexOf(column))
  return {
    table,
    writerId,
    from,
    to: { seq: to, token: `token-${to}` },
    rows: batchOf(rows),
    // Changes are only ever added.
    replaces: batchOf(table === changes ? [] : rows.map(row => keys.map(at => row[at] ?? null))),
  }
}

export function anEntryRow(id: string, title: string): ReadableRows {
  const cells = Object.keys(readableTables.log_entries).map(name =>
    name === 'id' ? id : name === 'title' ? title : null,
  )
  return { table: 'log_entries', ids: [id], ...batchOf([cells]) }
}

export function aSessionRow(id: string, outputTokens: number): ReadableRows {
  const cells = Object.keys(readableTables.sessions).map(name =>
    name === 'session_id' ? id : name === 'output_tokens' ? String(outputTokens) : null,
  )
  return { table: 'sessions', ids: [id], ...batchOf([cells]) }
}

export async function pullAll(
  remote: Remote,
  table: SyncedTable,
  wanted: Readonly<Record<string, readonly [after: number, upTo: number]>>,
  limit = 5000,
): Promise<{ rows: Cells[]; batches: PulledBatch[]; upTo: Map<string, number> }> {
  const batches: PulledBatch[] = []
  const bounds = Object.entries(wanted).map(([id, [after, upTo]]) => [id, { after, upTo }] as const)
  for await (const batch of remote.pull(table, new Map(bounds), limit)) batches.push(batch)
  return {
    batches,
    rows: batches.flatMap(batch => cellsOf(batch.rows)),
    upTo: new Map(batches.flatMap(batch => [...batch.upTo])),
  }
}
