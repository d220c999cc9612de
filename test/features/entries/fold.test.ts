import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stampAt } from '../../../src/base/clock.ts'
import type { StoredChange } from '../../../src/features/entries/change.ts'
import { payloadHash } from '../../../src/features/entries/change.ts'
import { foldEntry, renderBody } from '../../../src/features/entries/fold.ts'
import { makeChanges, type Saying } from '../../../src/features/entries/make-changes.ts'
import { aChange, aCreation, aPerson, noon } from '../../support/changes.ts'

const created = aChange(0, 'create', aCreation())

describe('an entry', () => {
  test('is what its creation says, and was never updated', () => {
    expect(foldEntry([created])).toEqual({
      loggedAt: '2026-11-01T12:00:00.000Z',
      category: 'issue',
      status: 'open',
      title: 'Staging double-counts refunds',
      text: 'Seen twice.',
      notes: [],
      statuses: [{ at: '2026-11-01T12:00:00.000Z', author: 'Bea', status: 'open' }],
      tags: [],
      isDeleted: false,
      createdBy: 'Bea',
      personId: 'person-2',
      updatedAt: null,
      updatedBy: null,
      project: 'orchard-api',
      projectKey: 'github.com/dev/orchard-api',
      sessionId: null,
      machineId: null,
      machineLabel: 'desk 2',
    })
  })

  test('without a creation is none', () => {
    expect(foldEntry([aChange(1, 'title', 'Orphan')])).toBeUndefined()
    expect(foldEntry([])).toBeUndefined()
  })

  test('has the newest of each field, and who changed it last', () => {
    const entry = foldEntry([
      aChange(3, 'status', 'resolved', { actorName: 'Cem' }),
      aChange(1, 'status', 'blocked'),
      aChange(2, 'title', 'Refunds twice'),
      created,
    ])

    expect(entry).toMatchObject({ status: 'resolved', title: 'Refunds twice', updatedBy: 'Cem' })
    expect(entry?.updatedAt).toBe('2026-11-01T12:00:03.000Z')
    expect(entry?.statuses.map(({ status }) => status)).toEqual(['open', 'blocked', 'resolved'])
  })

  test('keeps all notes in the order of stamps, and shows them in the body with author and time', () => {
    const entry = foldEntry([
      aChange(120, 'note', 'Second\nline', { actorName: 'Cem' }),
      created,
      aChange(60, 'note', 'First'),
      aChange(180, 'body', 'New text'),
    ])

    expect(entry && renderBody(entry)).toBe(
      'New text\n\n[2026-11-01 12:01 UTC] Bea: First\n\n[2026-11-01 12:02 UTC] Cem: Second\nline',
    )
  })

  test('keeps a note that a broken clock put before its creation, but no older title', () => {
    const entry = foldEntry([created, aChange(-60, 'note', 'Early'), aChange(-60, 'title', 'Old')])

    expect(entry).toMatchObject({ title: 'Staging double-counts refunds', updatedAt: null })
    expect(entry?.notes.map(({ text }) => text)).toEqual(['Early'])
  })

  test('is deleted and comes back', () => {
    const deleted = [created, aChange(1, 'deleted', 'true')]

    expect(foldEntry(deleted)?.isDeleted).toBe(true)
    expect(foldEntry([...deleted, aChange(2, 'deleted', 'false')])?.isDeleted).toBe(false)
  })

  test('has a tag if that was said last of it', () => {
    const entry = foldEntry([
      created,
      aChange(1, 'tag', 'money'),
      aChange(2, 'tag', 'api'),
      aChange(3, 'untag', 'money'),
      aChange(4, 'tag', 'a b'),
    ])
    const tagged = aChange(0, 'create', aCreation({ tags: ['one', 'two', 7, 'x y'] }))

    expect(entry?.tags).toEqual(['api'])
    expect(foldEntry([tagged, aChange(1, 'untag', 'one')])?.tags).toEqual(['two'])
  })

  test('that was created twice is of the first, and says what the later one says', () => {
    const early = aChange(-60, 'create', '{"logged_at":"2026-10-01T00:00:00Z"}', { actorName: 'Ada' })
    const entry = foldEntry([
      created,
      early,
      aChange(-60, 'title', 'Copied'),
      aChange(5, 'status', 'blocked'),
    ])

    expect(entry).toMatchObject({
      loggedAt: '2026-10-01T00:00:00.000Z',
      createdBy: 'Ada',
      title: 'Staging double-counts refunds',
      text: 'Seen twice.',
      project: 'orchard-api',
      status: 'blocked',
      updatedAt: '2026-11-01T12:00:05.000Z',
    })
  })

  test('is not updated by where it was logged', () => {
    const entry = foldEntry([
      created,
      aChange(1, 'session', 's-1'),
      aChange(1, 'place', JSON.stringify({ machine_id: 'm-1', project_key: '/home/dev/x' })),
    ])

    expect(entry).toMatchObject({ sessionId: 's-1', machineId: 'm-1', updatedAt: null })
    expect(entry?.projectKey).toBe('github.com/dev/orchard-api')
  })

  test('survives what it can not understand', () => {
    const odd = [
      aChange(1, 'status', 'done & dusted'),
      aChange(2, 'category', ''),
      aChange(3, 'place', '{'),
      aChange(4, 'priority', 'high'),
      aChange(5, 'title', null),
    ]

    expect(foldEntry([created, ...odd])).toEqual(foldEntry([created]))
    expect(
      foldEntry([aChange(0, 'create', '[1]'), aChange(1, 'create', 'null'), aChange(2, 'create', '{')]),
    ).toBeUndefined()
    expect(
      foldEntry([aChange(0, 'create', '{"category":7,"title":null,"logged_at":"never"}')]),
    ).toMatchObject({
      category: 'note',
      status: 'info',
      title: '',
      loggedAt: '2026-11-01T12:00:00.000Z',
    })
  })

  test('shows words of other programs as they are', () => {
    expect(foldEntry([created, aChange(1, 'status', 'wont_fix')])?.status).toBe('wont_fix')
  })
})

/** What several people do: each knows what it has seen, and each clock is wrong by up to hours. */
const histories = fc.record({
  skews: fc.array(fc.integer({ min: -6 * 3600, max: 6 * 3600 }), { minLength: 2, maxLength: 4 }),
  steps: fc.array(
    fc.record({
      who: fc.nat(3),
      after: fc.integer({ min: 0, max: 90 }),
      reads: fc.boolean(),
      kind: fc.constantFrom('title', 'body', 'status', 'note', 'tag', 'untag', 'deleted'),
      value: fc.constantFrom('true', 'false', 'open', 'resolved', 'one', 'two'),
    }),
    { maxLength: 25 },
  ),
  seed: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
})

interface Played {
  readonly changes: StoredChange[]
  /** For each change those that its author had seen. */
  readonly seen: Map<StoredChange, readonly StoredChange[]>
}

function play({
  skews,
  steps,
}: {
  skews: number[]
  steps: { who: number; after: number; reads: boolean; kind: string; value: string }[]
}): Played {
  const all: StoredChange[] = [created]
  const views = skews.map(() => [created])
  const seen = new Map<StoredChange, readonly StoredChange[]>()
  let seconds = 1
  for (const { who, after, reads, kind, value } of steps) {
    const n = who % skews.length
    seconds += after
    if (reads) views[n] = [...all]
    const view = views[n] ?? []
    const last =
      view
        .map(({ hlc }) => hlc)
        .sort()
        .at(-1) ?? null
    const { changes } = makeChanges('e1', [{ kind, value } as Saying], {
      identity: aPerson(n),
      history: view,
      seen: last,
      wallMs: noon + (seconds + (skews[n] ?? 0)) * 1000,
      stampId: `writer-${n}`,
    })
    for (const change of changes) {
      const stored = { ...change, payloadHash: payloadHash(change) }
      seen.set(stored, [...view])
      all.push(stored)
      views[n] = [...view, stored]
    }
  }
  return { changes: all, seen }
}

function shuffled<T>(items: readonly T[], seed: readonly number[]): T[] {
  return items
    .map((item, index) => ({ item, key: seed[index % seed.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

describe('whatever people do', () => {
  test('the order and repetition of changes do not matter', () => {
    fc.assert(
      fc.property(histories, history => {
        const { changes } = play(history)

        expect(foldEntry(shuffled([...changes, ...changes], history.seed))).toEqual(foldEntry(changes))
      }),
      { numRuns: 500 },
    )
  })

  test('no edit loses to a version that its author had seen, with clocks that are hours apart', () => {
    const field = (kind: string) => (kind === 'untag' ? 'tag' : kind)
    fc.assert(
      fc.property(histories, history => {
        const { changes, seen } = play(history)

        for (const change of changes) {
          const rivals = (seen.get(change) ?? []).filter(other => field(other.kind) === field(change.kind))
          for (const rival of rivals) expect(change.hlc > rival.hlc).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('all notes are there, those of one author in the order they were said', () => {
    fc.assert(
      fc.property(histories, history => {
        const { changes } = play(history)
        const numbered = changes.map((change, index) =>
          change.kind === 'note'
            ? aChange(0, 'note', `${index}`, { hlc: change.hlc, actorName: change.actorName })
            : change,
        )
        const notes = foldEntry(shuffled(numbered, history.seed))?.notes ?? []

        expect(notes.length).toBe(changes.filter(({ kind }) => kind === 'note').length)
        for (const author of new Set(notes.map(note => note.author))) {
          const own = notes.filter(note => note.author === author).map(note => Number(note.text))
          expect(own).toEqual([...own].sort((a, b) => a - b))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a change over a clock that is years ahead still holds', () => {
    const ahead = aChange(0, 'title', 'From the future', {
      hlc: stampAt(noon + 5 * 365 * 86_400_000, 0, 'writer-9'),
    })
    const { changes } = makeChanges('e1', [{ kind: 'title', value: 'Now' }], {
      identity: aPerson(1),
      history: [created, ahead],
      seen: null,
      wallMs: noon,
      stampId: 'writer-1',
    })

    const own = changes.map(change => ({ ...change, payloadHash: payloadHash(change) }))
    expect(foldEntry([created, ahead, ...own])?.title).toBe('Now')
  })
})
