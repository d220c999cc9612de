import type { TurnKind } from '../../../transcripts/conversation.ts'

/** What is open and what is folded. */
export interface Folds {
  readonly showsThinking: boolean
  readonly showsResults: boolean
  readonly showsFacts: boolean
  /** Turns of which everything is open. */
  readonly openTurns: ReadonlySet<number>
}

/** A row of a turn. */
export interface Position {
  readonly turn: number
  readonly row: number
}

/** What is there to be moved over, as far as it is known. */
export interface Page {
  /** Rows of text on the screen. */
  readonly height: number
  /** How many turns are known from the beginning; those of the end have negative numbers until all are known. */
  readonly turns: number
  readonly endTurns: number
  rowCount(turn: number, folds: Folds): number
  kindOf(turn: number): TurnKind
}

export const start: Position = { turn: 0, row: 0 }

function lastTurn(at: number, page: Page): number {
  return at < 0 ? -1 : Math.max(0, page.turns - 1)
}

function firstTurn(at: number, page: Page): number {
  return at < 0 ? -page.endTurns : 0
}

function isBefore(a: Position, b: Position): boolean {
  return a.turn < b.turn || (a.turn === b.turn && a.row < b.row)
}

/** The position of the top at which the last row of the known turns, on that side of the gap, is at the bottom. */
export function bottomFrom(at: number, page: Page, folds: Folds): Position {
  if (page.turns === 0 && at >= 0) return start
  const first = firstTurn(at, page)
  let turn = lastTurn(at, page)
  // The blank row after the last turn is not needed.
  let rows = page.rowCount(turn, folds) - 1
  while (rows < page.height && turn > first) {
    turn--
    rows += page.rowCount(turn, folds)
  }
  return { turn, row: Math.max(0, rows - page.height) }
}

/** So many rows further down, or up, as far as there are any. */
export function movedBy(from: Position, rows: number, page: Page, folds: Folds): Position {
  if (page.turns === 0 && from.turn >= 0) return start
  const first = firstTurn(from.turn, page)
  const last = lastTurn(from.turn, page)
  let turn = Math.min(Math.max(from.turn, first), last)
  let row = from.row + rows
  while (row < 0 && turn > first) {
    turn--
    row += page.rowCount(turn, folds)
  }
  while (turn < last && row >= page.rowCount(turn, folds)) {
    row -= page.rowCount(turn, folds)
    turn++
  }
  const found = { turn, row: Math.max(0, row) }
  const bottom = bottomFrom(turn, page, folds)
  return isBefore(bottom, found) ? bottom : found
}

/** The next turn, or the one before, that is of the kind, from the turn at the top; undefined if there is none. */
export function turnFrom(
  { turn, row }: Position,
  by: 1 | -1,
  page: Page,
  isWanted: (kind: TurnKind) => boolean,
): number | undefined {
  // Within a turn, back leads to its own beginning.
  if (by === -1 && row > 0 && isWanted(page.kindOf(turn))) return turn
  const end = by === 1 ? lastTurn(turn, page) : firstTurn(turn, page)
  for (let at = turn + by; by === 1 ? at <= end : at >= end; at += by) {
    if (isWanted(page.kindOf(at))) return at
  }
  return undefined
}
