import type { PeriodUnit, ZoneClock } from '../../base/time.ts'
import type { Db } from '../../store/query.ts'
import { ledgerCondition, type UsageFilter } from './filter.ts'
import type { LedgerSource } from './sums.ts'
import { type OffsetSpan, offsetSpans } from './zone-offsets.ts'

/** Rows of the ledger with an expression that is the same for all moments of one period of a zone. */
export interface PeriodSource extends LedgerSource {
  readonly key: string
}

/**
 * What the hours, days, weeks or months of a time zone are told apart by, in SQL. Rows are put together by what the
 * zone's clocks showed; which period that is, and when it began, says the first moment in it.
 */
export async function periodSource(
  db: Db,
  { unit, clock, filter }: { unit: PeriodUnit; clock: ZoneClock; filter: UsageFilter },
): Promise<PeriodSource> {
  const { where, parameters } = ledgerCondition(filter)
  const days = await db.rows<{ day: number }>(
    `SELECT DISTINCT epoch_us(occurred_at) // 86400000000 AS day FROM usage_records
     WHERE ${where} AND occurred_at IS NOT NULL ORDER BY day`,
    parameters,
  )
  const spans = offsetSpans(
    days.map(row => row.day),
    clock,
  )
  return {
    key: periodKeys[unit](offsetAt(spans)),
    from: `usage_records WHERE ${where}`,
    parameters: { ...parameters, ...offsetParameters(spans) },
  }
}

/**
 * A number for each period, the same for all moments in it. Whole divisions are the fastest way to one; they round
 * toward zero, so time is counted from a Monday before all dates that transcripts have.
 */
const periodKeys: Readonly<Record<PeriodUnit, (offset: string) => string>> = {
  // An hour that comes twice is two: told apart by the offset.
  hour: offset => `${wall(offset)} // 3600000000 * 200 + ${offset} // 900000000`,
  day: offset => `${wall(offset)} // 86400000000`,
  week: offset => `${wall(offset)} // 604800000000`,
  month: offset =>
    `date_diff('month', DATE '0001-01-01', make_timestamp(epoch_us(occurred_at) + ${offset})::DATE)`,
}

/** Microseconds on the zone's clocks since 1 January of the year 1, a Monday. */
function wall(offset: string): string {
  return `(epoch_us(occurred_at) + ${offset} + 62135596800000000)`
}

// The offset is worked out in SQL from the few moments at which it changes: asking DuckDB for the time in a zone
// row by row takes 245 ms for a million rows, this 10.

function offsetAt(spans: readonly OffsetSpan[]): string {
  const cases = spans.map(
    (_, index) => `WHEN epoch_us(occurred_at) < $until${index}::BIGINT THEN $offset${index}::BIGINT`,
  )
  return `CASE WHEN occurred_at IS NULL THEN NULL ${cases.join(' ')} END`
}

function offsetParameters(spans: readonly OffsetSpan[]): Record<string, number> {
  return Object.fromEntries(
    spans.flatMap(({ untilMs, offsetMs }, index) => [
      [`until${index}`, untilMs * 1000],
      [`offset${index}`, offsetMs * 1000],
    ]),
  )
}
