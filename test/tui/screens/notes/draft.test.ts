import { describe, expect, test } from 'vitest'
import { typedText } from '../../../../src/tui/parts/line-editor.ts'
import {
  type Draft,
  draftAfterKey,
  draftAfterPaste,
  draftProblem,
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
      'H',
      'i',
      'enter',
      'x',
      'enter',
      'y',
      'tab',
      'right',
      'left',
      'left',
    )

    expect(texts(draft)).toEqual(['decision', 'Hi', 'x\ny'])
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
