import { Worker } from 'node:worker_threads'
import type { SearchAnswer, SearchedFile } from './search-worker.ts'

/** Lots of files that a thread has waiting, so that it never waits for us. */
const inFlight = 2

/** Threads that search files. */
export interface SearchThreads {
  /** Takes files, once a thread has room for them. Throws what ended a thread. */
  give(files: readonly SearchedFile[]): Promise<void>
  /** Resolves when all that was given was searched. Throws what ended a thread. */
  settled(): Promise<void>
  /** Ends them at once, whatever they are at. */
  end(): Promise<void>
}

/** Starts threads; `onAnswer` gets what they find as they find it. */
export function startThreads(
  workerUrl: URL,
  {
    count,
    terms,
    onAnswer,
  }: { count: number; terms: readonly string[]; onAnswer: (answer: SearchAnswer) => void },
): SearchThreads {
  let isEnded = false
  let crash: { error: unknown } | undefined
  let wake: () => void = () => undefined
  const given = new Map<Worker, number>()
  for (let i = 0; i < count; i++) {
    const worker = new Worker(workerUrl, {
      workerData: terms,
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    })
    given.set(worker, 0)
    worker.on('message', (answer: SearchAnswer) => {
      if (answer.isDone) given.set(worker, (given.get(worker) ?? 1) - 1)
      onAnswer(answer)
      wake()
    })
    worker.on('error', error => {
      crash ??= { error }
      wake()
    })
  }
  const until = async <T>(answer: () => T | undefined): Promise<T | undefined> => {
    for (;;) {
      if (crash) throw crash.error
      const found = answer()
      if (found !== undefined || isEnded) return found
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  }
  return {
    async give(files) {
      const free = await until(() => {
        const [worker, lots] = [...given].reduce((a, b) => (b[1] < a[1] ? b : a))
        return lots < inFlight ? worker : undefined
      })
      if (!free || isEnded) return
      given.set(free, (given.get(free) ?? 0) + 1)
      free.postMessage(files)
    },
    async settled() {
      await until(() => ([...given.values()].every(lots => lots === 0) ? true : undefined))
    },
    async end() {
      isEnded = true
      wake()
      await Promise.all([...given.keys()].map(worker => worker.terminate()))
    },
  }
}
