import { describe, expect, test } from 'vitest'
import {
  type SessionsState,
  sessionsReducer,
  startState,
  topFor,
} from '../../../../src/tui/screens/sessions/state.ts'

const view = { count: 100, height: 10 }

function pressed(names: readonly string[], state: SessionsState = startState()): SessionsState {
  return names.reduce((now, name) => sessionsReducer(now, { type: 'key', name, view }), state)
}

const inList = () => pressed(['tab'])

describe('the search line', () => {
  test('owns the letters while it has the focus', () => {
    const state = pressed([...'sort', 'space', 'x', 'q', 'o', 'r', '/', '?'])

    expect(state).toMatchObject({ query: 'sort xqor/?', focus: 'search', pending: [], showsHelp: false })
  })

  test.each(['down', 'tab', 'enter'])('%s leads to the list, / back', key => {
    expect(pressed(['a', key])).toMatchObject({ focus: 'list', query: 'a', pending: [] })
    expect(pressed(['a', key, '/', 'b'])).toMatchObject({ focus: 'search', query: 'ab' })
  })

  test('erases letters, words, all; what is pasted is one line of text', () => {
    const typed = pressed([...'one two🍎', 'backspace'])
    const pasted = sessionsReducer(typed, { type: 'pasted', text: '\n\x1b[31mx\rq' })

    expect(typed.query).toBe('one two')
    expect(pressed(['ctrl+w'], typed).query).toBe('one ')
    expect(pressed(['ctrl+u'], typed).query).toBe('')
    expect(pasted).toMatchObject({ query: 'one two x q', focus: 'search', pending: [] })
  })

  test('a changed search begins at the first hit', () => {
    const state = pressed(['tab', 'end', '/', 'a'])

    expect(state).toMatchObject({ cursor: 0, top: 0 })
  })
})

describe('the list', () => {
  test('takes 200 held keys in one tick', () => {
    expect(pressed(Array(60).fill('down'), inList())).toMatchObject({ cursor: 60, top: 51 })
    expect(pressed(Array(200).fill('down'), inList())).toMatchObject({ cursor: 99, top: 90 })
    expect(pressed(['end', 'page up', 'up', 'home'], inList())).toMatchObject({ cursor: 0, top: 0 })
  })

  test('what needs a row waits until the list shows what was typed before', () => {
    const state = pressed([...'abc', 'enter', 'down', 'r'])

    expect(state.pending).toEqual([{ action: 'resume', cursor: 1 }])
    expect(sessionsReducer(state, { type: 'handled' }).pending).toEqual([])
  })

  test('the scope goes round, and Space goes on to the next row', () => {
    expect(['a', 'ctrl+r'].map(key => pressed([key], inList()).scope)).toEqual(['project', 'project'])
    expect(pressed(['a', 'a', 'a', 'a'], inList()).scope).toBe('all')
    expect(pressed(['space', 'space'], inList())).toMatchObject({
      cursor: 2,
      pending: [
        { action: 'select', cursor: 0 },
        { action: 'select', cursor: 1 },
      ],
    })
  })

  test('Esc and q ask to go back, from help only to the list', () => {
    expect(pressed(['escape']).pending).toEqual([{ action: 'back', cursor: 0 }])
    expect(pressed(['q'], inList()).pending).toEqual([{ action: 'back', cursor: 0 }])
    expect(pressed(['?', 'q'], inList())).toMatchObject({ showsHelp: false, pending: [] })
  })
})

describe('what is asked', () => {
  const asked = (kind: 'tag' | 'name' | 'delete') =>
    sessionsReducer(inList(), { type: 'asked', prompt: { kind, ids: ['s1'], text: '' } })

  test('is answered with text, which is no command', () => {
    const state = pressed([...'x q', 'enter'], asked('name'))

    expect(state).toMatchObject({
      prompt: undefined,
      pending: [{ action: 'answer', prompt: { kind: 'name', ids: ['s1'], text: 'x q' } }],
    })
    expect(pressed([...'x', 'escape'], asked('tag'))).toMatchObject({ prompt: undefined, pending: [] })
  })

  test('nothing but y deletes', () => {
    for (const key of ['n', 'enter', 'escape', 'space', 'x'])
      expect(pressed([key], asked('delete'))).toMatchObject({ prompt: undefined, pending: [] })
    expect(pressed(['y'], asked('delete')).pending).toHaveLength(1)
  })
})

test('the part of the list that is seen follows cursor and size', () => {
  expect(topFor({ top: 0, cursor: 20 }, view)).toBe(11)
  expect(topFor({ top: 15, cursor: 3 }, view)).toBe(3)
  expect(topFor({ top: 50, cursor: 55 }, { count: 56, height: 40 })).toBe(16)
  expect(topFor({ top: 5, cursor: 0 }, { count: 0, height: 10 })).toBe(0)
})
