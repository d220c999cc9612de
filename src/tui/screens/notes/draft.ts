import { cleanText } from '../../../base/clean-text.ts'
import {
  categories,
  defaultStatus,
  isTag,
  longestBodyBytes,
  splitTitle,
  statuses,
} from '../../../features/entries/entry.ts'
import type { Saying } from '../../../features/entries/make-changes.ts'
import {
  nothingTyped,
  type Typed,
  typedText,
  typeKey,
  typeLinesKey,
  typeText,
} from '../../parts/line-editor.ts'

/** What an entry says, as far as a person can say it anew. Categories and statuses can be words of other programs. */
export interface Fields {
  readonly category: string
  readonly status: string
  readonly title: string
  readonly tags: readonly string[]
  /** Without the notes. */
  readonly body: string
}

/** What is being written: a new entry, a note to one, or what one says anew. */
export interface Draft {
  readonly purpose:
    | { readonly kind: 'new' }
    | { readonly kind: 'note'; readonly id: string; readonly title: string }
    | { readonly kind: 'edit'; readonly id: string; readonly before: Fields }
  readonly category: string
  /** Null: as entries of the category begin. */
  readonly status: string | null
  readonly title: Typed
  readonly tags: Typed
  readonly body: Typed
  readonly field: Field
  /** It is being kept: keys wait for what comes of it. */
  readonly isSending: boolean
  /** Esc was pressed once: the next one throws the text away. */
  readonly isLeaving: boolean
}

const fields = ['category', 'status', 'title', 'tags', 'body'] as const
export type Field = (typeof fields)[number]

const emptyDraft: Draft = {
  purpose: { kind: 'new' },
  category: 'note',
  status: null,
  title: nothingTyped,
  tags: nothingTyped,
  body: nothingTyped,
  field: 'title',
  isSending: false,
  isLeaving: false,
}

export function newEntryDraft(category: string): Draft {
  return { ...emptyDraft, category }
}

export function newNoteDraft(id: string, title: string): Draft {
  return { ...emptyDraft, purpose: { kind: 'note', id, title }, field: 'body' }
}

export function editDraft(id: string, before: Fields, field: Field): Draft {
  const { category, status, title, tags, body } = before
  const typed = (text: string): Typed => ({ before: text, after: '' })
  const texts = { title: typed(title), tags: typed(tags.join(' ')), body: typed(body) }
  return { ...emptyDraft, purpose: { kind: 'edit', id, before }, category, status, ...texts, field }
}

/** What the draft would say if it was kept now. */
export function fieldsOf({ category, status, title, tags, body }: Draft): Fields {
  return {
    category,
    status: status ?? defaultStatus(category),
    title: typedText(title).trim(),
    tags: [...new Set(wordsOf(typedText(tags)))],
    body: typedText(body).trim(),
  }
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).flatMap(word => word.replace(/^#/, '') || [])
}

/** What an edit says: only what was changed, so that what others say meanwhile of the rest holds. */
export function editSayings(before: Fields, after: Fields): Saying[] {
  const kinds = ['category', 'status', 'title'] as const
  const sayings: Saying[] = kinds
    .filter(kind => after[kind] !== before[kind])
    .map(kind => ({ kind, value: kind === 'title' ? splitTitle(after.title, '').title : after[kind] }))
  if (after.body !== before.body.trim()) sayings.push({ kind: 'body', value: after.body })
  for (const value of after.tags) if (!before.tags.includes(value)) sayings.push({ kind: 'tag', value })
  for (const value of before.tags) if (!after.tags.includes(value)) sayings.push({ kind: 'untag', value })
  return sayings
}

/** Why it can't be kept as it is; undefined: it can. */
export function draftProblem(draft: Draft): string | undefined {
  const { purpose } = draft
  const { title, tags, body } = fieldsOf(draft)
  if (Buffer.byteLength(body) > longestBodyBytes) return 'The text is larger than 1 MB.'
  if (purpose.kind === 'note') return body === '' ? 'The note is empty.' : undefined
  if (title === '') return 'A title is needed.'
  const wrongTag = tags.find(tag => !isTag(tag))
  if (wrongTag !== undefined)
    return `Not a tag: ${cleanText(wrongTag)}. A tag is one word of at most 60 characters.`
  // Of a new entry what is too much becomes the beginning of its text; here there is a text already.
  if (purpose.kind === 'edit' && splitTitle(title, '').body !== '')
    return 'A title is one line of at most 300 characters.'
  return undefined
}

/** The draft after a key, `keep` if it is to be kept, or `drop` if it is to be thrown away. */
export function draftAfterKey(draft: Draft, key: string): Draft | 'keep' | 'drop' {
  if (draft.isSending) return draft
  if (key === 'ctrl+s') return 'keep'
  if (key === 'escape') return isUnchanged(draft) || draft.isLeaving ? 'drop' : { ...draft, isLeaving: true }
  const stays = { ...draft, isLeaving: false }
  if (key === 'tab') return nextField(stays, 1)
  if (key === 'shift+tab') return nextField(stays, -1)
  const { field } = draft
  switch (field) {
    case 'category':
    case 'status':
      return chosen(stays, field, key)
    case 'title':
    case 'tags':
      if (key === 'enter' || key === 'down') return nextField(stays, 1)
      if (key === 'up') return nextField(stays, -1)
      return { ...stays, [field]: typeKey(draft[field], key) }
    case 'body':
      // From the first line of the text the way up leads out of it.
      if (key === 'up' && !draft.body.before.includes('\n')) return nextField(stays, -1)
      return { ...stays, body: typeLinesKey(draft.body, key) }
    default:
      return field satisfies never
  }
}

export function draftAfterPaste(draft: Draft, text: string): Draft {
  const { field, isSending } = draft
  if (isSending || field === 'category' || field === 'status') return draft
  return {
    ...draft,
    isLeaving: false,
    [field]: typeText(draft[field], text, { isOneLine: field !== 'body' }),
  }
}

/** The text that the person's own editor is given, and what it made of it. */
export function draftWithBody(draft: Draft, text: string): Draft {
  return { ...draft, field: 'body', body: typeText(nothingTyped, text, { isOneLine: false }) }
}

function isUnchanged(draft: Draft): boolean {
  if (draft.purpose.kind === 'edit') return editSayings(draft.purpose.before, fieldsOf(draft)).length === 0
  return typedText(draft.title) + typedText(draft.tags) + typedText(draft.body) === ''
}

/** The fields of this draft, in their order. */
export function fieldsIn({ purpose }: Draft): readonly Field[] {
  return purpose.kind === 'note' ? ['body'] : fields
}

function nextField(draft: Draft, step: 1 | -1): Draft {
  const known = fieldsIn(draft)
  const at = known.indexOf(draft.field) + step + known.length
  return { ...draft, field: known[at % known.length] ?? draft.field }
}

function chosen(draft: Draft, field: 'category' | 'status', key: string): Draft {
  if (key === 'enter' || key === 'down') return nextField(draft, 1)
  if (key === 'up') return nextField(draft, -1)
  const step = key === 'left' ? -1 : key === 'right' || key === 'space' ? 1 : 0
  if (step === 0) return draft
  const words: readonly string[] = field === 'category' ? categories : statuses
  const now = field === 'category' ? draft.category : (draft.status ?? defaultStatus(draft.category))
  const at = words.indexOf(now) + step + words.length
  return { ...draft, [field]: words[at % words.length] ?? now }
}
