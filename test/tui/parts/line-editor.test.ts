import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  nothingTyped,
  type Typed,
  typedText,
  typeKey,
  typeLinesKey,
  typeText,
} from '../../../src/tui/parts/line-editor.ts'

const afterKeys = (...keys: string[]): Typed => keys.reduce(typeKey, nothingTyped)

test('keys write, move and take away', () => {
  expect(typedText(afterKeys('a', 'b', 'space', 'c'))).toBe('ab c')
  expect(typedText(afterKeys('a', 'c', 'left', 'b'))).toBe('abc')
  expect(typedText(afterKeys('a', 'b', 'home', 'delete', 'end', 'c'))).toBe('bc')
  expect(typedText(afterKeys('a', 'space', 'b', 'c', 'ctrl+w'))).toBe('a ')
  expect(typedText(afterKeys('a', 'b', 'left', 'ctrl+u'))).toBe('b')
  expect(typedText(afterKeys('page up', 'ctrl+x', 'up'))).toBe('')
})

test('what a person sees as one character goes at once', () => {
  const family = typeText(nothingTyped, 'x👩‍👩‍👧é', { isOneLine: true })

  expect(typeKey(family, 'backspace').before).toBe('x👩‍👩‍👧')
  expect(typeKey(typeKey(family, 'backspace'), 'backspace').before).toBe('x')
})

test('what is pasted commands no terminal, and is one line where one is wanted', () => {
  const pasted = 'a\x1b]52;c;AAAA\x07b\r\nc\td'

  expect(typedText(typeText(nothingTyped, pasted, { isOneLine: true }))).toBe('ab c    d')
  expect(typedText(typeText(nothingTyped, pasted, { isOneLine: false }))).toBe('ab\nc    d')
})

test('moving changes no text', () => {
  const moves = fc.array(fc.constantFrom('left', 'right', 'home', 'end'))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), moves, (text, keys) => {
      const typed = keys.reduce(typeKey, { before: text, after: '' })
      expect(typedText(typed)).toBe(text)
    }),
  )
})

test('in a text of several lines keys lead from line to line', () => {
  const text = 'first\nsecond one\n\nlast'
  const at = (place: number): Typed => ({ before: text.slice(0, place), after: text.slice(place) })
  const after = (from: number, ...keys: string[]) => keys.reduce(typeLinesKey, at(from)).before.length

  // From `second o|ne`.
  expect(after(14, 'up')).toBe(5)
  expect(after(14, 'up', 'up')).toBe(0)
  expect(after(14, 'down')).toBe(17)
  expect(after(14, 'down', 'down')).toBe(18)
  expect(after(7, 'down', 'down')).toBe(18)
  expect(after(19, 'up', 'up')).toBe(6)
  expect(after(14, 'home')).toBe(6)
  expect(after(14, 'end')).toBe(16)
  expect(after(20, 'down')).toBe(text.length)
  expect(typedText(['enter', 'x'].reduce(typeLinesKey, at(5)))).toBe('first\nx\nsecond one\n\nlast')
  expect(typedText(typeLinesKey(at(14), 'ctrl+u'))).toBe('first\nne\n\nlast')
})

test('a line up or down leads to the beginning of what a person sees as one character', () => {
  const text = 'abc\n👨‍👩‍👧x\nabc'
  const at = (place: number): Typed => ({ before: text.slice(0, place), after: text.slice(place) })

  expect(typeLinesKey(at(3), 'down').before).toBe('abc\n')
  expect(typeLinesKey(at(text.length), 'up').before).toBe('abc\n')
})

test('moving over lines changes no text and stands within no character', () => {
  const unit = fc.constantFrom('a', '\n', '😀', '漢')
  const keys = fc.array(fc.constantFrom('up', 'down', 'home', 'end', 'left', 'right'))
  fc.assert(
    fc.property(fc.string({ unit }), keys, (text, moves) => {
      const typed = moves.reduce(typeLinesKey, { before: text, after: '' })
      expect(typedText(typed)).toBe(text)
      expect(typed.before.isWellFormed()).toBe(true)
    }),
  )
})
