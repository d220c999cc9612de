import { dropSeparators } from '../../base/separators.ts'

export const categories = ['issue', 'finding', 'task', 'decision', 'note'] as const
export type Category = (typeof categories)[number]

export const statuses = ['open', 'in_progress', 'blocked', 'resolved', 'info'] as const
export type Status = (typeof statuses)[number]

/** What waits for somebody is open; what is only to be known is info. */
export function defaultStatus(category: string): Status {
  return category === 'decision' || category === 'note' ? 'info' : 'open'
}

/** Categories and statuses of other programs are shown as they are if they are words like ours. */
export function isWord(text: string): boolean {
  return /^[a-z_]{1,30}$/.test(text)
}

const longestTitle = 300
export const longestBodyBytes = 1 << 20

/** Whether a text can be a tag: without blanks and commas, of at most 60 characters that can be seen. */
export function isTag(text: string): boolean {
  return /^[^\s,\p{C}]{1,60}$/u.test(text)
}

/** Text as it is kept: without NULs, of which SQL knows nothing, separators, and halves of characters. */
export function storableText(text: string): string {
  return dropSeparators(text.replaceAll('\u0000', '')).toWellFormed()
}

/**
 * A title is one line of at most 300 characters. What is more becomes the beginning of the body: nothing that
 * somebody said is lost.
 */
export function splitTitle(title: string, body: string): { title: string; body: string } {
  const clean = storableText(title).trim()
  const [first = '', ...rest] = clean.split(/\r\n|[\n\r\u0085\u2028\u2029]/)
  const line = first.replace(/\s+/g, ' ').trim()
  const letters = [...line]
  const isLong = letters.length > longestTitle
  const isWhole = !isLong && rest.every(more => more.trim() === '')
  if (isWhole) return { title: line, body }
  const short = isLong ? `${letters.slice(0, longestTitle - 1).join('')}…` : line
  return { title: short, body: body === '' ? clean : `${clean}\n\n${body}` }
}
