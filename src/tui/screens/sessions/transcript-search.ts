import { createSessionFiles } from '../../../transcripts/search/session-files.ts'
import { searchTranscripts, type TextHit } from '../../../transcripts/search.ts'
import { sourceOf } from '../../../transcripts/sources.ts'
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
    const tools = new Map(files.map(file => [file.path, file.tool]))
    const found = (hit: TextHit) => {
      onHit({ ...hit, agentId: sourceOf(tools.get(hit.file) ?? '')?.agentOf?.(hit.file) })
    }
    const { failed } = await searchTranscripts({ files, terms, signal, onHit: found, workerUrl })
    return { failed: failed.length }
  }
}
