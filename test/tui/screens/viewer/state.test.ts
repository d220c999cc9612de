import { describe, expect, test } from 'vitest'
import type { TurnKind } from '../../../../src/transcripts/conversation.ts'
import type { Folds } from '../../../../src/tui/screens/viewer/folds.ts'
import { asideBlock, type Page, type Position } from '../../../../src/tui/screens/viewer/position.ts'
import { reduceViewer, type ViewerState, viewerAt } from '../../../../src/tui/screens/viewer/state.ts'

function at(turn: number, row: number, part = 0): Position {
  return { turn, part, row }
}

const start = at(0, 0)

/** Turns with as many rows as are given, all in one part; `open` ones have ten more in a second part, before their last row. */
function aPage(rows: readonly number[], given: Partial<Page> = {}): Page {
  return {
    height: 10,
    turns: rows.length,
    endTurns: 0,
    partCount: (turn, folds) => (folds.openTurns.has(turn) ? 3 : 1),
    rowCount: (turn, part, folds) => {
      const all = rows.at(turn) ?? 0
      if (!folds.openTurns.has(turn)) return all
      return [all - 1, 10, 1][part] ?? 0
    },
    blockOf: (turn, part, folds) => (folds.openTurns.has(turn) ? part - 1 : -1),
    kindOf: (turn): TurnKind => (turn % 3 === 0 ? 'user' : 'assistant'),
    asideOf: () => null,
    ...given,
  }
}

function press(page: Page, keys: readonly string[], from: ViewerState = viewerAt(start)): ViewerState {
  return keys.reduce((state, name) => reduceViewer(state, { type: 'key', name }, page), from)
}

const page = aPage([4, 4, 4, 30, 4, 4, 4, 4])

describe('the viewer moves', () => {
  test('by rows, pages and halves, over the edges of turns', () => {
    expect(press(page, ['down', 'j']).top).toEqual(at(0, 2))
    expect(press(page, ['space']).top).toEqual(at(2, 1))
    expect(press(page, ['space', 'b']).top).toEqual(start)
    expect(press(page, ['d', 'up']).top).toEqual(at(1, 0))
  })

  test('never past the beginning or the last row', () => {
    const bottom = at(5, 1)

    expect(press(page, ['up', 'b', 'u']).top).toEqual(start)
    expect(press(page, ['end']).top).toEqual(bottom)
    expect(press(page, ['end', 'down', 'space']).top).toEqual(bottom)
    expect(press(page, Array(99).fill('down')).top).toEqual(bottom)
    expect(press(aPage([3, 2]), ['end', 'down']).top).toEqual(start)
    expect(press(aPage([]), ['end', 'down', 'space', ']', 'enter', 'b']).top).toEqual(start)
  })

  test('to turns and to prompts; within a long turn first to its own beginning', () => {
    expect(press(page, ['}', '}']).top).toEqual(at(2, 0))
    expect(press(page, [']']).top).toEqual(at(3, 0))
    expect(press(page, [']', 'down', 'down', '[']).top).toEqual(at(3, 0))
    expect(press(page, [']', '[']).top).toEqual(start)
    expect(press(page, ['[']).note).toBe('no earlier turn')
    expect(press(aPage([4, 4]), [']']).note).toBe('no further turn')
  })

  test('in the turns of the end by negative numbers, until all have numbers from the beginning', () => {
    const early = aPage([4, 4, 4, 4, 4, 4], { turns: 2, endTurns: 4 })
    const late = aPage([4, 4, 4, 4, 4, 4])

    const atEnd = press(early, ['end'])
    const higher = press(early, Array(9).fill('up'), atEnd)
    const settled = reduceViewer(atEnd, { type: 'settled', numberOf: turn => 6 + turn }, late)

    expect(atEnd.top).toEqual(at(-3, 1))
    expect(higher.top).toEqual(at(-4, 0))
    expect(settled.top).toEqual(at(3, 1))
  })

  test('with the end while the file grows, until it is moved up', () => {
    const grown = aPage([4, 4, 4, 30, 4, 4, 4, 4, 4])
    const atEnd = press(page, ['G'])

    expect(reduceViewer(atEnd, { type: 'changed' }, grown).top).toEqual(at(6, 1))
    expect(reduceViewer(press(page, ['up'], atEnd), { type: 'changed' }, grown).top).toEqual(at(5, 0))
  })
})

describe('the viewer folds', () => {
  test('kinds everywhere, and the turn at the top', () => {
    expect(press(page, ['t', 'r', 'i'])).toMatchObject({
      showsThinking: true,
      showsResults: true,
      showsFacts: true,
    })
    expect(press(page, ['}', 'enter']).openTurns).toEqual(new Set([1]))
    expect(press(page, ['}', 'enter', 'enter']).openTurns).toEqual(new Set())
  })

  test('and keeps at the top what was there', () => {
    const opened = press(page, ['enter', ...Array(12).fill('down')])

    expect(opened.top).toEqual(at(0, 9, 1))
    expect(press(page, ['enter'], opened).top).toEqual(start)
  })
})

describe('turns of subagents inside the file', () => {
  // Turns 2 to 4 of eight; folded, they are two rows in place of the first.
  const aside = { first: 2, turns: 3, bytes: 900 }
  const isOpen = ({ showsAsides, otherAsides }: Folds) => showsAsides !== otherAsides.has(2)
  const aside2to4 = aPage([4, 4, 4, 4, 4, 4, 4, 4], {
    asideOf: turn => (turn >= 2 && turn <= 4 ? aside : null),
    partCount: (turn, folds) => (turn === 2 && isOpen(folds) ? 2 : 1),
    rowCount: (turn, part, folds) => (turn === 2 && (part === 0 || !isOpen(folds)) ? 2 : 4),
    blockOf: (turn, part) => (turn === 2 && part === 0 ? asideBlock : -1),
    kindOf: () => 'user',
  })

  test('are one line to be moved over, until they are opened there, or all together', () => {
    const before = press(aside2to4, ['}', '}'])
    const opened = press(aside2to4, ['enter'], before)
    const all = press(aside2to4, ['A'], before)

    expect(before.top).toEqual(at(2, 0))
    expect(press(aside2to4, ['down', 'down'], before).top).toEqual(at(5, 0))
    expect(press(aside2to4, ['down', 'down', 'up'], before).top).toEqual(at(2, 1))
    expect(press(aside2to4, ['end']).top).toEqual(at(5, 1))
    expect(press(aside2to4, ['down', 'down'], opened).top).toEqual(at(2, 0, 1))
    expect(press(aside2to4, ['}'], opened).top).toEqual(at(3, 0))
    expect(press(aside2to4, ['enter'], opened)).toMatchObject({ top: at(2, 0), otherAsides: new Set() })
    expect(press(aside2to4, ['}', '}', 'A'], all).top).toEqual(at(2, 0))
    expect(press(aside2to4, ['enter', 'down', 'down'], all).top).toEqual(at(5, 0))
  })

  test('are told by no person, so prompts are looked for elsewhere', () => {
    expect(press(aside2to4, ['A', ']', ']']).top).toEqual(at(5, 0))
    expect(press(aside2to4, ['}', '}', ']', '[']).top).toEqual(at(1, 0))
  })

  test('are opened where something is found in them', () => {
    const asked = press(aside2to4, ['/', 'x', 'enter'])
    const hit = reduceViewer(asked, { type: 'hit', at: at(3, 3) }, aside2to4)

    expect(hit).toMatchObject({ top: at(3, 0), otherAsides: new Set([2]), openTurns: new Set([3]) })
  })

  test('stay open when those of the end get their numbers from the beginning', () => {
    const early = aPage([4, 4, 4, 4, 4, 4, 4, 4], {
      turns: 1,
      endTurns: 6,
      asideOf: turn => (turn <= -4 && turn >= -6 ? { first: -6, turns: 3, bytes: 9 } : null),
      blockOf: turn => (turn === -6 ? asideBlock : -1),
    })
    const opened = press(early, ['end', ...Array(30).fill('up'), 'enter'])
    const settled = reduceViewer(opened, { type: 'settled', numberOf: turn => 8 + turn }, aside2to4)

    expect(opened.otherAsides).toEqual(new Set([-4]))
    expect(settled).toMatchObject({ otherAsides: new Set([2]), top: at(2, 0) })
  })
})

describe('the viewer searches', () => {
  test('for what is typed, keys being letters meanwhile', () => {
    const typed = press(page, ['/', 'q', 'space', 'G', 'x', 'backspace'])
    const asked = press(page, ['enter'], typed)

    expect(typed).toMatchObject({ typed: 'q G', wish: null, top: start })
    expect(asked).toMatchObject({
      typed: null,
      search: { term: 'q g', from: start, isFirst: true, isRunning: true },
    })
    expect(press(page, ['escape'], typed)).toMatchObject({ typed: null, search: null })
    expect(press(page, ['/', 'enter']).search).toBeNull()
  })

  test('shows what was found with its turn open, and goes on from there in both directions', () => {
    const asked = press(page, ['/', 'x', 'enter'])
    const place = at(3, 3, 1)

    const hit = reduceViewer(asked, { type: 'hit', at: place }, page)

    expect(hit).toMatchObject({ top: at(3, 0, 1), search: { isRunning: false, hit: place } })
    expect(hit.openTurns).toEqual(new Set([3]))
    expect(press(page, ['n'], hit).search).toMatchObject({
      from: place,
      by: 1,
      isFirst: false,
      isRunning: true,
    })
    expect(press(page, ['N'], hit).search).toMatchObject({ from: place, by: -1 })
    expect(reduceViewer(press(page, ['n'], hit), { type: 'missed' }, page).note).toBe(
      'not found further down: x',
    )
    expect(press(page, ['escape'], hit)).toMatchObject({ search: null, wish: null })
    expect(press(page, ['n', 'N'], asked)).toBe(asked)
    expect(press(page, ['n']).note).toContain('nothing to search for')
  })
})

test('a search leads nobody away who has gone elsewhere meanwhile', () => {
  const asked = press(page, ['/', 'x', 'enter'])
  const moved = press(page, ['end'], asked)

  expect(moved.search).toMatchObject({ isRunning: false })
  expect(reduceViewer(moved, { type: 'hit', at: at(0, 1) }, page)).toBe(moved)
  expect(reduceViewer(moved, { type: 'missed' }, page)).toBe(moved)
  expect(press(page, ['n'], moved).search).toMatchObject({ isRunning: true })
})

test('the viewer wishes for what others must do, each time anew', () => {
  const first = press(page, ['m'])

  expect(first.wish).toEqual({ kind: 'saveMarkdown' })
  expect(press(page, ['m'], first).wish).not.toBe(first.wish)
  expect(['q', 'right', '<', 'a', 's', '?'].map(key => press(page, [key]).wish?.kind)).toEqual([
    'back',
    'nextTranscript',
    'previousTranscript',
    'subagent',
    'saveJson',
    'help',
  ])
})

test('a viewer that is opened at something begins to search for it', () => {
  expect(viewerAt(start, 'Hole 25').search).toMatchObject({ term: 'hole 25', from: start, isRunning: true })
  expect(viewerAt(start).search).toBe(null)
})
