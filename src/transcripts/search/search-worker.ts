import { parentPort, workerData } from 'node:worker_threads'
import { errorText } from '../../base/errors.ts'
import type { ReadableLines, TranscriptFile, UnreadablePlace } from '../source.ts'
import { sources } from '../sources.ts'
import { findHit, type TextHit } from './find-hit.ts'
import { linePattern } from './raw-pattern.ts'
import { createScanBuffer } from './scan.ts'
import { readTerms } from './terms.ts'

/** What a thread is told of a file. */
export type SearchedFile = Pick<TranscriptFile, 'tool' | 'path'>

/** What a thread answers; after `isDone` it has nothing to do with the files that it was given. */
export interface SearchAnswer {
  readonly hits: readonly TextHit[]
  readonly failed: readonly UnreadablePlace[]
  readonly isDone: boolean
}

/** How long hits wait for each other: a message each would keep those busy who draw them. */
const gatherMs = 20

const words = workerData as readonly string[]
const terms = readTerms(words)
const pattern = linePattern(words)
const buffer = createScanBuffer()
const readers = new Map<string, ReadableLines>()
for (const { tool, readable } of sources) if (readable) readers.set(tool, await readable())

let toldAt = 0

// The entry of a thread: searches the files it is sent, one after the other.
parentPort?.on('message', (files: readonly SearchedFile[]) => {
  let hits: TextHit[] = []
  let failed: UnreadablePlace[] = []
  const tell = (isDone: boolean) => {
    const answer: SearchAnswer = { hits, failed, isDone }
    parentPort?.postMessage(answer)
    hits = []
    failed = []
    toldAt = performance.now()
  }
  for (const file of files) {
    const reader = readers.get(file.tool)
    try {
      const hit = reader && findHit(file, terms, { pattern, reader, buffer })
      if (hit) hits.push(hit)
    } catch (error) {
      failed.push({ path: file.path, why: errorText(error) })
    }
    if (hits.length > 0 && performance.now() - toldAt > gatherMs) tell(false)
  }
  tell(true)
})
