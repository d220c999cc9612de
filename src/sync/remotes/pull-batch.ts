import type { SyncedTable } from '../../store/tables.ts'
import type { PulledBatch } from '../remote.ts'
import { textOfRows } from '../row-text.ts'
import type { SqlTransport } from './sql-transport.ts'

/** A body may have a megabyte: as many rows as four megabytes hold, and one in any case. */
const withinBytes = `
       QUALIFY sum(strlen(coalesce(t.value, ''))) OVER (ORDER BY t.writer_id, t.seq) <= 4000000
         OR row_number() OVER (ORDER BY t.writer_id, t.seq) = 1`

/**
 * The next rows of the writers in `wanted` that come after what is here (`after`, by writer), at most `limit`; null where
 * all are here.
 */
export async function pullBatch(
  transport: SqlTransport,
  table: SyncedTable,
  wanted: ReadonlyMap<string, { readonly upTo: number }>,
  after: ReadonlyMap<string, number>,
  limit: number,
): Promise<PulledBatch | null> {
  const open = [...wanted].filter(([writerId, { upTo }]) => (after.get(writerId) ?? 0) < upTo)
  if (open.length === 0) return null
  const bounds = open.map(([writerId, { upTo }]) => [writerId, after.get(writerId) ?? 0, upTo].join('\u001f'))
  const columns = Object.keys(table.columns).map(column => `t.${column}`)
  const isSizeLimited = table.name === 'changes'
  const rows = await transport.query(
    `WITH wanted AS (
       SELECT cells[1] AS writer, cells[2]::BIGINT AS past, cells[3]::BIGINT AS up_to
       FROM (SELECT string_split(unnest(string_split($1::VARCHAR, chr(30))), chr(31)) AS cells)),
     batch AS (
       SELECT ${columns.join(', ')} FROM ${table.name} t JOIN wanted w ON t.writer_id = w.writer
       WHERE t.seq > w.past AND t.seq <= w.up_to AND t.seq > $2::BIGINT${isSizeLimited ? withinBytes : ''}
       ORDER BY t.writer_id, t.seq LIMIT ${limit})
     SELECT writer_id, max(seq)::VARCHAR AS up_to, count(*)::VARCHAR AS count,
       ${textOfRows(table.columns)} AS text
     FROM batch GROUP BY writer_id ORDER BY writer_id`,
    // The smallest bound once more as a constant: the scan can pass over blocks of lower numbers.
    [bounds.join('\u001e'), String(Math.min(...open.map(([writerId]) => after.get(writerId) ?? 0)))],
  )
  const count = rows.reduce((sum, row) => sum + Number(row.count), 0)
  const upTo = new Map(rows.map(row => [row.writer_id ?? '', Number(row.up_to)]))
  const last = rows.at(-1)?.writer_id ?? ''
  for (const [writerId, { upTo: end }] of open) {
    // Fewer rows than asked for: all are here, the rest of the numbers was excluded, replaced or retired.
    if (count < (isSizeLimited ? 1 : limit) || (rows.length > 0 && writerId < last)) upTo.set(writerId, end)
  }
  return { rows: { count, text: rows.map(row => row.text ?? '').join('\u001e') }, upTo }
}
