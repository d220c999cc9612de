import { expect, test, vi } from 'vitest'
import type { FoundLine, TextSearchRequest, TextSource } from '../../../../src/tui/screens/sessions/data.ts'
import { createTextSearch, type TextQuestion } from '../../../../src/tui/screens/sessions/text-search.ts'

const [gate, barn, well] = ['gate', 'barn', 'well'].map(id => aSource(id)) as [
  TextSource,
  TextSource,
  TextSource,
]

function aSource(id: string, endedAtMs = 1): TextSource {
  return { id, endedAtMs }
}

function aQuestion(terms: string, sources: readonly TextSource[], among = terms): TextQuestion {
  return { terms: terms.split(' '), among, sources: () => sources }
}

/** A search whose engine does what the test says. */
function aSearch() {
  const requests: (TextSearchRequest & {
    readonly ids: string[]
    end(failed?: number): void
    fail(): void
  })[] = []
  const search = createTextSearch(
    request =>
      new Promise((resolve, reject) =>
        requests.push({
          ...request,
          ids: request.sources.map(({ id }) => id),
          end: (failed = 0) => resolve({ failed }),
          fail: () => reject(new Error('no memory')),
        }),
      ),
  )
  const tells = vi.fn()
  search.subscribe(tells)
  /** The request with this number, once it has begun. */
  const begun = (number: number) =>
    vi.waitFor(() => {
      const request = requests[number]
      if (!request || requests.length > number + 1) throw new Error(`${requests.length} searches`)
      return request
    })
  const rests = () => vi.waitFor(() => expect(search.state().isSearching).toBe(false))
  return {
    search,
    requests,
    tells,
    begun,
    rests,
    found: () => search.state().found.map(line => line.sessionId),
  }
}

function hit({ id, endedAtMs }: TextSource, line = 'a line'): FoundLine {
  return { sessionId: id, endedAtMs, kind: 'user', agentId: undefined, line, matches: [[0, 1]] }
}

test('of what is typed fast only the last is looked for, and what an older search finds late is nothing', async () => {
  const { search, requests, begun, found } = aSearch()

  for (const terms of ['r', 're', 'ref']) search.ask(aQuestion(terms, [gate, barn]))
  const first = await begun(0)
  search.ask(aQuestion('oak', [gate, barn]))
  first.onHit(hit(gate))
  const second = await begun(1)
  second.onHit(hit(barn))

  expect(requests.map(({ terms }) => terms)).toEqual([['ref'], ['oak']])
  expect(first.signal.aborted).toBe(true)
  await vi.waitFor(() => expect(found()).toEqual(['barn']))
})

test('tells of hits while it goes on, of each session the first, and at the end of what could not be read', async () => {
  const { search, tells, begun, rests } = aSearch()

  search.ask(aQuestion('ref', [gate, barn]))
  const request = await begun(0)
  const before = tells.mock.calls.length
  request.onHit(hit(gate, 'the first'))
  request.onHit(hit(gate, 'the second'))
  await vi.waitFor(() => expect(tells.mock.calls.length).toBeGreaterThan(before))
  const meanwhile = { ...search.state(), lines: [...search.state().hits.values()].map(({ line }) => line) }
  request.end(1)
  await rests()

  expect(meanwhile).toMatchObject({ isSearching: true, transcripts: 2, failed: 0, lines: ['the first'] })
  expect(search.state()).toMatchObject({ isSearching: false, failed: 1 })
})

test('the same words among other sessions: reads only those that were not read, or went on', async () => {
  const { search, begun, rests, found } = aSearch()

  search.ask(aQuestion('ref', [gate, barn], 'all'))
  const first = await begun(0)
  first.onHit(hit(gate))
  first.end()
  await rests()
  search.ask(aQuestion('ref', [aSource('gate', 2), barn, well], 'project:x'))
  const second = await begun(1)
  const kept = found()
  second.onHit(hit(well))
  second.end()

  expect(second.ids).toEqual(['gate', 'well'])
  expect(kept).toEqual(['gate'])
  await vi.waitFor(() => expect(found()).toEqual(['well']))
})

test('longer words are not looked for where the shorter ones were not found', async () => {
  const { search, begun, rests } = aSearch()

  search.ask(aQuestion('ref', [gate, barn]))
  const first = await begun(0)
  first.onHit(hit(barn))
  first.end()
  await rests()
  search.ask(aQuestion('refund oak', [gate, barn]))
  const longer = await begun(1)
  longer.end()
  await rests()
  search.ask(aQuestion('fund', [gate, barn]))

  expect(longer.ids).toEqual(['barn'])
  expect((await begun(2)).ids).toEqual(['gate', 'barn'])
})

test('sessions that are recorded meanwhile do not stop it; they are read afterwards', async () => {
  const { search, begun, rests } = aSearch()

  search.ask(aQuestion('ref', [gate], 'all'))
  const first = await begun(0)
  search.ask(aQuestion('ref', [well, gate], 'all'))
  first.onHit(hit(gate))
  first.end()
  const second = await begun(1)
  second.end()
  await rests()

  expect(first.signal.aborted).toBe(false)
  expect(second.ids).toEqual(['well'])
})

test('without words nothing is known; a search that can’t be is told', async () => {
  const { search, begun, found } = aSearch()

  search.ask(aQuestion('ref', [gate]))
  const request = await begun(0)
  request.onHit(hit(gate))
  request.fail()
  await vi.waitFor(() => expect(search.state().trouble).toBe('no memory'))
  search.ask(undefined)

  expect(request.signal.aborted).toBe(true)
  expect(search.state()).toMatchObject({ terms: [], isSearching: false, trouble: undefined })
  expect(found()).toEqual([])
})
