import { UsageError } from '../../base/errors.ts'
import { splitTitle, storableText } from '../../features/entries/entry.ts'
import type { Saying } from '../../features/entries/make-changes.ts'
import type { Context } from '../context.ts'
import { type ChangeOptions, changeEntry } from '../notes/change-entry.ts'
import { readCategory, readTags, readText } from '../notes/options.ts'

interface EditOptions extends ChangeOptions {
  readonly title?: string
  readonly body?: string
  readonly category?: string
  readonly tag?: readonly string[]
  readonly untag?: readonly string[]
}

/** Says anew what an entry is. Its notes and its status stay. */
export async function editCommand(context: Context, id: string, options: EditOptions): Promise<void> {
  const { title, body, category, tag, untag } = options
  const sayings: Saying[] = []
  if (title !== undefined) sayings.push({ kind: 'title', value: readTitle(title) })
  if (body !== undefined) sayings.push({ kind: 'body', value: storableText(await readText(body, 'body')) })
  if (category !== undefined) sayings.push({ kind: 'category', value: readCategory(category) })
  for (const value of readTags(tag)) sayings.push({ kind: 'tag', value })
  for (const value of readTags(untag)) sayings.push({ kind: 'untag', value })
  if (sayings.length === 0)
    throw new UsageError('nothing to edit', 'give --title, --body, --category, --tag or --untag')
  await changeEntry(context, { id }, sayings, options)
}

/** There is a text already that would have to give way to what is too much: so it is refused. */
function readTitle(text: string): string {
  const { title, body } = splitTitle(text, '')
  if (title === '') throw new UsageError('--title is empty')
  if (body !== '')
    throw new UsageError('--title is one line of at most 300 characters', 'the rest: csl note ID text')
  return title
}
