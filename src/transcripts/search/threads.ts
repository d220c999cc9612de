import { Worker } from 'node:worker_threads'
import type { SearchAnswer, SearchedFile } from './search-worker.ts'

/** Lots of files that a thread has waiting, so that it never waits for us. */
const inFlight = 2
/** Memory of a thread for what is soon forgotten, which is nearly all: the default takes several times as much. */
const youngMb = 4

interface Thread {
  readonly worker: Worker
  lots: number
}

/** Threads that search files. */
export interface SearchThreads {
  /** Takes files, once a thread has room for them. Throws what ended a thread. */
  give(files: readonly SearchedFile[]): Promise<void>
  /** Resolves when all that was given was searched. Throws what ended a thread. */
  settled(): Promise<void>
  /** Ends them at once, whatever they are at. */
  end(): Promise<void>
}

/** Threads that start when all that run have something to do. `onAnswer` gets what they find as they find it. */
export function searchThreads(
  workerUrl: URL,
  {
    most,
    terms,
    onAnswer,
  }: { most: number; terms: readonly string[]; onAnswer: (answer: SearchAnswer) => void },
): SearchThreads {
  let isEnded = false
  let crash: { error: unknown } | undefined
  let wake: () => void = () => undefined
  const threads: Thread[] = []
  const start = (): Thread => {
    const options = { workerData: terms, resourceLimits: { maxYoungGenerationSizeMb: youngMb } }
    const thread: Thread = { worker: new Worker(workerUrl, options), lots: 0 }
    thread.worker.on('message', (answer: SearchAnswer) => {
      if (answer.isDone) thread.lots--
      onAnswer(answer)
      wake()
    })
    thread.worker.on('error', error => {
      crash ??= { error }
      wake()
    })
    threads.push(thread)
    return thread
  }
  /** A new one as long as all have something to do; then the one that has least, once it has room. */
  const free = (): Thread | undefined => {
    const idlest = threads.reduce<Thread | undefined>((a, b) => (a && a.lots <= b.lots ? a : b), undefined)
    if (threads.length < most && idlest?.lots !== 0) return start()
    return idlest && idlest.lots < inFlight ? idlest : undefined
  }
  const until = async <T>(answer: () => T | undefined): Promise<T | undefined> => {
    for (;;) {
      if (crash) throw crash.error
      const found = isEnded ? undefined : answer()
      if (found !== undefined || isEnded) return found
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  }
  return {
    async give(files) {
      const thread = await until(free)
      if (!thread) return
      thread.lots++
      thread.worker.postMessage(files)
    },
    async settled() {
      await until(() => threads.every(({ lots }) => lots === 0) || undefined)
    },
    async end() {
      isEnded = true
      wake()
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}
