import { describe, expect, test } from 'vitest'
import type { TurnKind } from '../../../../src/transcripts/conversation.ts'
import type { Page } from '../../../../src/tui/screens/viewer/position.ts'
import { reduceViewer, type ViewerState, viewerAt } from '../../../../src/tui/screens/viewer/state.ts'

const start = { turn: 0, row: 0 }

/** Turns with as many rows as are given; `open` ones have ten more. */
function aPage(rows: readonly number[], given: Partial<Page> = {}): Page {
  return {
    height: 10,
    turns: rows.length,
    endTurns: 0,
    rowCount: (turn, folds) => (rows.at(turn) ?? 0) + (folds.openTurns.has(turn) ? 10 : 0),
    kindOf: (turn): TurnKind => (turn % 3 === 0 ? 'user' : 'assistant'),
    ...given,
  }
}

function press(page: Page, keys: readonly string[], from: ViewerState = viewerAt(start)): ViewerState {
  return keys.reduce((state, name) => reduceViewer(state, { type: 'key', name }, page), from)
}

const page = aPage([4, 4, 4, 30, 4, 4, 4, 4])

describe('the viewer moves', () => {
  test('by rows, pages and halves, over the edges of turns', () => {
    expect(press(page, ['down', 'j']).top).toEqual({ turn: 0, row: 2 })
    expect(press(page, ['space']).top).toEqual({ turn: 2, row: 1 })
    expect(press(page, ['space', 'b']).top).toEqual(start)
    expect(press(page, ['d', 'up']).top).toEqual({ turn: 1, row: 0 })
  })

  test('never past the beginning or the last row', () => {
    const bottom = { turn: 5, row: 1 }

    expect(press(page, ['up', 'b', 'u']).top).toEqual(start)
    expect(press(page, ['end']).top).toEqual(bottom)
    expect(press(page, ['end', 'down', 'space']).top).toEqual(bottom)
    expect(press(page, Array(99).fill('down')).top).toEqual(bottom)
    expect(press(aPage([3, 2]), ['end', 'down']).top).toEqual(start)
    expect(press(aPage([]), ['end', 'down', 'space', ']', 'enter', 'b']).top).toEqual(start)
  })

  test('to turns and to prompts; within a long turn first to its own beginning', () => {
    expect(press(page, ['}', '}']).top).toEqual({ turn: 2, row: 0 })
    expect(press(page, [']']).top).toEqual({ turn: 3, row: 0 })
    expect(press(page, [']', 'down', 'down', '[']).top).toEqual({ turn: 3, row: 0 })
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

    expect(atEnd.top).toEqual({ turn: -3, row: 1 })
    expect(higher.top).toEqual({ turn: -4, row: 0 })
    expect(settled.top).toEqual({ turn: 3, row: 1 })
  })

  test('with the end while the file grows, until it is moved up', () => {
    const grown = aPage([4, 4, 4, 30, 4, 4, 4, 4, 4])
    const atEnd = press(page, ['G'])

    expect(reduceViewer(atEnd, { type: 'changed' }, grown).top).toEqual({ turn: 6, row: 1 })
    expect(reduceViewer(press(page, ['up'], atEnd), { type: 'changed' }, grown).top).toEqual({
      turn: 5,
      row: 0,
    })
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

  test('and stays at a row that is there', () => {
    const opened = press(page, ['enter', ...Array(12).fill('down')])

    expect(opened.top).toEqual({ turn: 0, row: 12 })
    expect(press(page, ['enter'], opened).top).toEqual({ turn: 0, row: 3 })
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
    const at = { turn: 3, row: 20 }

    const hit = reduceViewer(asked, { type: 'hit', at }, page)

    expect(hit).toMatchObject({ top: { turn: 3, row: 17 }, search: { isRunning: false, hit: at } })
    expect(hit.openTurns).toEqual(new Set([3]))
    expect(press(page, ['n'], hit).search).toMatchObject({ from: at, by: 1, isFirst: false, isRunning: true })
    expect(press(page, ['N'], hit).search).toMatchObject({ from: at, by: -1 })
    expect(reduceViewer(press(page, ['n'], hit), { type: 'missed' }, page).note).toBe(
      'not found further down: x',
    )
    expect(press(page, ['escape'], hit)).toMatchObject({ search: null, wish: null })
    expect(press(page, ['n', 'N'], asked)).toBe(asked)
    expect(press(page, ['n']).note).toContain('nothing to search for')
  })
})

test('the viewer wishes for what others must do, each time anew', () => {
  const first = press(page, ['m'])

  expect(first.wish).toEqual({ kind: 'saveMarkdown' })
  expect(press(page, ['m'], first).wish).not.toBe(first.wish)
  expect(['q', 'right', '<', 'a', 's'].map(key => press(page, [key]).wish?.kind)).toEqual([
    'back',
    'nextTranscript',
    'previousTranscript',
    'subagent',
    'saveJson',
  ])
  expect(press(page, ['?', 'q'])).toMatchObject({ helpPage: null, wish: null })
})

test('the viewer shows its keys page by page, as many as fit', () => {
  const tall = aPage([4], { height: 60 })

  expect([1, 2, 3, 4].map(times => press(page, Array(times).fill('?')).helpPage)).toEqual([0, 1, 2, null])
  expect([1, 2].map(times => press(tall, Array(times).fill('?')).helpPage)).toEqual([0, null])
})
