import { troubleText } from '../../parts/trouble-text.ts'
import type { FoundLine, SessionQuestions, TextSource } from './data.ts'

/** What is to be looked for in transcripts. */
export interface TextQuestion {
  /** Words that must all occur, in lower case. */
  readonly terms: readonly string[]
  /** By what the sessions are chosen: while it is the same, a search that runs goes on when there are other sessions. */
  readonly among: string
  /** The sessions to look into, those first that are to be found first. Asked for when the search begins. */
  readonly sources: () => readonly TextSource[]
}

/** What is known of the transcripts so far. */
export interface TextState {
  /** What was looked for; another search has other hits. */
  readonly terms: readonly string[]
  readonly isSearching: boolean
  /** The first line found of each session. It grows while there is searching; a new state tells of that. */
  readonly hits: ReadonlyMap<string, FoundLine>
  /** The same, in the order they were found. It grows, too. */
  readonly found: readonly FoundLine[]
  /** How many transcripts were looked into, or are. */
  readonly transcripts: number
  /** How many of them could not be read. */
  readonly failed: number
  /** Why there was no search at all. */
  readonly trouble: string | undefined
}

/** A search through transcripts behind the screen, begun anew when something else is looked for. */
export interface TextSearch {
  state(): TextState
  subscribe(listener: () => void): () => void
  /**
   * Looks for this, once nothing else was asked for some moments; undefined: for nothing. The same terms among other
   * sessions: only those are looked into that have not been, or have changed.
   */
  ask(question: TextQuestion | undefined): void
}

/** Between two keys of somebody who types. */
const pauseMs = 120
/** How soon the first hit is shown, and how often others: each time the list is made anew. */
const showMs = { first: 20, others: 200 }

export const nothingFound: TextState = {
  terms: [],
  isSearching: false,
  hits: new Map(),
  found: [],
  transcripts: 0,
  failed: 0,
  trouble: undefined,
}

export function createTextSearch(search: SessionQuestions['searchText']): TextSearch {
  let state = nothingFound
  let hits = new Map<string, FoundLine>()
  let found: FoundLine[] = []
  /** The sessions that were looked into for these terms, with the end they had then. */
  let searched = new Map<string, number | null>()
  let stop = new AbortController()
  let asked: TextQuestion | undefined
  let isRunning = false
  let pause: NodeJS.Timeout | undefined
  let show: NodeJS.Timeout | undefined
  const listeners = new Set<() => void>()
  const update = (change: Partial<TextState>) => {
    clearTimeout(show)
    show = undefined
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }
  const begin = ({ terms }: TextQuestion) => {
    const isLonger =
      state.terms.length > 0 && state.terms.every(old => terms.some(term => term.includes(old)))
    // Where the shorter words do not occur, the longer ones do not; of what could not be read nobody knows.
    if (isLonger && state.failed === 0) for (const id of hits.keys()) searched.delete(id)
    else searched = new Map()
    hits = new Map()
    found = []
    update({ ...nothingFound, terms, hits, found, isSearching: true })
  }
  const run = async ({ terms, sources }: TextQuestion, { signal }: AbortController) => {
    const all = sources()
    const unread = all.filter(({ id, endedAtMs }) => searched.get(id) !== endedAtMs)
    const fresh = new Set<string>()
    update({ transcripts: all.length, isSearching: unread.length > 0 })
    if (unread.length === 0) return
    const onHit = (hit: FoundLine) => {
      if (signal.aborted || fresh.has(hit.sessionId)) return
      fresh.add(hit.sessionId)
      if (!hits.has(hit.sessionId)) found.push(hit)
      hits.set(hit.sessionId, hit)
      show ??= setTimeout(() => update({}), fresh.size === 1 ? showMs.first : showMs.others)
    }
    const { failed } = await search({ sources: unread, terms, signal, onHit })
    if (signal.aborted) return
    let isGone = false
    for (const { id, endedAtMs } of unread) {
      searched.set(id, endedAtMs)
      if (!fresh.has(id) && hits.delete(id)) isGone = true
    }
    if (isGone) found = [...hits.values()]
    update({ isSearching: false, found, failed: state.failed + failed, trouble: undefined })
  }
  /** Until nothing else is asked for; of what was asked for meanwhile, the last. */
  const runAll = async (stopped: AbortController) => {
    isRunning = true
    try {
      let done: TextQuestion | undefined
      while (asked && asked !== done && !stopped.signal.aborted) {
        done = asked
        await run(done, stopped)
      }
    } catch (error) {
      if (!stopped.signal.aborted) update({ isSearching: false, trouble: troubleText(error) })
    }
    if (!stopped.signal.aborted) isRunning = false
  }
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    ask(question) {
      const goesOn = isRunning && question?.among === asked?.among
      asked = question
      if (goesOn) return
      clearTimeout(pause)
      stop.abort()
      stop = new AbortController()
      isRunning = false
      if (question && question.terms.length > 0) {
        if (!isSame(question.terms, state.terms)) begin(question)
        pause = setTimeout(runAll, pauseMs, stop)
      } else if (state !== nothingFound) {
        searched = new Map()
        hits = new Map()
        found = []
        update(nothingFound)
      }
    },
  }
}

/** Whether two searches look for the same. */
export function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((term, at) => term === others[at])
}
