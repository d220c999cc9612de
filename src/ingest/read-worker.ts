import { parentPort } from 'node:worker_threads'
import { errorText } from '../base/errors.ts'
import { createScratch } from '../base/jsonl.ts'
import type { TranscriptFile } from '../transcripts/source.ts'
import type { Transcript } from '../transcripts/transcript.ts'
import type { Fingerprint } from './fingerprint.ts'
import { type PackedUsage, packUsage } from './pack.ts'
import { readFile } from './read-file.ts'

/**
 * A reading on its way to the main thread: its numbers as memory that is handed over, all else as one JSON text.
 * Cloned as objects it took longer than to read the file.
 */
export interface PackedReading extends Omit<PackedUsage, 'strings'> {
  readonly rest: string
}

/** What `rest` holds. */
export interface ReadingRest {
  readonly file: TranscriptFile
  readonly fingerprint: Fingerprint
  readonly transcript: Omit<Transcript, 'usage'>
  readonly strings: readonly string[]
}

/** What the worker answers for each file it is given. */
export type WorkerAnswer =
  | { readonly reading: PackedReading }
  | { readonly failed: TranscriptFile; readonly why: string }

const scratch = createScratch()

// The entry of a worker thread: reads the files it is sent, one after the other.
parentPort?.on('message', async (file: TranscriptFile) => {
  try {
    const { fingerprint, transcript } = await readFile(file, { scratch })
    const { usage, ...facts } = transcript
    const { numbers, texts, flags, strings } = packUsage(usage)
    const rest: ReadingRest = { file, fingerprint, transcript: facts, strings }
    const reading: PackedReading = { numbers, texts, flags, rest: JSON.stringify(rest) }
    parentPort?.postMessage({ reading }, [numbers.buffer, texts.buffer, flags.buffer] as ArrayBuffer[])
  } catch (error) {
    parentPort?.postMessage({ failed: file, why: errorText(error) })
  }
})
