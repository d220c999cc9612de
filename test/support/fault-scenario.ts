import { onTestFinished } from 'vitest'
import { openDuckDbTransport } from '../../src/sync/remotes/duckdb-transport.ts'
import type { SqlTransport } from '../../src/sync/remotes/sql-transport.ts'
import type { Trouble } from './faults.ts'
import { assistantLine, bornLine, messageId, uuidOf } from './lines.ts'
import { aMachine, creation, type Machine } from './sync-machine.ts'
import { aFileRemote, expectAllTheSame, settle } from './sync-rounds.ts'

// One exchange that has everything in it, done again and again: each time one statement of it fails in one way.

/** So few rows travel at once that every table's own come in several batches. */
const batchRows = 2

export const troubles: readonly Trouble[] = [
  { do: 'reset before' },
  { do: 'reset after' },
  { do: 'error' },
  { do: 'error after' },
  { do: 'stall' },
  { do: 'full' },
]

export interface Scenario {
  readonly machines: readonly [Machine, Machine]
  /** Both see and say something new, and the second syncs: the first has rows to send and to fetch, of every table. */
  stir(): Promise<void>
  /** The first syncs, over a transport that may fail. Answers what it failed with, if it did. */
  disturb(open: () => Promise<SqlTransport>): Promise<unknown>
  /** Undisturbed, both come to the same, and to rest. */
  recover(): Promise<void>
}

/** Two machines of one person and a remote; `open` reaches it past all faults. */
export function aScenario(open: () => Promise<SqlTransport>): Scenario {
  const remotes = [aFileRemote('reached by the transport that is given')]
  const ana = aMachine(1, { remotes })
  const bea = aMachine(2, { person: 1, remotes })
  let round = 0

  /** A session both have a copy of, which grows on both, and a new one of each. */
  const record = async (machine: Machine, side: number) => {
    const shared = uuidOf(0xabc)
    const own = uuidOf(0x1000 + round * 2 + side)
    const line = (session: string, n: number) => assistantLine(session, { id: messageId(n), uuid: uuidOf(n) })
    await machine.record(shared, [bornLine(shared, '2026-10-01T09:00:00.000Z'), line(shared, round * 10)])
    await machine.record(own, [
      bornLine(own, '2026-10-01T09:00:00.000Z'),
      ...[1, 2, 3, 4].map(n => line(own, 1_000_000 + round * 10 + side * 5 + n)),
    ])
    Object.assign(machine.identity, { machineLabel: `desk ${round}`, publicLabel: `desk ${round}` })
  }

  return {
    machines: [ana, bea],
    async stir() {
      round++
      await record(ana, 0)
      await record(bea, 1)
      if (round === 1) await ana.say('shared', creation('Of both'))
      if (round === 1) await settle([ana, bea], { open, batchRows })
      await ana.say(`e${round}`, creation(`Entry ${round}`), { kind: 'tag', value: 'new' })
      await ana.say(
        'shared',
        { kind: 'title', value: `Title ${round}` },
        { kind: 'note', value: `a ${round}` },
      )
      await bea.say('shared', { kind: 'status', value: 'blocked' }, { kind: 'note', value: `b ${round}` })
      await bea.say(`f${round}`, creation(`Of Bea ${round}`), { kind: 'body', value: 'more' })
      await bea.sync({ open, batchRows })
    },
    async disturb(faulty) {
      return ana.sync({ open: faulty, batchRows }).then(
        () => null,
        (error: unknown) => error,
      )
    },
    async recover() {
      await settle([ana, bea], { open, batchRows })
      await expectAllTheSame([ana, bea], open)
    },
  }
}

/**
 * A file remote whose connection is kept: opening and closing a file takes longer than all statements of a sync. Who closes
 * it loses what is not committed, as with a connection of one's own.
 */
export function keepFile(file: string): () => Promise<SqlTransport> {
  let opening: Promise<SqlTransport> | undefined
  onTestFinished(async () => (await opening)?.close())
  return async () => {
    opening ??= openDuckDbTransport({ file, settings: { threads: '1' } })
    const kept = await opening
    return {
      query: kept.query,
      close: () =>
        kept.query('ROLLBACK').then(
          () => undefined,
          () => undefined,
        ),
    }
  }
}
