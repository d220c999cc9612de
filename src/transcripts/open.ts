import type { Conversation } from './conversation.ts'
import type { FoundTranscript } from './source.ts'
import { sourceOf, sources } from './sources.ts'

/** The main transcripts of all tools whose session's id begins so. The database is not asked. */
export async function findTranscripts(roots: readonly string[], prefix: string): Promise<FoundTranscript[]> {
  if (prefix === '') return []
  const found = await Promise.all(sources.map(source => source.findStarting?.(roots, prefix) ?? []))
  return found.flat()
}

/** A transcript turn by turn; undefined if its tool's can't be read so. With `agentId`: that subagent's. */
export async function openTranscript(
  { tool, path }: Pick<FoundTranscript, 'tool' | 'path'>,
  agentId?: string,
): Promise<Conversation | undefined> {
  const source = sourceOf(tool)
  const file = agentId === undefined ? path : await source?.findAgent?.(path, agentId)
  return file === undefined ? undefined : source?.converse?.(file)
}
