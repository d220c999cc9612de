import type { ForeignRow } from '../features/sessions/apply-facts.ts'
import type { ForeignUsage } from '../features/usage/apply-usage.ts'
import type { SyncedTable } from '../store/tables.ts'
import type { RowBatch } from './remote.ts'
import { cellsOf } from './row-text.ts'

// Rows of a remote are other people's: a value that is not what its column says is no value, and a row that lacks what
// it is known by is passed over and counted.

type Value = string | number | boolean | bigint | null

/** The rows of a batch by column, and how many were not usable. `mustHave` names columns that can't be empty. */
export function readRows(
  table: SyncedTable,
  batch: RowBatch,
  mustHave: readonly string[],
): { rows: ForeignRow[]; skipped: number } {
  const columns = Object.entries(table.columns)
  const rows: ForeignRow[] = []
  let skipped = 0
  for (const cells of cellsOf(batch)) {
    const row: Record<string, Value> = {}
    columns.forEach(([name, type], i) => {
      row[name] = readValue(type, name, cells[i] ?? null)
    })
    const isWhole = cells.length === columns.length && mustHave.every(name => row[name] !== null)
    if (isWhole && isForeignRow(row)) rows.push(row)
    else skipped++
  }
  return { rows, skipped }
}

function isForeignRow(row: Record<string, Value>): row is ForeignRow {
  return typeof row.writer_id === 'string' && typeof row.seq === 'number' && row.seq > 0
}

/** Of what people said; all else is names and lists. */
const longestSaid = 2_000_000
const longestText = 200_000

function readValue(type: string, name: string, cell: string | null): Value {
  if (cell === null) return null
  switch (type) {
    case 'VARCHAR':
      if (cell.length > (name === 'value' ? longestSaid : longestText)) return null
      return cell.toWellFormed().replaceAll('\0', '\uFFFD')
    case 'BOOLEAN':
      return cell === 'true' ? true : cell === 'false' ? false : null
    case 'TIMESTAMPTZ': {
      const ms = Math.floor(Number(cell) / 1000)
      return Number.isSafeInteger(ms) && Math.abs(ms) < 8.64e15 ? ms : null
    }
    case 'DOUBLE': {
      const number = Number(cell)
      return cell !== '' && Number.isFinite(number) ? number : null
    }
    case 'INTEGER':
    case 'BIGINT':
      if (!/^-?\d{1,19}$/.test(cell)) return null
      if (name.endsWith('_pico')) return BigInt.asIntN(64, BigInt(cell))
      return Number.isSafeInteger(Number(cell)) && fits(type, Number(cell)) ? Number(cell) : null
    default:
      throw new Error(`values of ${type} do not travel`)
  }
}

function fits(type: string, value: number): boolean {
  return type === 'BIGINT' || Math.abs(value) < 2 ** 31
}

/** A row of `usage_records` as the ledger reads it; counts are never below zero. */
export function usageOf(row: ForeignRow): ForeignUsage {
  const text = (name: string) => (typeof row[name] === 'string' ? row[name] : null)
  const count = (name: string) => Math.max(0, Number(row[name] ?? 0))
  const time = (name: string) => (typeof row[name] === 'number' ? row[name] : null)
  const flag = (name: string) => row[name] === true
  return {
    writerId: row.writer_id,
    seq: row.seq,
    messageKey: text('message_key') ?? '',
    part: count('part'),
    sessionId: text('session_id') ?? '',
    claimedSessionId: text('claimed_session_id'),
    occurredAtMs: time('occurred_at'),
    lineAtMs: time('line_at'),
    bornAtMs: time('born_at'),
    model: text('model') ?? '',
    speed: text('speed'),
    serviceTier: text('service_tier'),
    inferenceGeo: text('inference_geo'),
    input: count('input_tokens'),
    output: count('output_tokens'),
    cacheWrite5m: count('cache_write_5m_tokens'),
    cacheWrite1h: count('cache_write_1h_tokens'),
    cacheRead: count('cache_read_tokens'),
    thinking: count('thinking_tokens'),
    webSearches: count('web_searches'),
    webFetches: count('web_fetches'),
    requestId: text('request_id'),
    isSidechain: flag('is_sidechain'),
    agentId: text('agent_id'),
    hasUsage: flag('has_usage'),
    hasStopReason: flag('has_stop_reason'),
    isFinal: flag('is_final'),
    fromProgress: flag('from_progress'),
    legacy: flag('legacy'),
    legacyCostPico: typeof row.legacy_cost_pico === 'bigint' ? row.legacy_cost_pico : null,
  }
}

const lists = ['skills', 'slash_commands', 'tools']
const textLists = ['branches', 'versions', 'entrypoints', 'pr_urls']
const wholeNumbers = [
  'lines',
  'malformed_lines',
  'files',
  'subagents',
  'prompts',
  'queued_prompts',
  'tool_calls',
  'tool_errors',
  'synthetic_messages',
  'api_errors',
  'compactions',
  'search_count',
]

/** A row of `session_facts` with what its readers take for granted: counts that are there, lists that are lists. */
export function factsOf(row: ForeignRow): ForeignRow {
  const facts: Record<string, Value> = { ...row, legacy: row.legacy === true }
  for (const name of wholeNumbers) facts[name] = Math.max(0, Number(row[name] ?? 0))
  facts.active_sec = Math.max(0, Number(row.active_sec ?? 0))
  for (const name of lists) facts[name] = listOf(row[name], isNameCount)
  for (const name of textLists) facts[name] = listOf(row[name], item => typeof item === 'string')
  facts.tool = row.tool ?? 'claude-code'
  facts.cost_state = isJson(row.cost_state) ? (row.cost_state ?? null) : null
  return facts as ForeignRow
}

function isNameCount(item: unknown): boolean {
  return (
    Array.isArray(item) && item.length === 2 && typeof item[0] === 'string' && Number.isSafeInteger(item[1])
  )
}

function listOf(value: Value | undefined, isItem: (item: unknown) => boolean): string {
  try {
    const list: unknown = JSON.parse(String(value))
    return Array.isArray(list) ? JSON.stringify(list.filter(isItem)) : '[]'
  } catch {
    return '[]'
  }
}

function isJson(value: Value | undefined): boolean {
  try {
    JSON.parse(String(value))
    return true
  } catch {
    return false
  }
}
