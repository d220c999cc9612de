import type { Reading } from './apply.ts'

/** What was found in the files that were read. */
export interface ReadSummary {
  readonly files: number
  readonly bytes: number
  readonly sessions: number
  /** Each file's own; the ledger counts a message that several files share once. */
  readonly messages: number
  readonly unfinalized: number
  readonly malformedLines: number
  readonly unpricedModels: readonly string[]
}

/** Adds up what is read, reading by reading. */
export function createSummary() {
  let files = 0
  let bytes = 0
  let messages = 0
  let unfinalized = 0
  let malformedLines = 0
  const sessions = new Set<string>()
  const unpriced = new Set<string>()
  return {
    add(readings: readonly Reading[], unpricedModels: Iterable<string>) {
      for (const { file, transcript } of readings) {
        files++
        bytes += file.size
        sessions.add(transcript.sessionId)
        malformedLines += transcript.facts.malformedLines
        for (const record of transcript.usage) {
          if (record.part !== 0) continue
          messages++
          if (record.hasUsage && !record.isFinal) unfinalized++
        }
      }
      for (const model of unpricedModels) unpriced.add(model)
    },
    value: (): ReadSummary => ({
      files,
      bytes,
      sessions: sessions.size,
      messages,
      unfinalized,
      malformedLines,
      unpricedModels: [...unpriced].sort(),
    }),
  }
}
