import { claudeCode } from './claude-code/source.ts'
import type { TranscriptSource } from './source.ts'

/** The tools whose transcripts we read, one line each. */
export const sources: readonly TranscriptSource[] = [claudeCode]

/** The source of a tool by its name. */
export function sourceOf(tool: string): TranscriptSource | undefined {
  return sources.find(source => source.tool === tool)
}
