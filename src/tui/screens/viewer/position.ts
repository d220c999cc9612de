import type { Aside, TurnKind } from '../../../transcripts/conversation.ts'
import { type Folds, isAsideOpen } from './folds.ts'

/** A row of a turn. Turns are laid out in parts, each of which takes no time worth mentioning. */
export interface Position {
  readonly turn: number
  readonly part: number
  readonly row: number
}

/** What is there to be moved over, as far as it is known. */
export interface Page {
  /** Rows of text on the screen. */
  readonly height: number
  /** How many turns are known from the beginning; those of the end have negative numbers until all are known. */
  readonly turns: number
  readonly endTurns: number
  /** At least one. Of the first turn of an aside that is folded, its one part stands for all of them. */
  partCount(turn: number, folds: Folds): number
  rowCount(turn: number, part: number, folds: Folds): number
  /** What of the turn a part shows, by a number that stays the same whatever is folded. */
  blockOf(turn: number, part: number, folds: Folds): number
  kindOf(turn: number): TurnKind
  asideOf(turn: number): Aside | null
}

/** The line that stands for an aside, or above it, as a block of its first turn. */
export const asideBlock = -2

type Spot = Omit<Position, 'row'>

export const start: Position = { turn: 0, part: 0, row: 0 }

function lastTurn(at: number, page: Page): number {
  return at < 0 ? -1 : Math.max(0, page.turns - 1)
}

function firstTurn(at: number, page: Page): number {
  return at < 0 ? -page.endTurns : 0
}

/** The turn that is seen where this one is: itself, or the first one of a folded aside. */
function shownTurn(turn: number, page: Page, folds: Folds): number {
  const aside = page.asideOf(turn)
  return aside && !isAsideOpen(aside, folds) ? aside.first : turn
}

/** The part that is seen after this one; undefined: it is the last. */
export function partAfter({ turn, part }: Spot, page: Page, folds: Folds): Spot | undefined {
  if (part + 1 < page.partCount(turn, folds)) return { turn, part: part + 1 }
  const aside = page.asideOf(turn)
  const next = aside && !isAsideOpen(aside, folds) ? aside.first + aside.turns : turn + 1
  return next > lastTurn(turn, page) ? undefined : { turn: next, part: 0 }
}

function partBefore({ turn, part }: Spot, page: Page, folds: Folds): Spot | undefined {
  if (part > 0) return { turn, part: part - 1 }
  if (turn <= firstTurn(turn, page)) return undefined
  const before = shownTurn(turn - 1, page, folds)
  return { turn: before, part: page.partCount(before, folds) - 1 }
}

function isBefore(a: Position, b: Position): boolean {
  if (a.turn !== b.turn) return a.turn < b.turn
  return a.part < b.part || (a.part === b.part && a.row < b.row)
}

/** The position of the top at which the last row of the known turns, on that side of the gap, is at the bottom. */
export function bottomFrom(at: number, page: Page, folds: Folds): Position {
  if (page.turns === 0 && at >= 0) return start
  const turn = shownTurn(lastTurn(at, page), page, folds)
  let spot: Spot = { turn, part: page.partCount(turn, folds) - 1 }
  // The blank row after the last turn is not needed.
  let rows = page.rowCount(spot.turn, spot.part, folds) - 1
  while (rows < page.height) {
    const before = partBefore(spot, page, folds)
    if (!before) break
    spot = before
    rows += page.rowCount(spot.turn, spot.part, folds)
  }
  return { ...spot, row: Math.max(0, rows - page.height) }
}

/** So many rows further down, or up, as far as there are any. */
export function movedBy(from: Position, rows: number, page: Page, folds: Folds): Position {
  if (page.turns === 0 && from.turn >= 0) return start
  const known = Math.min(Math.max(from.turn, firstTurn(from.turn, page)), lastTurn(from.turn, page))
  const turn = shownTurn(known, page, folds)
  let spot: Spot = { turn, part: Math.min(from.part, page.partCount(turn, folds) - 1) }
  let row = Math.min(from.row, page.rowCount(spot.turn, spot.part, folds) - 1) + rows
  while (row < 0) {
    const before = partBefore(spot, page, folds)
    if (!before) break
    spot = before
    row += page.rowCount(spot.turn, spot.part, folds)
  }
  while (row >= page.rowCount(spot.turn, spot.part, folds)) {
    const after = partAfter(spot, page, folds)
    if (!after) break
    row -= page.rowCount(spot.turn, spot.part, folds)
    spot = after
  }
  const found = { ...spot, row: Math.max(0, row) }
  const bottom = bottomFrom(spot.turn, page, folds)
  return isBefore(bottom, found) ? bottom : found
}

/** The next turn, or the one before, that is of the kind, from the turn at the top; undefined if there is none. */
export function turnFrom(
  { turn, part, row }: Position,
  by: 1 | -1,
  page: Page,
  { folds, isWanted }: { folds: Folds; isWanted: (turn: number) => boolean },
): number | undefined {
  // Within a turn, back leads to its own beginning.
  if (by === -1 && (part > 0 || row > 0) && isWanted(turn)) return turn
  const end = by === 1 ? lastTurn(turn, page) : firstTurn(turn, page)
  for (let at = turn + by; by === 1 ? at <= end : at >= end; at += by) {
    if (shownTurn(at, page, folds) === at && isWanted(at)) return at
  }
  return undefined
}

/** The same with the part of the turn at the top that shows what was there before something was folded or unfolded. */
export function keptInSight(top: Position, page: Page, before: Folds, after: Folds): Position {
  if (page.turns === 0 && top.turn >= 0) return start
  const turn = shownTurn(top.turn, page, after)
  if (turn !== top.turn) return { turn, part: 0, row: 0 }
  const block = page.blockOf(turn, Math.min(top.part, page.partCount(turn, before) - 1), before)
  const count = page.partCount(turn, after)
  let part = 0
  while (part < count - 1 && page.blockOf(turn, part, after) < block) part++
  const isSame = part === top.part && page.rowCount(turn, part, after) === page.rowCount(turn, part, before)
  return { turn, part, row: isSame ? top.row : 0 }
}
