import type { Block, Conversation, Turn } from '../../../transcripts/conversation.ts'
import type { Position } from './position.ts'
import { type Row, rowText } from './runs.ts'
import type { Search } from './state.ts'

/** How long a search keeps a key waiting. */
const sliceMs = 8
/** So much of a text is looked at in one go. */
const pieceLength = 1 << 16

/** The rows of a turn of which everything is open, part by part. */
export interface Searched {
  partCount(turn: number): number
  rows(turn: number, part: number): readonly Row[]
}

/**
 * Looks for the next row with the term, in folded text too, with a turn for keys in between. Undefined: there is none, or
 * nobody wants to know any more.
 */
export async function findRow(
  conversation: Conversation,
  { term, from, by, isFirst }: Search,
  searched: Searched,
  isWanted: () => boolean,
): Promise<Position | undefined> {
  const pause = pauses()
  // What is known by its distance from the end gets its number when all is read.
  while (from.turn < 0 && !conversation.state().isComplete) {
    await sleepSlice()
    if (!isWanted()) return undefined
  }
  const first = from.turn < 0 ? conversation.settled(from.turn) : from.turn
  for (let turn = first; turn >= 0; turn += by) {
    await pause()
    // Who reads on does so between our slices.
    while (isWanted() && turn >= conversation.state().turns && !conversation.state().isComplete)
      await sleepSlice()
    if (!isWanted() || turn >= conversation.state().turns) return undefined
    if (!(await hasTerm(conversation.turn(turn), term, pause))) continue
    const isBehind = (part: number, row: number) =>
      turn !== first || comesAfter({ part, row }, from, by, isFirst)
    const found = await rowIn(turn, { term, by, isBehind }, searched, pause)
    if (found || !isWanted()) return found
    // The term goes over the end of a row: its turn is the best there is to show. Where the search began that is so if no
    // row above has it either, and only once.
    const isHere =
      turn !== first || (isFirst && !(await rowIn(turn, { term, by, isBehind: () => true }, searched, pause)))
    if (!isWanted()) return undefined
    if (isHere) return { turn, part: 0, row: 0 }
  }
  return undefined
}

async function rowIn(
  turn: number,
  { term, by, isBehind }: { term: string; by: 1 | -1; isBehind: (part: number, row: number) => boolean },
  searched: Searched,
  pause: () => Promise<void>,
): Promise<Position | undefined> {
  const count = searched.partCount(turn)
  // What a tool was called with is shown as JSON.
  const escaped = JSON.stringify(term).slice(1, -1)
  const holds = (text: string) => holdsTerm(text, term) || text.includes(escaped)
  for (let part = by === 1 ? 0 : count - 1; part >= 0 && part < count; part += by) {
    await pause()
    const rows = searched.rows(turn, part)
    const has = (row: Row, at: number) => isBehind(part, at) && holds(rowText(row).toLowerCase())
    const row = by === 1 ? rows.findIndex(has) : rows.findLastIndex(has)
    if (row !== -1) return { turn, part, row }
  }
  return undefined
}

function comesAfter(
  { part, row }: Omit<Position, 'turn'>,
  from: Position,
  by: 1 | -1,
  isFirst: boolean,
): boolean {
  const order = part === from.part ? row - from.row : part - from.part
  return order * by > 0 || (isFirst && order === 0)
}

/** Gives keys a turn when it is time for one. */
function pauses(): () => Promise<void> {
  let pausedAt = performance.now()
  return async () => {
    if (performance.now() - pausedAt < sliceMs) return
    await new Promise(resolve => setImmediate(resolve))
    pausedAt = performance.now()
  }
}

function sleepSlice(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, sliceMs))
}

/** A first look without laying out: over line ends, and without what only formats. */
async function hasTerm(turn: Turn, term: string, pause: () => Promise<void>): Promise<boolean> {
  for (const text of turn.blocks.flatMap(textsOf)) {
    // What goes over from one piece to the next is looked at with both.
    const overlap = Math.min(pieceLength, term.length * 4)
    for (let at = 0; at < text.length; at += pieceLength) {
      if (holdsTerm(text.slice(at, at + pieceLength + overlap).toLowerCase(), term)) return true
      await pause()
    }
  }
  return false
}

function holdsTerm(lower: string, term: string): boolean {
  if (lower.includes(term)) return true
  if (!term.includes(' ')) return false
  const joined = lower.replace(/[*_`]+/g, '').replace(/\s+/g, ' ')
  return joined.includes(term)
}

/** The strings in a JSON text, if any of them is written otherwise there than it reads. */
function escapedStrings(json: string): string[] {
  if (!json.includes('\\')) return []
  const strings: string[] = []
  JSON.parse(json, (_, value: unknown) => {
    if (typeof value === 'string') strings.push(value)
  })
  return strings
}

function textsOf(block: Block): readonly string[] {
  switch (block.kind) {
    case 'tool':
      return [
        block.name,
        block.gist,
        block.input,
        ...escapedStrings(block.input),
        block.result?.text ?? '',
        ...(block.result?.images ?? []),
      ]
    case 'result':
      return [block.result.text, ...block.result.images]
    case 'image':
      return [block.name]
    default:
      return [block.text]
  }
}
