import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { errorText } from '../base/errors.ts'
import { createScratch } from '../base/jsonl.ts'
import type { TranscriptFile } from '../transcripts/source.ts'
import type { Reading } from './apply.ts'
import { unpackUsage } from './pack.ts'
import { readFile } from './read-file.ts'
import type { PackedReading, ReadingRest, WorkerAnswer } from './read-worker.ts'

/** Below this, starting threads costs more than they save. */
const worthThreadsBytes = 16 << 20
const mostThreads = 4
/** Files a thread has waiting, so that it never waits for us. */
const inFlight = 3

export interface FailedFile {
  readonly file: TranscriptFile
  readonly why: string
}

/**
 * Reads many transcripts, on several threads where that pays. Yields readings as they come, in no particular order;
 * files that can't be read go to `onFailed`. Ends early when the signal aborts.
 */
export async function* readMany(
  files: readonly TranscriptFile[],
  options: { workerUrl: URL; onFailed: (failed: FailedFile) => void; signal: AbortSignal },
): AsyncGenerator<Reading> {
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  const threads = Math.min(mostThreads, availableParallelism(), files.length)
  if (threads < 2 || bytes < worthThreadsBytes) yield* readHere(files, options)
  else yield* readInThreads(files, threads, options)
}

async function* readHere(
  files: readonly TranscriptFile[],
  { onFailed, signal }: { onFailed: (failed: FailedFile) => void; signal: AbortSignal },
): AsyncGenerator<Reading> {
  const scratch = createScratch()
  for (const file of files) {
    if (signal.aborted) return
    try {
      yield await readFile(file, { scratch })
    } catch (error) {
      onFailed({ file, why: errorText(error) })
    }
    // So that Ctrl-C and the progress bar get a turn.
    await new Promise(resolve => setImmediate(resolve))
  }
}

async function* readInThreads(
  files: readonly TranscriptFile[],
  threads: number,
  options: { workerUrl: URL; onFailed: (failed: FailedFile) => void; signal: AbortSignal },
): AsyncGenerator<Reading> {
  const { workerUrl, onFailed, signal } = options
  const ready: Reading[] = []
  let next = 0
  let open = 0
  let crash: unknown
  let wake: () => void = () => undefined
  const give = (worker: Worker) => {
    const file = files[next]
    if (!file || signal.aborted) return
    next++
    open++
    worker.postMessage(file)
  }
  const stop = () => wake()
  signal.addEventListener('abort', stop)
  const workers = Array.from({ length: threads }, () => new Worker(workerUrl))
  try {
    for (const worker of workers) {
      worker.on('message', (answer: WorkerAnswer) => {
        open--
        give(worker)
        if ('reading' in answer) ready.push(unpacked(answer.reading))
        else onFailed({ file: answer.failed, why: answer.why })
        wake()
      })
      worker.on('error', error => {
        crash = error
        wake()
      })
      for (let i = 0; i < inFlight; i++) give(worker)
    }
    for (;;) {
      const reading = ready.shift()
      if (reading) yield reading
      else if (crash !== undefined) throw crash
      else if (open === 0 || signal.aborted) return
      else {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    }
  } finally {
    signal.removeEventListener('abort', stop)
    await Promise.all(workers.map(worker => worker.terminate()))
  }
}

function unpacked({ rest, ...arrays }: PackedReading): Reading {
  const { file, fingerprint, transcript, strings } = JSON.parse(rest) as ReadingRest
  return { file, fingerprint, transcript: { ...transcript, usage: unpackUsage({ ...arrays, strings }) } }
}
