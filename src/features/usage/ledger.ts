import { type Cell, type Db, isOneOf } from '../../store/query.ts'
import type { Writer } from '../../store/writer.ts'
import type { UsageRecord } from '../../transcripts/transcript.ts'
import { type MessageUsage, mergeObservations } from '../../transcripts/winner.ts'
import { changedChoices, type TouchedSessions, updateChoices } from './choices.ts'
import { ledgerColumns, ledgerSelect, observationCells, type StoredRow } from './ledger-rows.ts'
import { countLegacyOnce } from './legacy-totals.ts'
import type { LedgerPricer } from './pricing.ts'
import { type Observation, type Resolution, resolveMessage } from './resolve.ts'

/**
 * Adds what transcripts show to the ledger. The ledger is a union: a message once known stays, a better line of it
 * replaces a worse one, and every message counts once over all sessions and writers. Recording the same again
 * changes nothing. Call it inside a transaction. Answers the sessions whose totals may have changed.
 */
export async function recordUsage(
  db: Db,
  { writer, records, pricer }: { writer: Writer; records: readonly UsageRecord[]; pricer: LedgerPricer },
): Promise<TouchedSessions> {
  const touched: TouchedSessions = new Set()
  if (records.length === 0) return touched
  const known = await rowsOfMessages(db, [...new Set(records.map(record => record.messageKey))])
  const sessions = new Set(records.map(record => record.sessionId))
  const isOwn = (row: StoredRow) => row.writerId === writer.id && sessions.has(row.sessionId)
  const plan = planLedger(known.filter(isOwn), records)
  if (plan.length === 0) return touched

  const replaced = new Set(plan.flatMap(change => change.replaces.map(row => row.rowId)))
  const rivals = rivalsOf(plan, known, replaced)
  const choices = chooseMessages(writer.id, plan, rivals)
  const ownerOf = ({ message: [head] }: MessageChange) =>
    choices.get(head.messageKey)?.ownerSessionId ?? head.claimedSessionId ?? head.sessionId
  for (const change of plan) {
    for (const row of change.replaces) touched.add(row.ownerSessionId)
    touched.add(ownerOf(change)).add(change.message[0].sessionId)
  }

  function* cells(): Generator<Cell[]> {
    for (const change of plan) {
      const { message, replaces } = change
      const choice = choices.get(message[0].messageKey)
      const ownerSessionId = ownerOf(change)
      const counted = !choice || (choice.writerId === writer.id && choice.sessionId === message[0].sessionId)
      for (const record of message) {
        const before = replaces.find(row => row.part === record.part)
        const seq = before && sameObservation(before, record) ? before.seq : writer.nextSeq()
        const row = observationCells(writer.id, seq, record)
        const { cardId, costPico } = pricer.price(record)
        row.push(counted, ownerSessionId, cardId, costPico, before ? before.firstSeq : seq)
        yield row
      }
    }
  }

  await deleteRows(db, [...replaced])
  await db.append('usage_records', ledgerColumns, cells())
  await pricer.save(db)
  const changedRivals = changedChoices(rivals, choices)
  await updateChoices(db, changedRivals)
  for (const { row, ownerSessionId } of changedRivals) {
    touched.add(row.ownerSessionId).add(ownerSessionId).add(row.sessionId)
  }
  await countLegacyOnce(db, touched)
  return touched
}

/** The rows already there that show a message of the plan and stay. */
function rivalsOf(
  plan: readonly MessageChange[],
  known: readonly StoredRow[],
  replaced: ReadonlySet<number>,
): StoredRow[] {
  if (known.length === 0) return []
  const planned = new Set(plan.map(change => change.message[0].messageKey))
  return known.filter(row => planned.has(row.messageKey) && !replaced.has(row.rowId))
}

interface MessageChange {
  readonly message: MessageUsage
  readonly replaces: readonly StoredRow[]
}

/** What must be written so that the ledger holds both what it knows and what was read. Pure. */
export function planLedger(stored: readonly StoredRow[], records: readonly UsageRecord[]): MessageChange[] {
  const known = groupMessages(stored)
  const changes: MessageChange[] = []
  for (const [sessionId, messages] of groupMessages(records)) {
    const knownMessages = known.get(sessionId)
    for (const [messageKey, rows] of messages) {
      const [seen, ...others] = observationsIn(rows)
      if (!seen) continue
      const read = others.reduce(mergeObservations, seen)
      const before = knownMessages?.get(messageKey) ?? []
      const [head, ...rest] = before
      if (!head) changes.push({ message: read, replaces: [] })
      else {
        const message = mergeObservations([head, ...rest], read)
        const isSame =
          message.length === before.length && message.every((record, i) => sameObservation(before[i], record))
        if (!isSame) changes.push({ message, replaces: before })
      }
    }
  }
  return changes
}

/** The rows of each session's messages, in the order of their parts. */
function groupMessages<T extends UsageRecord>(rows: readonly T[]): Map<string, Map<string, T[]>> {
  const sessions = new Map<string, Map<string, T[]>>()
  let sessionId: string | undefined
  let messages = new Map<string, T[]>()
  for (const row of rows) {
    if (row.sessionId !== sessionId) {
      sessionId = row.sessionId
      messages = sessions.get(sessionId) ?? new Map()
      sessions.set(sessionId, messages)
    }
    const group = messages.get(row.messageKey)
    if (group) group.push(row)
    else messages.set(row.messageKey, [row])
  }
  return sessions
}

/** Several files of one session can show a message: each file's rows begin with a part 0. */
function observationsIn(rows: readonly UsageRecord[]): MessageUsage[] {
  const messages: [UsageRecord, ...UsageRecord[]][] = []
  for (const row of rows) {
    if (row.part === 0) messages.push([row])
    else messages.at(-1)?.push(row)
  }
  return messages
}

const observed = [
  'claimedSessionId',
  'occurredAtMs',
  'lineAtMs',
  'bornAtMs',
  'model',
  'speed',
  'serviceTier',
  'inferenceGeo',
  'input',
  'output',
  'cacheWrite5m',
  'cacheWrite1h',
  'cacheRead',
  'thinking',
  'webSearches',
  'webFetches',
  'requestId',
  'isSidechain',
  'agentId',
  'hasUsage',
  'hasStopReason',
  'isFinal',
  'fromProgress',
] as const satisfies readonly (keyof UsageRecord)[]

function sameObservation(a: UsageRecord | undefined, b: UsageRecord): boolean {
  return a !== undefined && observed.every(field => a[field] === b[field])
}

/**
 * Decides, for every message that more than one session or writer shows, which observation counts and who owns it.
 * A message that is not in the answer stands alone: its one observation counts and names the owner. Pure.
 */
function chooseMessages(
  writerId: string,
  plan: readonly MessageChange[],
  rivals: readonly StoredRow[],
): Map<string, Resolution> {
  const first = new Map<string, UsageRecord>()
  const shared = new Map<string, [Observation, ...Observation[]]>()
  for (const { message } of plan) {
    const head = message[0]
    const other = first.get(head.messageKey)
    if (!other) {
      first.set(head.messageKey, head)
      continue
    }
    const group = shared.get(head.messageKey)
    if (group) group.push({ ...head, writerId })
    else
      shared.set(head.messageKey, [
        { ...other, writerId },
        { ...head, writerId },
      ])
  }
  for (const rival of rivals) {
    if (rival.part !== 0) continue
    const group = shared.get(rival.messageKey)
    const head = first.get(rival.messageKey)
    if (group) group.push(rival)
    else if (head) shared.set(rival.messageKey, [{ ...head, writerId }, rival])
  }
  return new Map(Array.from(shared, ([key, group]) => [key, resolveMessage(group)]))
}

/**
 * What the ledger holds of the messages with the given keys, of whatever session and writer, and of the older tool's totals.
 * The keys lie anywhere, so every one is compared: found by that column alone, as with all columns beside it a million rows
 * took three times as long.
 */
export async function rowsOfMessages(db: Db, keys: readonly string[]): Promise<StoredRow[]> {
  // The first time there is nothing to compare with, and most to compare.
  if ((await db.rows(`SELECT 1 FROM usage_records LIMIT 1`)).length === 0) return []
  return db.rows<StoredRow>(
    `SELECT ${ledgerSelect} FROM usage_records
     WHERE rowid IN (SELECT rowid FROM usage_records WHERE ${isOneOf('message_key', 'keys', keys)})
     ORDER BY session_id, message_key, part`,
    { keys },
  )
}

export async function deleteRows(db: Db, rowIds: readonly number[]): Promise<void> {
  if (rowIds.length === 0) return
  await db.run(`DELETE FROM usage_records WHERE ${isOneOf('rowid', 'rowIds', rowIds)}`, {
    rowIds,
  })
}
