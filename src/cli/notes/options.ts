import { cleanText } from '../../base/clean-text.ts'
import { UsageError } from '../../base/errors.ts'
import {
  type Category,
  categories,
  isTag,
  longestBodyBytes,
  type Status,
  statuses,
} from '../../features/entries/entry.ts'
import type { EntryName } from '../../features/entries/find.ts'

export function readCategory(text: string): Category {
  return oneOf(categories, text, '--category')
}

export function readStatus(text: string): Status {
  return oneOf(statuses, text, '--status')
}

function oneOf<Word extends string>(words: readonly Word[], text: string, option: string): Word {
  const word = words.find(known => known === text.trim().toLowerCase().replaceAll('-', '_'))
  if (word === undefined)
    throw new UsageError(`${option} is one of: ${words.join(' ')}`, `not: ${cleanText(text)}`)
  return word
}

export function readTags(texts: readonly string[] = []): string[] {
  const tags = texts.flatMap(text => text.split(',')).map(tag => tag.trim())
  // On screens a word behind - takes a tag away.
  const wrong = tags.find(tag => !isTag(tag) || tag.startsWith('-'))
  if (wrong !== undefined)
    throw new UsageError(
      `not a tag: ${cleanText(wrong) || '(empty)'}`,
      'a tag is one word of at most 60 characters that does not begin with -',
    )
  return [...new Set(tags)]
}

/** A text of any length up to 1 MB; `-` stands for what comes on stdin. */
export async function readText(text: string, what: string): Promise<string> {
  const found = text === '-' ? await readStdin() : text
  if (Buffer.byteLength(found) > longestBodyBytes)
    throw new UsageError(`the ${what} is larger than 1 MB`, 'keep it in a file, and log where that is')
  return found
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer)
    bytes += chunk.length
    // Enough to see that it is too much.
    if (bytes > longestBodyBytes) break
  }
  return Buffer.concat(chunks).toString('utf8').trimEnd()
}

/** How an entry was named: exactly one way. */
export function readName(id: string | undefined, titleMatch: string | undefined): EntryName {
  if ((id === undefined) === (titleMatch === undefined))
    throw new UsageError('name one entry: by its id, or with --title-match "words"', 'csl list shows ids')
  return id === undefined ? { titleWords: titleMatch ?? '' } : { id }
}
