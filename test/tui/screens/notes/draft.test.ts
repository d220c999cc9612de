import { describe, expect, test } from 'vitest'
import { typedText } from '../../../../src/tui/parts/line-editor.ts'
import {
  type Draft,
  draftAfterKey,
  draftAfterPaste,
  draftProblem,
  editDraft,
  editSayings,
  fieldsOf,
  newEntryDraft,
  newNoteDraft,
} from '../../../../src/tui/screens/notes/draft.ts'

function typed(draft: Draft, ...keys: string[]): Draft | 'keep' | 'drop' {
  let now: Draft | 'keep' | 'drop' = draft
  for (const key of keys) if (typeof now !== 'string') now = draftAfterKey(now, key)
  return now
}

const texts = (draft: Draft | 'keep' | 'drop') =>
  typeof draft === 'string' ? draft : [draft.category, typedText(draft.title), typedText(draft.body)]

describe('a new entry', () => {
  test('is typed field by field', () => {
    const draft = typed(
      newEntryDraft('note'),
      ...['H', 'i', 'enter'],
      ...['#', 'a', ',', 'b', 'enter'],
      ...['x', 'enter', 'y', 'tab'],
      ...['right', 'left', 'left'],
    )

    expect(texts(draft)).toEqual(['decision', 'Hi', 'x\ny'])
    expect(typeof draft === 'string' ? draft : fieldsOf(draft)).toMatchObject({
      tags: ['a', 'b'],
      status: 'info',
    })
  })

  test('is thrown away by a second Esc, by the first where it is empty', () => {
    expect(typed(newEntryDraft('note'), 'escape')).toBe('drop')
    expect(typed(newEntryDraft('note'), 'a', 'escape')).toMatchObject({ isLeaving: true })
    expect(typed(newEntryDraft('note'), 'a', 'escape', 'escape')).toBe('drop')
    expect(texts(typed(newEntryDraft('note'), 'a', 'escape', 'b', 'escape'))).toEqual(['note', 'ab', ''])
  })

  test('needs a title, and no more than a megabyte', () => {
    const draft = newEntryDraft('note')
    const titled = { ...draft, title: { before: 'a', after: '' } }

    expect(draftProblem({ ...draft, title: { before: ' ', after: '' } })).toBe('A title is needed.')
    expect(draftProblem(titled)).toBeUndefined()
    expect(draftProblem({ ...titled, body: { before: 'ä'.repeat(600_000), after: '' } })).toContain('1 MB')
  })

  test('changes no more while it is being kept', () => {
    const draft = { ...newEntryDraft('note'), isSending: true }

    expect(typed(draft, 'a', 'escape', 'ctrl+s')).toEqual(draft)
    expect(draftAfterPaste(draft, 'a')).toEqual(draft)
  })

  test('takes pasted lines as text and never as keys', () => {
    const title = draftAfterPaste(newEntryDraft('note'), 'a\nb')
    const body = draftAfterPaste({ ...title, field: 'body' }, 'c\nd')

    expect(texts(body)).toEqual(['note', 'a b', 'c\nd'])
  })
})

test('a note has one field and must say something', () => {
  const draft = typed(newNoteDraft('e1', 'Refunds'), 'tab', 'o', 'k')

  expect(texts(draft)).toEqual(['note', '', 'ok'])
  expect(draftProblem(newNoteDraft('e1', 'Refunds'))).toBe('The note is empty.')
  expect(typed(newNoteDraft('e1', 'Refunds'), 'ctrl+s')).toBe('keep')
})

describe('an edit', () => {
  const before = {
    category: 'issue',
    status: 'blocked',
    title: 'Refunds',
    tags: ['money', 'staging'],
    body: 'Seen.\n',
  }

  test('begins with what the entry says, and says only what was changed', () => {
    const unchanged = editDraft('e1', before, 'title')
    const changed = typed(unchanged, '!', 'enter', 'ctrl+w', 'n', 'e', 'w', 'enter', 'end', '?')

    expect(fieldsOf(unchanged)).toEqual({ ...before, body: 'Seen.' })
    expect(editSayings(before, fieldsOf(unchanged))).toEqual([])
    expect(typeof changed === 'string' ? changed : editSayings(before, fieldsOf(changed))).toEqual([
      { kind: 'title', value: 'Refunds!' },
      { kind: 'body', value: 'Seen.\n?' },
      { kind: 'tag', value: 'new' },
      { kind: 'untag', value: 'staging' },
    ])
  })

  test('is left by the first Esc as long as nothing was changed', () => {
    expect(typed(editDraft('e1', before, 'body'), 'escape')).toBe('drop')
    expect(typed(editDraft('e1', before, 'body'), 'x', 'escape')).toMatchObject({ isLeaving: true })
  })

  test('keeps words of other programs until one of ours is chosen', () => {
    const foreign = editDraft('e1', { ...before, status: 'waiting' }, 'status')

    expect(editSayings({ ...before, status: 'waiting' }, fieldsOf(foreign))).toEqual([])
    expect(typed(foreign, 'right')).toMatchObject({ status: 'open' })
  })

  test('can’t have a title that does not fit, or a tag that is none', () => {
    const draft = editDraft('e1', before, 'title')

    expect(draftProblem({ ...draft, title: { before: 'x'.repeat(301), after: '' } })).toContain('300')
    expect(draftProblem({ ...draft, tags: { before: 'y'.repeat(61), after: '' } })).toContain('Not a tag')
    expect(draftProblem(draft)).toBeUndefined()
  })
})
