import { UsageError } from '../../base/errors.ts'
import type { Context } from '../context.ts'
import { type ChangeOptions, changeEntry } from '../notes/change-entry.ts'
import { readText } from '../notes/options.ts'

/** Adds a note to an entry: its text stays as it is. */
export async function noteCommand(
  context: Context,
  id: string,
  words: readonly string[],
  options: ChangeOptions,
): Promise<void> {
  const text = (await readText(words.join(' '), 'note')).trim()
  if (text === '') throw new UsageError('the note is empty', 'csl note ID text; - reads it from stdin')
  await changeEntry(context, { id }, [{ kind: 'note', value: text }], options)
}
