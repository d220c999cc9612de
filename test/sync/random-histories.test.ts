import { expect, test } from 'vitest'
import { countInbox } from '../../src/features/entries/inbox-count.ts'
import { assistantLine, bornLine, messageId, uuidOf } from '../support/lines.ts'
import { seededRandom } from '../support/random.ts'
import { aMachine, creation, knownTo, type Machine } from '../support/sync-machine.ts'
import { aFile, aFileRemote, expectAllTheSame, isQuiet, settle } from '../support/sync-rounds.ts'

// Real databases through random histories: what people say and sessions that grow on several machines, clocks hours
// apart, exchanges of all sizes, databases that are lost.

const histories = Number(process.env.CSL_TEST_HISTORIES ?? (process.env.CSL_TEST_LONG ? 200 : 1))
const stepsEach = 14
const firstSeed = Number(process.env.CSL_TEST_SEED ?? Date.now() % 1_000_000)
const hour = 3_600_000

const seeds = Array.from({ length: histories }, (_, i) => firstSeed + i)

test.each(seeds)(
  'history %i: all machines and the remote end with the same, and then are quiet',
  async seed => {
    const random = seededRandom(seed)
    const below = (count: number) => Math.floor(random() * count)
    const file = aFile()
    const remotes = [aFileRemote(file)]
    const machines = [1, 2, 3].map(n => aMachine(n, { person: 1, remotes }))
    const written = machines.map(() => new Map<string, object[]>())
    const messages = new Set<string>()
    let notes = 0
    let serial = 0

    const record = async (machine: Machine, sessions: Map<string, object[]>) => {
      const session = uuidOf(0x100 + below(3))
      const lines = sessions.get(session) ?? [bornLine(session, '2026-10-01T09:00:00.000Z')]
      for (let n = below(4); n >= 0; n--) {
        // Some are seen by several machines, as in copies of a transcript.
        const id = messageId(below(3) === 0 ? below(5) : 1000 + ++serial)
        const usage = { input_tokens: 10, output_tokens: 1 + below(50) }
        lines.push(assistantLine(session, { id, usage, stopReason: below(2) === 0 ? null : 'end_turn' }))
        messages.add(id)
      }
      sessions.set(session, lines)
      await machine.record(session, lines)
    }
    const say = async (machine: Machine) => {
      const entry = `e${below(3)}`
      const isKnown =
        (await machine.read(`SELECT 1 AS one FROM changes WHERE subject = 'entry:${entry}'`)).length > 0
      if (!isKnown) return machine.say(entry, creation(`Entry of ${machine.identity.machineId}`))
      notes++
      const status = below(2) === 0 ? 'resolved' : 'open'
      return machine.say(entry, { kind: 'note', value: `note ${notes}` }, { kind: 'status', value: status })
    }
    const lose = async (machine: Machine, sessions: Map<string, object[]>) => {
      await machine.loseDatabase()
      for (const [session, lines] of sessions) await machine.record(session, lines)
    }

    for (let n = 0; n < stepsEach; n++) {
      const at = below(machines.length)
      const [machine, sessions] = [machines[at], written[at]]
      if (!machine || !sessions) continue
      const dice = random()
      if (dice < 0.25) await record(machine, sessions)
      else if (dice < 0.5) await say(machine)
      else if (dice < 0.55) await lose(machine, sessions)
      else if (dice < 0.6) machine.clock.skewMs = (below(13) - 6) * hour
      else await machine.sync({ batchRows: 1 + below(6), isFull: below(8) === 0 })
    }
    await settle(machines, { batchRows: 1 + below(50) })

    for (const machine of machines) expect(isQuiet(await machine.sync())).toBe(true)
    await expectAllTheSame(machines, file)
    const [known] = await Promise.all(machines.slice(0, 1).map(knownTo))
    expect(new Set(known?.usage?.map(row => row.messageKey))).toEqual(messages)
    expect(known?.changes?.filter(({ kind }) => kind === 'note')).toHaveLength(notes)
    for (const machine of machines) expect(await machine.ask(db => countInbox(db, machine.identity))).toBe(0)
  },
)
