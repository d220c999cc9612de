import { cleanText } from '../../../base/clean-text.ts'
import type { TranscriptToRead } from '../viewer/screen.tsx'
import type { BookRow } from './book.ts'
import type { FoundLine } from './data.ts'

/** How a session is opened in the viewer: where a search found it, at what was found. */
export function readingOf({ id, title }: BookRow, found: FoundLine | undefined): TranscriptToRead {
  const read = { sessionId: id, title: title ?? undefined }
  const [match] = found?.matches ?? []
  if (!found || !match) return read
  return { ...read, find: cleanText(found.line.slice(...match)), foundIn: found.agentId }
}
