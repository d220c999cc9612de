import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { TuiData } from '../../data.ts'
import { type BookRow, type BookState, isGone } from './book.ts'
import type { FoundLine, TextSource } from './data.ts'
import { type Told, textStatus } from './found-text.ts'
import { findHits, parseQuery, type Query, scopeTest, type Test } from './query.ts'
import { createSaidPlaces, merged } from './said-places.ts'
import { type Asked, isSameAsked, type SessionsEvent, type SessionsState } from './state.ts'
import { createTextSearch, isSame, nothingFound, type TextState } from './text-search.ts'

/** The sessions that are listed, and how they were found. */
export interface SessionList {
  readonly asked: Asked
  readonly rows: readonly BookRow[]
  /** Which of the rows are listed, by their numbers. */
  readonly hits: readonly number[]
  /** The lines in transcripts that the search found, by session; of those that are not listed, too. */
  readonly said: ReadonlyMap<string, FoundLine>
}

const nowhere: readonly number[] = []
const nothingSaid: ReadonlyMap<string, FoundLine> = new Map()
/** Before the search has begun, as nobody knows yet where the transcripts are. */
const nothingYet: TextState = { ...nothingFound, isSearching: true }

/** The list for a search: what is known of sessions at once, what stands in their transcripts as it is found. */
export function useSessionList(
  data: TuiData,
  state: SessionsState,
): { list: SessionList; known: BookState; text: Told['text']; odd: readonly string[] } {
  const { sessions, clock } = data
  const { book } = sessions
  const [search] = useState(() => createTextSearch(request => sessions.searchText(request)))
  const known = useSyncExternalStore(book.subscribe, book.state)
  const found = useSyncExternalStore(search.subscribe, search.state)
  const { query: words, scope: scopeName, searchesText } = state
  const { here } = sessions
  const query = useMemo(() => {
    const context = { clock, nowMs: data.now(), isGone: (row: BookRow) => isGone(row, known, here.machineId) }
    return parseQuery(words, context)
  }, [words, known, clock, data, here])
  const scope = useMemo(() => scopeTest(scopeName, here), [scopeName, here])
  const byFacts = useMemo(() => findHits(known.rows, query, { scope }), [known, query, scope])

  useEffect(() => {
    search.ask(
      searchesText && known.transcripts !== undefined
        ? {
            terms: query.terms,
            among: `${scopeName} ${words}`,
            sources: () => sourcesOf(known, query, scope),
          }
        : undefined,
    )
  }, [search, searchesText, known, words, query, scopeName, scope])
  useEffect(() => () => search.ask(undefined), [search])

  const isOfThis = searchesText && isSame(found.terms, query.terms)
  const said = isOfThis ? found.hits : nothingSaid
  const places = useMemo(() => {
    const fits = (row: BookRow) => (!scope || scope(row)) && query.tests.every(test => test(row))
    return createSaidPlaces(known.rows, fits)
  }, [known.rows, query, scope])
  const saidAt = isOfThis ? places.of(found.found) : nowhere
  const hits = useMemo(() => merged(byFacts, saidAt), [byFacts, saidAt])
  const list = useMemo(
    () => ({ asked: { query: words, scope: scopeName }, rows: known.rows, hits, said }),
    [words, scopeName, known.rows, hits, said],
  )
  const text = textStatus(isOfThis ? found : nothingYet, {
    isOn: searchesText,
    isAsked: query.terms.length > 0,
    hits: saidAt.length,
  })
  return { list, known, text, odd: query.odd }
}

/** The transcripts of this machine that the filters and the scope let through, those of the newest sessions first. */
function sourcesOf(
  { rows, transcripts }: BookState,
  { tests }: Query,
  scope: Test | undefined,
): TextSource[] {
  const sources: BookRow[] = []
  for (const index of findHits(rows, { terms: [], tests }, { scope })) {
    const row = rows[index]
    if (row && transcripts?.has(row.id)) sources.push(row)
  }
  return sources
}

/** Those of the sessions that are listed, in the order given. */
export function listedOf(ids: ReadonlySet<string>, { rows, hits }: SessionList): readonly string[] {
  if (ids.size === 0) return []
  const listed = new Set<string>()
  for (const index of hits) {
    const id = rows[index]?.id
    if (id !== undefined && ids.has(id)) listed.add(id)
  }
  return [...ids].filter(id => listed.has(id))
}

/**
 * Where the rows under the cursor and at the top are, after the list of the same search has changed. Only a cursor that the
 * person has moved stays on its session: at the newest it stays at the newest, so that what comes in is seen.
 */
export function movedTo(
  before: SessionList,
  after: SessionList,
  { cursor, top }: Pick<SessionsState, 'cursor' | 'top'>,
): Extract<SessionsEvent, { type: 'shifted' }> | undefined {
  if (before === after || cursor === 0 || !isSameAsked(before.asked, after.asked)) return undefined
  const placeOf = (place: number) => {
    const hit = before.hits[place]
    if (hit === undefined) return place
    const found =
      before.rows === after.rows
        ? placeIn(after.hits, hit)
        : after.hits.findIndex(index => after.rows[index]?.id === before.rows[hit]?.id)
    return found < 0 ? place : found
  }
  // Who looks at the newest goes on doing so.
  const last = Math.max(0, before.hits.length - 1)
  const to = { cursor: placeOf(Math.min(cursor, last)), top: top === 0 ? 0 : placeOf(top) }
  return to.cursor === cursor && to.top === top ? undefined : { type: 'shifted', ...to }
}

/** Where a number stands in an ascending list; -1: nowhere. */
function placeIn(ascending: readonly number[], wanted: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return ascending[low] === wanted ? low : -1
}
