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
/**
 * What has been read and not been taken, as while another process holds the database: more than a batch, so that nobody
 * waits while one is written, and some 50 MB of memory.
 */
const mostReadyBytes = 512 << 20

export interface FailedFile {
  readonly file: TranscriptFile
  readonly why: string
}

interface ReadManyOptions {
  readonly workerUrl: URL
  readonly onFailed: (failed: FailedFile) => void
  readonly signal: AbortSignal
  /** Threads read no further while files of more than this wait to be taken. */
  readonly readyBytes?: number
}

/**
 * Reads many transcripts, on several threads where that pays. Yields readings as they come, in no particular order;
 * files that can't be read go to `onFailed`. Ends early when the signal aborts.
 */
export async function* readMany(
  files: readonly TranscriptFile[],
  options: ReadManyOptions,
): AsyncGenerator<Reading> {
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  const threads = Math.min(mostThreads, availableParallelism(), files.length)
  if (threads < 2 || bytes < worthThreadsBytes) yield* readHere(files, options)
  else yield* readInThreads(files, threads, options)
}

async function* readHere(
  files: readonly TranscriptFile[],
  { onFailed, signal }: ReadManyOptions,
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
  { workerUrl, onFailed, signal, readyBytes: mostBytes = mostReadyBytes }: ReadManyOptions,
): AsyncGenerator<Reading> {
  const ready: Reading[] = []
  let readyBytes = 0
  let next = 0
  let open = 0
  let crash: unknown
  let wake: () => void = () => undefined
  const given = new Map<Worker, number>()
  const give = (worker: Worker) => {
    for (let waiting = given.get(worker) ?? 0; waiting < inFlight; waiting++) {
      const file = files[next]
      if (!file || signal.aborted || readyBytes > mostBytes) return
      next++
      open++
      given.set(worker, waiting + 1)
      worker.postMessage(file)
    }
  }
  const stop = () => wake()
  signal.addEventListener('abort', stop)
  const workers = Array.from({ length: threads }, () => new Worker(workerUrl))
  try {
    for (const worker of workers) {
      worker.on('message', (answer: WorkerAnswer) => {
        open--
        given.set(worker, (given.get(worker) ?? 1) - 1)
        give(worker)
        if ('reading' in answer) {
          const reading = unpacked(answer.reading)
          ready.push(reading)
          readyBytes += reading.file.size
        } else onFailed({ file: answer.failed, why: answer.why })
        wake()
      })
      worker.on('error', error => {
        crash = error
        wake()
      })
      give(worker)
    }
    for (;;) {
      const reading = ready.shift()
      if (reading) {
        readyBytes -= reading.file.size
        for (const worker of workers) give(worker)
        yield reading
      } else if (crash !== undefined) throw crash
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
