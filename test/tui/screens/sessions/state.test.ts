import { describe, expect, test } from 'vitest'
import {
  leadsAway,
  type SessionsState,
  sessionsReducer,
  startState,
  type View,
} from '../../../../src/tui/screens/sessions/state.ts'

const view: View = {
  count: 100,
  height: 10,
  linesOf: () => 1,
  asked: { query: '', scope: 'all' },
  idAt: row => `s${row}`,
}

function pressed(names: readonly string[], state = startState(), seen = view): SessionsState {
  return names.reduce((now, name) => sessionsReducer(now, { type: 'key', name, view: seen }), state)
}

const inList = () => pressed(['tab'])

describe('the search line', () => {
  test('owns the letters while it has the focus', () => {
    const state = pressed([...'sort', 'space', 'x', 'q', 'o', 'r', '/', '?'])

    expect(state).toMatchObject({ query: 'sort xqor/?', focus: 'search', pending: [] })
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

  test('a page goes as far as is seen where rows take two lines', () => {
    const tall: View = { ...view, linesOf: row => (row < 4 ? 2 : 1) }

    expect(pressed(['page down'], inList(), tall)).toMatchObject({ cursor: 6, top: 1 })
    expect(pressed(['page down', 'page up'], inList(), tall)).toMatchObject({ cursor: 0, top: 0 })
  })

  test('a list that changed leaves the cursor where it is told', () => {
    const state = sessionsReducer(pressed(['end'], inList()), { type: 'shifted', cursor: 3, top: 2 })

    expect(state).toMatchObject({ cursor: 3, top: 2 })
  })

  test('^F switches the search in transcripts off and on, from the search line, too', () => {
    expect(pressed(['ctrl+f'])).toMatchObject({ searchesText: false, query: '' })
    expect(pressed(['ctrl+f', 'tab', 'ctrl+f']).searchesText).toBe(true)
  })

  test('the scope goes round, and Space goes on to the next row', () => {
    expect(['a', 'ctrl+r'].map(key => pressed([key], inList()).scope)).toEqual(['project', 'project'])
    expect(pressed(['a', 'a', 'a', 'a'], inList()).scope).toBe('all')
    expect(pressed(['space', 'space'], inList())).toMatchObject({
      cursor: 2,
      pending: [
        { action: 'select', cursor: 0, id: 's0' },
        { action: 'select', cursor: 1, id: 's1' },
      ],
    })
  })

  test('Esc and q ask to go back, ? for help: what comes behind them is for the next screen', () => {
    expect(pressed(['escape']).pending).toMatchObject([{ action: 'back' }])
    expect(pressed(['q'], inList()).pending).toMatchObject([{ action: 'back' }])
    expect(pressed(['?'], inList()).pending).toMatchObject([{ action: 'help' }])
    expect(['?', 'q', 'o', 's'].map(key => leadsAway(pressed([key], inList())))).toEqual([
      true,
      true,
      true,
      false,
    ])
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

  test('a transcript is deleted after a second question, which only what it names can answer', () => {
    const doomed = [{ sessionId: 's1', mains: ['/s1.jsonl'], files: [] }]
    const looking = pressed(['f'], asked('delete'))
    const prompt = looking.prompt ?? { kind: 'erase', ids: [], text: '' }
    const known = sessionsReducer(looking, { type: 'planned', prompt, doomed })

    expect(looking).toMatchObject({ prompt: { kind: 'erase', ids: ['s1'] }, pending: [{ action: 'erase' }] })
    expect(pressed(['y'], looking)).toMatchObject({ prompt: undefined, pending: [{ action: 'erase' }] })
    expect(pressed(['y'], known)).toMatchObject({
      prompt: undefined,
      pending: [{ action: 'erase' }, { action: 'answer', prompt: { kind: 'erase', doomed } }],
    })
    for (const key of ['n', 'enter', 'f', 'space'])
      expect(pressed([key], known)).toMatchObject({ prompt: undefined, pending: [{ action: 'erase' }] })
    const elsewhere = pressed(['escape', '/', 'a'], looking)
    expect(sessionsReducer(elsewhere, { type: 'planned', prompt, doomed })).toBe(elsewhere)
    expect(sessionsReducer(looking, { type: 'planned', prompt, doomed: [] }).prompt).toBe(undefined)
  })

  test('nothing but y deletes', () => {
    for (const key of ['n', 'enter', 'escape', 'space', 'x'])
      expect(pressed([key], asked('delete'))).toMatchObject({ prompt: undefined, pending: [] })
    expect(pressed(['y'], asked('delete')).pending).toHaveLength(1)
  })
})
