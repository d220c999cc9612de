import { describe, expect, test } from 'vitest'
import { newEntryDraft } from '../../../../src/tui/screens/notes/draft.ts'
import {
  chosenRow,
  filterOf,
  firstNotes,
  isHome,
  type NotesEvent,
  type NotesState,
  nextNotes,
} from '../../../../src/tui/screens/notes/state.ts'

const led = (...events: NotesEvent[]): NotesState => events.reduce(nextNotes, firstNotes)
const key = (name: string): NotesEvent => ({ type: 'key', key: name })

describe('the notes', () => {
  test('are those that are not resolved, until a key asks for others', () => {
    expect(filterOf(firstNotes)).toEqual({
      category: undefined,
      status: undefined,
      isOpen: true,
      search: '',
      isDeleted: false,
    })
    expect(filterOf(led({ type: 'category' }, { type: 'status filter' }))).toMatchObject({
      category: 'issue',
      status: 'open',
      isOpen: false,
    })
    const round = Array.from({ length: 8 }, (): NotesEvent => ({ type: 'status filter' }))
    expect(led(...round).status).toBe('not resolved')
  })

  test('are searched while the field has the keys, which are commands again after Enter', () => {
    const found = led({ type: 'search' }, key('s'), key('o'), key('r'), key('t'), key('enter'))

    expect(filterOf(found).search).toBe('sort')
    expect(isHome(found)).toBe(true)
    expect(filterOf(nextNotes(nextNotes(found, { type: 'search' }), key('escape'))).search).toBe('')
  })

  test('have a cursor that keeps to the rows, whatever comes', () => {
    const end: NotesEvent = { type: 'move', step: Number.POSITIVE_INFINITY, count: 3 }

    expect(led(end).cursor).toBe(2)
    expect(led(end, { type: 'move', step: -1, count: 1 }).cursor).toBe(0)
    expect(led({ type: 'move', step: 1, count: 0 }).cursor).toBe(0)
    expect(chosenRow(led(end), 2)).toBe(1)
  })

  test('close what lies on top first, then the entry, then the screen', () => {
    const reading = led({ type: 'read', id: 'e1' })
    const choosing = nextNotes(reading, { type: 'choose status', id: 'e1', status: 'blocked' })

    expect(choosing.overlay).toMatchObject({ kind: 'status', chosen: 'blocked' })
    expect(nextNotes(choosing, { type: 'close' })).toEqual(reading)
    expect(isHome(reading)).toBe(false)
    expect(isHome(nextNotes(reading, { type: 'close' }))).toBe(true)
  })

  test('scroll an entry no further than its last line', () => {
    const scroll = (step: number): NotesEvent => ({ type: 'scroll', step, lastTop: 5 })
    const at = (...events: NotesEvent[]) => led({ type: 'read', id: 'e1' }, ...events).reading?.top

    expect(at(scroll(3), scroll(9))).toBe(5)
    expect(at(scroll(-1))).toBe(0)
    expect(at(scroll(Number.POSITIVE_INFINITY), { type: 'scroll', step: -1, lastTop: 2 })).toBe(1)
  })

  test('a status is chosen by arrows, one of another program counts as open', () => {
    const chosen = led(
      { type: 'choose status', id: 'e1', status: 'waiting' },
      key('right'),
      key('right'),
      key('left'),
    )

    expect(chosen.overlay).toMatchObject({ chosen: 'in_progress' })
  })

  test('what was written stays when it could not be kept, and goes when it was', () => {
    const sending = led({ type: 'write', draft: newEntryDraft('task') }, key('a'), { type: 'sending' })
    const failed = nextNotes(sending, { type: 'failed', what: 'draft', message: 'disk full' })
    const said = nextNotes(sending, { type: 'said', what: 'draft', message: 'logged' })

    expect(failed).toMatchObject({
      message: 'disk full',
      overlay: { draft: { title: { before: 'a' }, isSending: false } },
    })
    expect(said).toMatchObject({ message: 'logged', overlay: null, saidCount: 1 })
  })

  test('what came of something else leaves a draft alone', () => {
    const writing = led({ type: 'write', draft: newEntryDraft('task') }, key('a'))

    expect(nextNotes(writing, { type: 'said', what: 'other', message: 'seen' }).overlay).toEqual(
      writing.overlay,
    )
  })

  test('a paste goes to the field that has the focus, and nowhere else', () => {
    const paste: NotesEvent = { type: 'paste', text: 'q\nx' }

    expect(led(paste)).toEqual(firstNotes)
    expect(filterOf(led({ type: 'search' }, paste)).search).toBe('q x')
  })
})
