import { availableParallelism } from 'node:os'
import type { TextHit } from './search/find-hit.ts'
import { longestRunOf, ripgrepPattern } from './search/raw-pattern.ts'
import { filesWith, isRipgrep } from './search/ripgrep.ts'
import type { FoundFile } from './search/session-files.ts'
import { searchThreads } from './search/threads.ts'
import type { UnreadablePlace } from './source.ts'

export type { TextHit } from './search/find-hit.ts'

const mostThreads = 4
/** What a thread is given at once. */
const lotBytes = 8 << 20
const lotFiles = 200

export interface SearchQuestion {
  /** In parts, as they become known; newest first. A session's hit is in any of its files. */
  readonly files: AsyncIterable<readonly FoundFile[]> | Iterable<readonly FoundFile[]>
  /**
   * All of which must be in one message, that is: one line of the file (a reply and the answers of its tools are several). By
   * what rule they are the same: search/terms.ts.
   */
  readonly terms: readonly string[]
  /** Ends it at once, threads and ripgrep too. */
  readonly signal: AbortSignal
  /** Told as they are found, one a session, the newest roughly first; never after the signal. */
  readonly onHit: (hit: TextHit) => void
  /** The script of its threads: `search-worker.mjs` beside the main one. */
  readonly workerUrl: URL
  /** Threads to search with; by default as many as there are processors, at most four. */
  readonly threads?: number
  /** The name of ripgrep, `rg` by default; null: without. */
  readonly ripgrep?: string | null
  /** How much of the newest is searched without ripgrep, which has to start: what one thread is given at once. */
  readonly ripgrepFromBytes?: number
}

export interface SearchReport {
  /** Files that can be read. After the signal: those that it had come to. */
  readonly searched: number
  /** Sessions that have it. */
  readonly hits: number
  /** Files that can't be read, or are gone. */
  readonly failed: readonly UnreadablePlace[]
}

/**
 * Finds the sessions in whose transcripts a person reads the terms. Files are read in threads of their own, and those that
 * ripgrep rules out, where it is installed, not at all. Resolves also when the signal ends it; rejects if a thread breaks.
 */
export async function searchTranscripts(question: SearchQuestion): Promise<SearchReport> {
  const { terms, signal, onHit, workerUrl } = question
  const failed: UnreadablePlace[] = []
  const sessions = new Set<string>()
  const seen = { files: 0 }
  if (signal.aborted || terms.every(term => term.trim() === '')) return { searched: 0, hits: 0, failed }
  const threads = searchThreads(workerUrl, {
    most: question.threads ?? Math.min(mostThreads, availableParallelism()),
    terms,
    onAnswer(answer) {
      failed.push(...answer.failed)
      for (const hit of answer.hits) {
        if (signal.aborted || sessions.has(hit.sessionId)) continue
        sessions.add(hit.sessionId)
        onHit(hit)
      }
    },
  })
  const stop = () => void threads.end()
  signal.addEventListener('abort', stop)
  try {
    for await (const files of candidates(question, seen)) {
      for (const lot of lotsOf(files)) await threads.give(lot)
      if (signal.aborted) break
    }
    await threads.settled()
  } finally {
    signal.removeEventListener('abort', stop)
    await threads.end()
  }
  return { searched: seen.files - failed.length, hits: sessions.size, failed }
}

/** The files that must be looked into. Counts all that it sees. */
async function* candidates(
  { files, terms, signal, ripgrep: command = 'rg', ripgrepFromBytes = lotBytes }: SearchQuestion,
  seen: { files: number },
): AsyncGenerator<readonly FoundFile[]> {
  const run = longestRunOf(terms)
  const asked = command !== null && run !== undefined && isRipgrep(command, signal)
  const lots = lotsUntil(signal, files, seen)
  // The newest are searched while ripgrep starts.
  for (let bytes = 0; bytes < ripgrepFromBytes; ) {
    const { value: lot } = await lots.next()
    if (!lot) return
    for (const { size } of lot) bytes += size
    yield lot
  }
  if (asked && (await asked)) yield* filesWith(ripgrepPattern(run), lots, { command, signal })
  else yield* lots
}

/** All files in lots, until the signal: whoever lists them may be at it for seconds. */
async function* lotsUntil(
  signal: AbortSignal,
  files: SearchQuestion['files'],
  seen: { files: number },
): AsyncGenerator<FoundFile[], undefined> {
  const ended = new Promise<{ done: true; value: undefined }>(resolve => {
    signal.addEventListener('abort', () => resolve({ done: true, value: undefined }), { once: true })
  })
  const parts = eachOf(files)
  for (;;) {
    const { value: part } = await Promise.race([parts.next(), ended])
    if (!part) return
    for (const lot of lotsOf(part)) {
      seen.files += lot.length
      yield lot
    }
  }
}

async function* eachOf(files: SearchQuestion['files']): AsyncGenerator<readonly FoundFile[], undefined> {
  yield* files
}

/** What a thread is given at once: newest first, and all threads have something to do. */
function* lotsOf(files: readonly FoundFile[]): Generator<FoundFile[]> {
  let lot: FoundFile[] = []
  let bytes = 0
  for (const file of files) {
    lot.push(file)
    bytes += file.size
    if (lot.length < lotFiles && bytes < lotBytes) continue
    yield lot
    lot = []
    bytes = 0
  }
  if (lot.length > 0) yield lot
}
