import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nothingTyped, type Typed, typedText, typeKey, typeText } from '../../../src/tui/parts/line-editor.ts'

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
