import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isTooFarAhead } from '../../src/base/clock.ts'
import { payloadHash, type StoredChange } from '../../src/features/entries/change.ts'
import { foldEntry } from '../../src/features/entries/fold.ts'
import { sameField } from '../../src/features/entries/kinds.ts'
import { makeChanges, type Saying } from '../../src/features/entries/make-changes.ts'
import { planForeign } from '../../src/features/usage/apply-usage.ts'
import type { StoredRow } from '../../src/features/usage/ledger-rows.ts'
import { aCreation, aPerson, noon } from '../support/changes.ts'

// Histories of several machines in memory: the program's own clock, stamps, fold and choice of rows, and an exchange that
// follows the rules of docs/model: own rows in ascending numbers, and of others what is behind a vector.

const runs = Number(process.env.CSL_TEST_RUNS ?? 2000)
const hour = 3_600_000

interface Numbered {
  readonly writer: number
  readonly seq: number
  readonly change: StoredChange
}

interface Machine {
  readonly writer: number
  readonly skewMs: number
  /** All that is known, in the order of arrival. */
  readonly known: Numbered[]
  readonly pulled: Map<number, number>
  /** What was announced as news of others. */
  readonly news: string[]
  last: string | null
}

type Step =
  | { readonly do: 'say'; readonly machine: number; readonly saying: Saying }
  | { readonly do: 'push'; readonly machine: number; readonly most: number; readonly isRepeated: boolean }
  | { readonly do: 'pull'; readonly machine: number; readonly most: number; readonly isRepeated: boolean }

const sayings: readonly Saying[] = [
  { kind: 'status', value: 'resolved' },
  { kind: 'status', value: 'open' },
  { kind: 'title', value: 'One' },
  { kind: 'title', value: 'Another' },
  { kind: 'note', value: 'seen' },
  { kind: 'tag', value: 'red' },
  { kind: 'untag', value: 'red' },
  { kind: 'deleted', value: 'true' },
  { kind: 'deleted', value: 'false' },
]

const machineCount = fc.integer({ min: 3, max: 5 })
const step = (count: number): fc.Arbitrary<Step> => {
  const machine = fc.integer({ min: 0, max: count - 1 })
  const move = { machine, most: fc.integer({ min: 1, max: 6 }), isRepeated: fc.boolean() }
  return fc.oneof(
    fc.record({ do: fc.constant('say' as const), machine, saying: fc.constantFrom(...sayings) }),
    fc.record({ do: fc.constant('push' as const), ...move }),
    fc.record({ do: fc.constant('pull' as const), ...move }),
  )
}
const history = machineCount.chain(count =>
  fc.record({
    skews: fc.array(fc.integer({ min: -9 * hour, max: 9 * hour }), { minLength: count, maxLength: count }),
    steps: fc.array(step(count), { maxLength: 40 }),
  }),
)

class World {
  readonly machines: Machine[]
  readonly remote: Numbered[] = []
  readonly said: { readonly change: StoredChange; readonly seen: readonly StoredChange[] }[] = []
  wallMs = noon

  constructor(skews: readonly number[]) {
    this.machines = skews.map((skewMs, writer) => ({
      writer,
      skewMs,
      known: [],
      pulled: new Map(),
      news: [],
      last: null,
    }))
    this.say(0, { kind: 'create', value: aCreation() })
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) {
      this.wallMs += 7
      if (step.do === 'say') this.say(step.machine, step.saying)
      else {
        const move = () =>
          step.do === 'push' ? this.push(step.machine, step.most) : this.pull(step.machine, step.most)
        const undo = step.isRepeated ? this.forgetting(step) : undefined
        move()
        // The reply was lost: what was noted of it is not known any more, and all of it is done again.
        undo?.()
        if (undo) move()
      }
    }
  }

  settle(): void {
    for (const { writer } of this.machines) this.push(writer, Number.POSITIVE_INFINITY)
    for (const { writer } of this.machines) this.pull(writer, Number.POSITIVE_INFINITY)
  }

  say(at: number, saying: Saying): void {
    const machine = this.at(at)
    const seen = machine.known.map(({ change }) => change)
    const wallMs = this.wallMs + machine.skewMs
    const { changes } = makeChanges('e1', [saying], {
      identity: aPerson(at),
      history: seen,
      seen: machine.last,
      wallMs,
      stampId: `w${at}`,
    })
    for (const made of changes) {
      const change = { ...made, payloadHash: payloadHash(made) }
      const seq = machine.known.filter(({ writer }) => writer === at).length + 1
      this.take(machine, { writer: at, seq, change })
      this.said.push({ change, seen })
    }
  }

  push(at: number, most: number): void {
    const held = this.held(at)
    const rows = this.at(at).known.filter(({ writer, seq }) => writer === at && seq > held)
    this.remote.push(...rows.slice(0, most))
  }

  pull(at: number, most: number): void {
    const machine = this.at(at)
    const rows = this.remote
      .filter(({ writer, seq }) => writer !== at && seq > (machine.pulled.get(writer) ?? 0))
      .sort((a, b) => a.writer - b.writer || a.seq - b.seq)
    for (const row of rows.slice(0, most)) {
      if (!machine.known.some(({ writer, seq }) => writer === row.writer && seq === row.seq)) {
        this.take(machine, row)
        machine.news.push(`${row.writer} ${row.seq}`)
      }
      machine.pulled.set(row.writer, row.seq)
    }
  }

  private take(machine: Machine, row: Numbered): void {
    machine.known.push(row)
    const { hlc } = row.change
    const isNewer = machine.last === null || hlc > machine.last
    if (isNewer && !isTooFarAhead(hlc, this.wallMs + machine.skewMs)) machine.last = hlc
  }

  private held(writer: number): number {
    return Math.max(0, ...this.remote.filter(row => row.writer === writer).map(({ seq }) => seq))
  }

  private forgetting({ machine: at }: { machine: number }): () => void {
    const before = new Map(this.at(at).pulled)
    return () => {
      const { pulled } = this.at(at)
      pulled.clear()
      for (const [writer, seq] of before) pulled.set(writer, seq)
    }
  }

  at(index: number): Machine {
    const machine = this.machines[index]
    if (!machine) throw new Error(`there is no machine ${index}`)
    return machine
  }
}

describe('whatever the order, grouping and repetition of exchanges, and clocks hours apart,', () => {
  const check = (property: (world: World) => void) =>
    fc.assert(
      fc.property(history, ({ skews, steps }) => {
        const world = new World(skews)
        world.run(steps)
        world.settle()
        property(world)
      }),
      { numRuns: runs },
    )

  test('all machines end with the same entry, and every note is in it', () => {
    check(world => {
      const [first, ...others] = world.machines.map(({ known }) =>
        foldEntry(known.map(({ change }) => change)),
      )
      for (const other of others) expect(other).toEqual(first)
      const notes = world.said.filter(({ change }) => change.kind === 'note')
      expect(first?.notes).toHaveLength(notes.length)
    })
  })

  test('no edit loses to what its author had seen', () => {
    check(world => {
      for (const { change, seen } of world.said) {
        const over = seen.filter(({ kind }) => kind === 'create' || sameField(change.kind).includes(kind))
        for (const { hlc } of over) expect(change.hlc > hlc).toBe(true)
      }
    })
  })

  test('each machine is told of every change of others exactly once', () => {
    check(world => {
      for (const { writer, news } of world.machines) {
        const foreign = world.remote
          .filter(row => row.writer !== writer)
          .map(row => `${row.writer} ${row.seq}`)
        expect([...news].sort()).toEqual(foreign.sort())
      }
    })
  })
})

test('of measured rows the newest of each writer holds, in whatever order and groups they come', () => {
  type Row = Parameters<typeof planForeign>[1][number] & StoredRow
  const row = fc
    .record({
      writerId: fc.constantFrom('w1', 'w2', 'w3'),
      messageKey: fc.constantFrom('m1', 'm2'),
      part: fc.constantFrom(0, 1),
      sessionId: fc.constantFrom('s1', 's2'),
      seq: fc.integer({ min: 1, max: 30 }),
    })
    .map(fields => ({ ...fields, rowId: 0 }) as unknown as Row)
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 6 }), { maxLength: 12 }), groups => {
      let known: Row[] = []
      for (const group of groups) {
        const { fresh, replaced } = planForeign(known, group)
        known = [
          ...known.filter(held => !(replaced as readonly StoredRow[]).includes(held)),
          ...(fresh as Row[]),
        ]
      }

      const newest = new Map<string, number>()
      const key = ({ writerId, messageKey, part, sessionId }: Row) =>
        [writerId, messageKey, part, sessionId].join()
      for (const held of groups.flat()) newest.set(key(held), Math.max(newest.get(key(held)) ?? 0, held.seq))
      expect(new Map(known.map(held => [key(held), held.seq]))).toEqual(newest)
      expect(known).toHaveLength(newest.size)
    }),
    { numRuns: runs },
  )
})
