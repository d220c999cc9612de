import { createSessionFiles, type MainTranscripts } from '../../../transcripts/search/session-files.ts'
import { searchTranscripts, type TextHit } from '../../../transcripts/search.ts'
import { sourceOf } from '../../../transcripts/sources.ts'
import type { SessionQuestions } from './data.ts'

/** Transcripts are listed anew for a search that comes later than that after another. */
const keepFilesMs = 5000

/** The search through the transcripts of sessions, in threads of their own. `mains`: those that are known already. */
export function createTranscriptSearch(
  roots: readonly string[],
  workerUrl: URL,
  mains: () => readonly MainTranscripts[],
): SessionQuestions['searchText'] {
  const transcripts = createSessionFiles(roots, keepFilesMs)
  return async ({ sources, terms, signal, onHit }) => {
    const asked = new Map(sources.map(source => [source.id, source]))
    const files = transcripts.of(asked, mains())
    const found = (hit: TextHit) => {
      const source = asked.get(hit.sessionId)
      if (!source) return
      const agentId = sourceOf(hit.tool)?.agentOf?.(hit.file)
      // The id that is there already: a copy for every hit would be megabytes.
      onHit({ ...shortened(hit), sessionId: source.id, endedAtMs: source.endedAtMs, agentId })
    }
    const { failed } = await searchTranscripts({ files, terms, signal, onHit: found, workerUrl })
    return { failed: failed.length }
  }
}

/** What is kept of a line: the characters behind its first match that a screen has room for, and its first matches. */
const kept = { after: 160, matches: 8 }

function shortened({ kind, line, matches }: TextHit): Pick<TextHit, 'kind' | 'line' | 'matches'> {
  const end = (matches[0]?.[1] ?? 0) + kept.after
  const shown = matches.slice(0, kept.matches).filter(([, to]) => to <= end)
  // A part of a string would keep all of it.
  const text = line.length <= end ? line : Buffer.from(`${line.slice(0, end)}…`).toString()
  return { kind, line: text, matches: shown }
}
