import { dropControls } from '../../base/clean-text.ts'

/** A text that is being typed, parted where the cursor stands. */
export interface Typed {
  readonly before: string
  readonly after: string
}

export const nothingTyped: Typed = { before: '', after: '' }

export function typedText({ before, after }: Typed): string {
  return before + after
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

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

/** Takes in what was typed or pasted at once, without what would command a terminal. */
export function typeText(typed: Typed, text: string, { isOneLine }: { isOneLine: boolean }): Typed {
  const clean = dropControls(text.replace(/\r\n?/g, '\n')).replaceAll('\t', '    ')
  return { ...typed, before: typed.before + (isOneLine ? clean.replaceAll('\n', ' ') : clean) }
}

function firstOf(text: string): string {
  return graphemes.segment(text)[Symbol.iterator]().next().value?.segment ?? ''
}

/** Only the end is looked at: a long text is not taken apart for every key. */
function withoutLast(text: string): string {
  const end = text.slice(-64)
  const last = [...graphemes.segment(end)].at(-1)?.segment ?? ''
  return text.slice(0, text.length - last.length)
}
