import type { Conversation, Turn } from '../../../transcripts/conversation.ts'
import { type Folds, isAsideOpen } from './folds.ts'
import { asideBlock, type Page } from './position.ts'
import { asideRows, type Look, type Part, remainsRows, turnParts } from './rows.ts'
import type { Row } from './runs.ts'

/** Rows and turns that are kept laid out: some hundred screens. */
const mostRows = 20_000
const mostTurns = 2000

/** The turns of a conversation as rows, laid out when they are asked for. */
export interface Layout extends Pick<Page, 'partCount' | 'blockOf' | 'kindOf' | 'asideOf'> {
  rows(turn: number, part: number, folds: Folds): readonly Row[]
}

/** What is known of a turn in one look. Its text is not held: a turn can have many megabytes, of which a line is shown. */
interface LaidOut {
  readonly lineCount: number
  readonly blocks: readonly number[]
  readonly rows: (readonly Row[] | undefined)[]
}

/** A layout for one size of the screen. Keeps the rows that were asked for last. */
export function createLayout(
  conversation: Conversation,
  look: Omit<Look, 'showsThinking' | 'showsResults' | 'showsFacts'>,
): Layout {
  let known = new Map<string, LaidOut>()
  let keptRows = 0
  /** The parts of the turn that was looked at last: many of them are asked for one after the other. */
  let last: { key: string; turn: Turn; parts: readonly Part[] } | undefined

  const forget = () => {
    known = new Map()
    keptRows = 0
  }
  const keyOf = (number: number, { showsThinking, showsResults, showsFacts, openTurns }: Folds) => {
    const aside = conversation.asideOf(number)
    const head = aside?.first === number ? `${aside.turns} ${aside.bytes}` : ''
    const { turns, isComplete, lines, edition } = conversation.state()
    const end = isComplete && number === turns - 1 ? lines : ''
    return [edition, number, showsThinking, showsResults, showsFacts, openTurns.has(number), head, end].join(
      ' ',
    )
  }
  const partsOf = (key: string, number: number, folds: Folds): readonly Part[] => {
    const turn = conversation.turn(number)
    if (last?.key === key && last.turn === turn) return last.parts
    const { showsThinking, showsResults, showsFacts, openTurns } = folds
    const seen = { ...look, showsThinking, showsResults, showsFacts }
    const parts = turnParts(turn, seen, openTurns.has(number))
    last = { key, turn, parts: [...headOf(number, folds), ...parts, ...remainsAfter(number)] }
    return last.parts
  }
  /** The line above the turns of an aside, or in their place. */
  const headOf = (number: number, folds: Folds): Part[] => {
    const aside = conversation.asideOf(number)
    if (aside?.first !== number) return []
    return [{ block: asideBlock, rows: () => asideRows(aside, look.columns, isAsideOpen(aside, folds)) }]
  }
  /** Below the last turn, what of the file is no turn: nothing is left out without a word. */
  const remainsAfter = (number: number): Part[] => {
    const state = conversation.state()
    if (!state.isComplete || number !== state.turns - 1) return []
    return [{ block: Number.POSITIVE_INFINITY, rows: () => remainsRows(state, look.columns) }]
  }
  const laidOut = (number: number, folds: Folds): LaidOut => {
    const aside = conversation.asideOf(number)
    if (aside && !isAsideOpen(aside, folds)) {
      return { lineCount: 0, blocks: [asideBlock], rows: [asideRows(aside, look.columns, false)] }
    }
    const key = keyOf(number, folds)
    const lineCount = conversation.lineCountOf(number)
    const found = known.get(key)
    if (found?.lineCount === lineCount) return found
    if (known.size > mostTurns) forget()
    const blocks = partsOf(key, number, folds).map(part => part.block)
    const fresh: LaidOut = { lineCount, blocks, rows: [] }
    known.set(key, fresh)
    return fresh
  }

  return {
    kindOf: turn => conversation.kindOf(turn),
    asideOf: turn => conversation.asideOf(turn),
    partCount: (turn, folds) => laidOut(turn, folds).blocks.length,
    blockOf: (turn, part, folds) => laidOut(turn, folds).blocks[part] ?? 0,
    rows(turn, part, folds) {
      const { rows } = laidOut(turn, folds)
      const found = rows[part]
      if (found) return found
      if (keptRows > mostRows) forget()
      const fresh = partsOf(keyOf(turn, folds), turn, folds)[part]?.rows() ?? []
      rows[part] = fresh
      keptRows += fresh.length
      return fresh
    },
  }
}
