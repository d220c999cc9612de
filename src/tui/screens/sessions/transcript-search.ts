import { createSessionFiles } from '../../../transcripts/search/session-files.ts'
import { searchTranscripts } from '../../../transcripts/search.ts'
import type { SessionQuestions } from './data.ts'

/** Transcripts are listed anew for a search that comes later than that after another. */
const keepFilesMs = 5000

/** The search through the transcripts of sessions, in threads of their own. */
export function createTranscriptSearch(
  roots: readonly string[],
  workerUrl: URL,
): SessionQuestions['searchText'] {
  const transcripts = createSessionFiles(roots, keepFilesMs)
  return async ({ sources, terms, signal, onHit }) => {
    const files = await transcripts.of(new Set(sources.map(({ id }) => id)))
    const { failed } = await searchTranscripts({ files, terms, signal, onHit, workerUrl })
    return { failed: failed.length }
  }
}
