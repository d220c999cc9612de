import type { Block, Conversation, Turn } from '../../../transcripts/conversation.ts'
import type { Folds, Position } from './position.ts'
import { type Row, rowText } from './runs.ts'
import type { Search } from './state.ts'

/** How long a search keeps a key waiting. */
const sliceMs = 8

/**
 * Looks for the next row with the term, in folded text too. Turns are read one after the other, with a turn for keys in
 * between. Undefined: there is none, or nobody wants to know any more.
 */
export async function findRow(
  conversation: Conversation,
  { term, from, by, isFirst }: Search,
  rowsOf: (turn: number) => readonly Row[],
  isWanted: () => boolean,
): Promise<Position | undefined> {
  // What is known by its distance from the end gets its number when all is read.
  while (from.turn < 0 && !conversation.state().isComplete) {
    await new Promise(resolve => setTimeout(resolve, sliceMs))
    if (!isWanted()) return undefined
  }
  const first = from.turn < 0 ? conversation.settled(from.turn) : from.turn
  let pausedAt = performance.now()
  for (let turn = first; turn >= 0; turn += by) {
    if (performance.now() - pausedAt > sliceMs) {
      await new Promise(resolve => setImmediate(resolve))
      pausedAt = performance.now()
    }
    if (!isWanted()) return undefined
    // Who reads on does so between our slices.
    while (turn >= conversation.state().turns && !conversation.state().isComplete) {
      await new Promise(resolve => setTimeout(resolve, sliceMs))
      if (!isWanted()) return undefined
    }
    if (turn >= conversation.state().turns) return undefined
    if (!hasTerm(conversation.turn(turn), term)) continue
    const rows = rowsOf(turn)
    const row = rowWith(rows, term, by, turn === first ? { row: from.row, isIncluded: isFirst } : undefined)
    if (row !== -1) return { turn, row }
    // The term goes over the end of a row: its turn is the best there is to show.
    const isElsewhere = !rows.some(candidate => rowText(candidate).toLowerCase().includes(term))
    if (isElsewhere && turn !== first) return { turn, row: 0 }
  }
  return undefined
}

function rowWith(
  rows: readonly Row[],
  term: string,
  by: 1 | -1,
  from: { row: number; isIncluded: boolean } | undefined,
): number {
  const has = (row: Row) => rowText(row).toLowerCase().includes(term)
  if (!from) return by === 1 ? rows.findIndex(has) : rows.findLastIndex(has)
  const { row, isIncluded } = from
  return by === 1
    ? rows.findIndex((candidate, at) => (at > row || (isIncluded && at === row)) && has(candidate))
    : rows.findLastIndex((candidate, at) => at < row && has(candidate))
}

/** How a search looks at rows: with all that is folded. */
export function opened(folds: Folds, turn: number): Folds {
  return { ...folds, openTurns: new Set([...folds.openTurns, turn]) }
}

/** A first look without laying out: over line ends, and without what only formats. */
function hasTerm(turn: Turn, term: string): boolean {
  const hasBlank = term.includes(' ')
  return turn.blocks.some(block =>
    textsOf(block).some(text => {
      const lower = text.toLowerCase()
      if (lower.includes(term)) return true
      return (
        hasBlank &&
        lower
          .replace(/[*_`]+/g, '')
          .replace(/\s+/g, ' ')
          .includes(term)
      )
    }),
  )
}

function textsOf(block: Block): readonly string[] {
  switch (block.kind) {
    case 'tool':
      return [block.name, block.gist, block.input, block.result?.text ?? '', ...(block.result?.images ?? [])]
    case 'result':
      return [block.result.text, ...block.result.images]
    case 'image':
      return [block.name]
    default:
      return [block.text]
  }
}
