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
  /** Newest first. A session's hit is in any of its files. */
  readonly files: readonly FoundFile[]
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
  /** Files in which it is known now whether they have it. Fewer than were given after the signal. */
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
  const { files, terms, signal, onHit, workerUrl } = question
  const failed: UnreadablePlace[] = []
  const sessions = new Set<string>()
  let given = 0
  let isWhole = false
  if (signal.aborted || files.length === 0 || terms.every(term => term.trim() === ''))
    return { searched: 0, hits: 0, failed }
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
    for await (const lot of candidates(question)) {
      given += lot.length
      await threads.give(lot)
      if (signal.aborted) break
    }
    await threads.settled()
    isWhole = !signal.aborted
  } finally {
    signal.removeEventListener('abort', stop)
    await threads.end()
  }
  return { searched: (isWhole ? files.length : given) - failed.length, hits: sessions.size, failed }
}

/** The files that must be looked into, in lots for a thread. */
async function* candidates(question: SearchQuestion): AsyncGenerator<FoundFile[]> {
  const { files, terms, signal } = question
  const { ripgrep: command = 'rg', ripgrepFromBytes = lotBytes } = question
  const run = longestRunOf(terms)
  let first = 0
  for (let bytes = 0; first < files.length && bytes < ripgrepFromBytes; first++)
    bytes += files[first]?.size ?? 0
  const canAsk = command !== null && run !== undefined && first < files.length
  const asked = canAsk && isRipgrep(command, signal)
  yield* lotsOf(files.slice(0, first))
  const rest = files.slice(first)
  if (!canAsk || !(await asked)) return yield* lotsOf(rest)
  for await (const found of filesWith(ripgrepPattern(run), rest, { command, signal })) yield* lotsOf(found)
}

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
