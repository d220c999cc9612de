import { describe, expect, test } from 'vitest'
import { zoneClock } from '../../../../src/base/time.ts'
import type { BrowsedSession } from '../../../../src/features/sessions/listed-session.ts'
import { findHits, parseQuery, scopeTest } from '../../../../src/tui/screens/sessions/query.ts'
import { aSession, someSessions } from '../../../support/tui-sessions.ts'

const nowMs = Date.parse('2026-11-20T14:00:00Z')
const clock = zoneClock('UTC')

const sessions: readonly BrowsedSession[] = [
  aSession(1, { title: 'Mend the Söhne gate', costPico: 6e12, isStarred: true, tags: ['Fence', 'oak'] }),
  aSession(2, {
    title: 'Sweep',
    project: 'cellar web',
    type: 'infra',
    machine: 'mac',
    machineId: 'machine-2',
  }),
  aSession(3, { title: null, branch: 'feat/gate', models: 'claude-haiku-4-5', costPico: null }),
  aSession(4, {
    title: 'Old',
    endedAtMs: Date.parse('2026-10-01T10:00:00Z'),
    durationMin: 24 * 60,
    costPico: 1e16,
  }),
]

async function hits(query: string): Promise<number[]> {
  const { book } = someSessions(sessions)
  const done = new Promise<void>(resolve =>
    book.subscribe(() => {
      if (book.state().transcripts) resolve()
    }),
  )
  await done
  const context = { clock, nowMs, isGone: ({ id }: BrowsedSession) => id === sessions[2]?.id }
  return findHits(book.state().rows, parseQuery(query, context), { scope: undefined }).map(index => index + 1)
}

describe('a search finds', () => {
  test.each([
    ['', [1, 2, 3, 4]],
    ['GATE söhne', [1]],
    ['gate', [1, 3]],
    ['2026-10', [4]],
    ['infra', [2]],
    ['oak', [1]],
    ['nowhere', []],
    [aSession(2).id.slice(0, 30), [1, 2, 3, 4]],
    [aSession(2).id.toUpperCase(), [2]],
    ['project:cellar', [2]],
    ['project:"cellar web" sweep', [2]],
    ['project:"cellar', [2]],
    ['model:haiku', [3]],
    ['type:infra', [2]],
    ['machine:mac', [2]],
    ['branch:feat', [3]],
    ['tag:fen', [1]],
    ['is:starred', [1]],
    ['is:gone', [3]],
    ['date:<7d', [1, 2, 3]],
    ['date:>7d', [4]],
    ['date:2026-10', [4]],
    // It began the day before.
    ['date:2026-09', [4]],
    ['date:2026-10-02', []],
    ['date:today', [1, 2, 3]],
    ['date:<2026-11', [4]],
    ['date:>2026-10-01', [1, 2, 3]],
    ['cost:>5', [1, 4]],
    ['cost:<5', [2]],
    ['cost:5 is:starred', [1]],
  ])('%j: %j', async (query, expected) => {
    expect(await hits(query)).toEqual(expected)
  })

  test.each(['date:', 'date:<', 'date:nonsense', 'cost:', 'cost:>', 'cost:x', 'is:st', 'project:'])(
    '%j, not written to its end, narrows nothing',
    async query => {
      expect(await hits(query)).toEqual([1, 2, 3, 4])
    },
  )

  test('a name that is no filter is text', async () => {
    expect(await hits('constructor:x')).toEqual([])
    expect(parseQuery('https://x "a b"', { clock, nowMs, isGone: () => false }).terms).toEqual([
      'https://x',
      'a b',
    ])
  })
})

test('scopes go by project, directory and machine', () => {
  const { here } = someSessions([])
  const rows = [aSession(1), aSession(2, { projectKey: 'other', cwd: '/elsewhere', machineId: 'machine-2' })]
  const inScope = (scope: 'project' | 'directory' | 'machine') =>
    rows.map(row => scopeTest(scope, here)?.(row))

  expect(inScope('project')).toEqual([true, false])
  // Where it goes on counts, too.
  expect(inScope('directory')).toEqual([true, true])
  expect(inScope('machine')).toEqual([true, false])
})

test('words are looked for in transcripts as they were typed; a filter that nobody understands is named', () => {
  const context = { clock, nowMs, isGone: () => false }

  const query = parseQuery('İstanbul foo:"Bar baz" cost:abc DATE:<x is:', context)

  expect(query).toEqual({ terms: ['İstanbul', 'foo:"Bar baz"'], tests: [], odd: ['cost:abc', 'DATE:<x'] })
})
