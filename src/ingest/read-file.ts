import type { ReadOptions, TranscriptFile } from '../transcripts/source.ts'
import { sourceOf } from '../transcripts/sources.ts'
import type { Reading } from './apply.ts'
import { fingerprintOf } from './fingerprint.ts'

/** Reads one transcript with the source of its tool. Throws errors of the file system and ReadBudgetError. */
export async function readFile(file: TranscriptFile, options: ReadOptions = {}): Promise<Reading> {
  const source = sourceOf(file.tool)
  if (!source) throw new Error(`no source for the tool ${file.tool}`)
  const fingerprint = fingerprintOf(file)
  const transcript = await source.read(file, options)
  return { file, fingerprint, transcript }
}
