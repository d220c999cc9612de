import type { Conversation, Turn, TurnKind } from '../../../transcripts/conversation.ts'
import type { Folds } from './position.ts'
import { type Look, turnRows } from './rows.ts'
import type { Row } from './runs.ts'

/** Rows that are kept; a turn that is looked at has its own in any case. */
const mostRows = 20_000

/** The turns of a conversation as rows, laid out when they are asked for. */
export interface Layout {
  rows(turn: number, folds: Folds): readonly Row[]
  kindOf(turn: number): TurnKind
}

interface LaidOut {
  readonly turn: Turn
  readonly rows: readonly Row[]
}

/** A layout for one size of the screen. Keeps the rows of the turns that were asked for last. */
export function createLayout(
  conversation: Conversation,
  look: Omit<Look, 'showsThinking' | 'showsResults' | 'showsFacts'>,
): Layout {
  const known = new Map<string, LaidOut>()
  let kept = 0
  return {
    kindOf: turn => conversation.kindOf(turn),
    rows(number, folds) {
      const { showsThinking, showsResults, showsFacts } = folds
      const isOpen = folds.openTurns.has(number)
      const key = [number, showsThinking, showsResults, showsFacts, isOpen].join(' ')
      const turn = conversation.turn(number)
      const found = known.get(key)
      if (found?.turn === turn) return found.rows
      if (found) kept -= found.rows.length
      const rows = turnRows(turn, { ...look, showsThinking, showsResults, showsFacts }, isOpen)
      known.set(key, { turn, rows })
      kept += rows.length
      for (const [oldest, laidOut] of known) {
        if (kept <= mostRows || oldest === key) break
        known.delete(oldest)
        kept -= laidOut.rows.length
      }
      return rows
    },
  }
}
