import { type Category, categories, longestBodyBytes } from '../../../features/entries/entry.ts'
import { nothingTyped, type Typed, typedText, typeKey, typeText } from '../../parts/line-editor.ts'

/** What is being written: a new entry, or a note to one. */
export interface Draft {
  /** The entry that a note is for; null: a new entry. */
  readonly noteTo: { readonly id: string; readonly title: string } | null
  readonly category: Category
  readonly title: Typed
  readonly body: Typed
  readonly field: 'category' | 'title' | 'body'
  /** It is being kept: keys wait for what comes of it. */
  readonly isSending: boolean
  /** Esc was pressed once: the next one throws the text away. */
  readonly isLeaving: boolean
}

export function newEntryDraft(category: Category): Draft {
  return { ...emptyDraft, category, field: 'title' }
}

export function newNoteDraft(id: string, title: string): Draft {
  return { ...emptyDraft, noteTo: { id, title } }
}

const emptyDraft: Draft = {
  noteTo: null,
  category: 'note',
  title: nothingTyped,
  body: nothingTyped,
  field: 'body',
  isSending: false,
  isLeaving: false,
}

/** The draft after a key, `keep` if it is to be kept, or `drop` if it is to be thrown away. */
export function draftAfterKey(draft: Draft, key: string): Draft | 'keep' | 'drop' {
  if (draft.isSending) return draft
  if (key === 'ctrl+s') return 'keep'
  if (key === 'escape') return isEmpty(draft) || draft.isLeaving ? 'drop' : { ...draft, isLeaving: true }
  const stays = { ...draft, isLeaving: false }
  if (key === 'tab') return nextField(stays, 1)
  if (key === 'shift+tab') return nextField(stays, -1)
  switch (draft.field) {
    case 'category':
      if (key === 'enter') return nextField(stays, 1)
      return { ...stays, category: otherCategory(draft.category, key) }
    case 'title':
      if (key === 'enter') return nextField(stays, 1)
      return { ...stays, title: typeKey(draft.title, key) }
    case 'body': {
      const body =
        key === 'enter' ? typeText(draft.body, '\n', { isOneLine: false }) : typeKey(draft.body, key)
      return { ...stays, body }
    }
    default:
      return draft.field satisfies never
  }
}

export function draftAfterPaste(draft: Draft, text: string): Draft {
  if (draft.isSending) return draft
  switch (draft.field) {
    case 'category':
      return draft
    case 'title':
      return { ...draft, title: typeText(draft.title, text, { isOneLine: true }) }
    case 'body':
      return { ...draft, body: typeText(draft.body, text, { isOneLine: false }) }
    default:
      return draft.field satisfies never
  }
}

/** Why it can't be kept as it is; undefined: it can. */
export function draftProblem({ noteTo, title, body }: Draft): string | undefined {
  if (noteTo === null && typedText(title).trim() === '') return 'A title is needed.'
  if (noteTo !== null && typedText(body).trim() === '') return 'The note is empty.'
  if (Buffer.byteLength(typedText(body)) > longestBodyBytes) return 'The text is larger than 1 MB.'
  return undefined
}

function isEmpty({ title, body }: Draft): boolean {
  return typedText(title) + typedText(body) === ''
}

function nextField(draft: Draft, step: 1 | -1): Draft {
  if (draft.noteTo !== null) return draft
  const fields = ['category', 'title', 'body'] as const
  const at = fields.indexOf(draft.field) + step + fields.length
  return { ...draft, field: fields[at % fields.length] ?? 'title' }
}

function otherCategory(category: Category, key: string): Category {
  const step = key === 'left' ? -1 : key === 'right' || key === 'space' ? 1 : 0
  const at = categories.indexOf(category) + step + categories.length
  return categories[at % categories.length] ?? category
}
