import { expect, test } from 'vitest'
import { textStatus, toldText } from '../../../../src/tui/screens/sessions/found-text.ts'
import { nothingFound, type TextState } from '../../../../src/tui/screens/sessions/text-search.ts'

function status(given: Partial<TextState>, asked: Partial<Parameters<typeof textStatus>[1]> = {}) {
  return textStatus(
    { ...nothingFound, transcripts: 812, ...given },
    { isOn: true, isAsked: true, hits: 14, ...asked },
  )
}

test('says how the search in transcripts stands', () => {
  expect(status({ isSearching: true }, { hits: 1 })?.full).toBe('searching text… 1 hit')
  expect(status({})?.full).toBe('text: 14 of 812 transcripts')
  expect(status({ failed: 3 })?.full).toBe('text: 14 of 812 transcripts · 3 not readable')
  expect(status({ trouble: 'no memory' })?.full).toBe('text search failed: no memory')
  expect(status({}, { isOn: false, isAsked: false })?.full).toBe('text search off')
  expect(status({}, { isAsked: false })).toBe(undefined)
})

test('the less room there is, the less it says', () => {
  const told = { selected: 12, unlisted: 0, odd: [], listed: '14 of 40', text: status({ failed: 3 }) }

  expect(toldText(told, 80)).toBe('12 selected · text: 14 of 812 transcripts · 3 not readable · 14 of 40')
  expect(toldText(told, 45)).toBe('12 selected · text 14/812 !3 · 14 of 40')
  expect(toldText(told, 30)).toBe('12 selected · text 14/812 !3')
  expect(toldText(told, 15)).toBe('12 selected')
  expect(toldText(told, 5)).toBe('')
  expect(toldText({ ...told, selected: 0, odd: ['cost:\x07abc'] }, 45)).toBe(
    'cost:abc? · text 14/812 !3 · 14 of 40',
  )
})

test('of selected sessions that are not listed it says so', () => {
  const told = { odd: [], listed: '1 of 40', text: undefined }

  expect(toldText({ ...told, selected: 0, unlisted: 1 }, 80)).toBe('1 selected, not listed · 1 of 40')
  expect(toldText({ ...told, selected: 2, unlisted: 1 }, 80)).toBe('2 selected + 1 not listed · 1 of 40')
})
