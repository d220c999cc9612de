import { dropControls } from '../../base/clean-text.ts'
import { firstGrapheme, graphemesOf } from '../../base/text-width.ts'

/** A text that is being typed, parted where the cursor stands. */
export interface Typed {
  readonly before: string
  readonly after: string
}

/** No character that a person sees as one is longer. */
const farthest = 64

export const nothingTyped: Typed = { before: '', after: '' }

export function typedText({ before, after }: Typed): string {
  return before + after
}

/** What a key, named as `keyNames` does, makes of a text. Keys that mean nothing here change nothing. */
export function typeKey(typed: Typed, key: string): Typed {
  const { before, after } = typed
  switch (key) {
    case 'backspace':
      return { before: withoutLast(before), after }
    case 'delete':
      return { before, after: after.slice(firstOf(after).length) }
    case 'left': {
      const kept = withoutLast(before)
      return { before: kept, after: before.slice(kept.length) + after }
    }
    case 'right': {
      const next = firstOf(after)
      return { before: before + next, after: after.slice(next.length) }
    }
    case 'home':
    case 'ctrl+a':
      return { before: '', after: before + after }
    case 'end':
    case 'ctrl+e':
      return { before: before + after, after: '' }
    case 'ctrl+u':
      return { before: '', after }
    case 'ctrl+w':
      return { before: before.replace(/\S+\s*$/, ''), after }
    case 'space':
      return { before: `${before} `, after }
    default:
      // Names of keys are words; what is typed is one character.
      return [...key].length === 1 ? typeText(typed, key, { isOneLine: true }) : typed
  }
}

/** As `typeKey`, of a text of several lines: keys move over lines, and within the line they are in. */
export function typeLinesKey(typed: Typed, key: string): Typed {
  const { before, after } = typed
  const lineStart = before.lastIndexOf('\n') + 1
  const lineEnd = after.indexOf('\n')
  switch (key) {
    case 'enter':
      return { before: `${before}\n`, after }
    case 'home':
    case 'ctrl+a':
      return parted(typed, lineStart)
    case 'end':
    case 'ctrl+e':
      return lineEnd === -1 ? { before: before + after, after: '' } : parted(typed, before.length + lineEnd)
    case 'ctrl+u':
      return { before: before.slice(0, lineStart), after }
    case 'up': {
      if (lineStart === 0) return parted(typed, 0)
      const start = before.lastIndexOf('\n', lineStart - 2) + 1
      return parted(typed, Math.min(start + before.length - lineStart, lineStart - 1))
    }
    case 'down': {
      if (lineEnd === -1) return { before: before + after, after: '' }
      const start = before.length + lineEnd + 1
      const end = after.indexOf('\n', lineEnd + 1)
      const last = end === -1 ? before.length + after.length : before.length + end
      return parted(typed, Math.min(start + before.length - lineStart, last))
    }
    default:
      return typeKey(typed, key)
  }
}

/** The same text with the cursor at a place of it, and never within a character. */
function parted(typed: Typed, place: number): Typed {
  const text = typedText(typed)
  const at = characterStart(text, place)
  return { before: text.slice(0, at), after: text.slice(at) }
}

/** Where what a person sees as the character at a place begins. Only the text around it is looked at. */
function characterStart(text: string, place: number): number {
  const from = Math.max(text.lastIndexOf('\n', place - 1) + 1, place - farthest)
  for (const { segment, index } of graphemesOf(text.slice(from, place + farthest))) {
    if (from + index + segment.length > place) return from + index
  }
  return place
}

/** Takes in what was typed or pasted at once, without what would command a terminal. */
export function typeText(typed: Typed, text: string, { isOneLine }: { isOneLine: boolean }): Typed {
  const clean = dropControls(text.replace(/\r\n?/g, '\n')).replaceAll('\t', '    ')
  return { ...typed, before: typed.before + (isOneLine ? clean.replaceAll('\n', ' ') : clean) }
}

function firstOf(text: string): string {
  return firstGrapheme(text)
}

/** Only the end is looked at: a long text is not taken apart for every key. */
function withoutLast(text: string): string {
  const end = text.slice(-farthest)
  const last = [...graphemesOf(end)].at(-1)?.segment ?? ''
  return text.slice(0, text.length - last.length)
}
