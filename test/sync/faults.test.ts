import { describe, expect, test } from 'vitest'
import { openPostgresTransport } from '../../src/sync/remotes/postgres-transport.ts'
import { parsePostgresUrl } from '../../src/sync/remotes/postgres-url.ts'
import type { SqlTransport } from '../../src/sync/remotes/sql-transport.ts'
import { RemoteError } from '../../src/sync/remotes/trouble.ts'
import { aScenario, keepFile, troubles } from '../support/fault-scenario.ts'
import { createFaultPlan, type Fault } from '../support/faults.ts'
import { openFaulty } from '../support/faulty-transport.ts'
import { startPgServer } from '../support/pg-server/start.ts'
import { seededRandom } from '../support/random.ts'
import { aFile } from '../support/sync-rounds.ts'

const isLong = Boolean(process.env.CSL_TEST_LONG)
const seed = Number(process.env.CSL_TEST_SEED ?? Date.now() % 1_000_000)
/** Of so many statements one fails, in one way, where there is no time for all; others each time the tests run. */
const oneInFile = Number(process.env.CSL_TEST_ONE_IN ?? 40)
const oneInPostgres = 2 * oneInFile
const mayTakeMs = { timeout: 3_600_000 }

function chosenFaults(statements: number, oneIn: number): Fault[] {
  const all = Array.from({ length: statements }, (_, i) =>
    troubles.map(trouble => ({ ...trouble, at: i + 1 })),
  )
  if (isLong) return all.flat()
  const random = seededRandom(seed)
  const first = Math.floor(random() * oneIn)
  const some = all.filter((_, i) => i % oneIn === first)
  return some.flatMap(ways => ways[Math.floor(random() * ways.length)] ?? [])
}

interface Disturbed {
  /** Reaches the remote past all faults. */
  readonly open: () => Promise<SqlTransport>
  /** Reaches it as the disturbed machine does. */
  readonly openFaulty: () => Promise<SqlTransport>
  setFaults(faults: readonly Fault[]): Promise<void>
  statements(): Promise<number>
}

async function failEverywhere(
  { open, openFaulty, setFaults, statements }: Disturbed,
  oneIn: number,
): Promise<void> {
  const scenario = aScenario(open)
  await scenario.stir()
  await scenario.disturb(openFaulty)
  await scenario.recover()
  await scenario.stir()
  const before = await statements()
  expect(await scenario.disturb(openFaulty)).toBeNull()
  const count = (await statements()) - before
  await scenario.recover()
  const faults = chosenFaults(count, oneIn)
  console.log(`${count} statements, ${faults.length} faults; seed ${seed}`)
  expect(count).toBeGreaterThanOrEqual(60)

  for (const fault of faults) {
    await scenario.stir()
    await setFaults([fault])
    const error = await scenario.disturb(openFaulty)
    await setFaults([])
    try {
      if (error !== null) expect(error).toBeInstanceOf(RemoteError)
      await scenario.recover()
    } catch (cause) {
      throw new Error(`after '${fault.do}' at statement ${fault.at}: ${cause}`, { cause })
    }
  }
}

describe('whatever fails at whichever statement, both machines and the remote end with the same:', () => {
  test('a file', mayTakeMs, async () => {
    const open = keepFile(aFile())
    const plan = createFaultPlan()
    await failEverywhere(
      {
        open,
        openFaulty: () => openFaulty(open, plan),
        setFaults: async faults => plan.set(faults),
        statements: async () => plan.statements(),
      },
      oneInFile,
    )
  })

  test('Postgres’ protocol', mayTakeMs, async () => {
    const server = await startPgServer({ file: aFile() })
    const place = { ...parsePostgresUrl(server.url), token: server.token }
    // A statement that is never answered is waited for; any other is done long before.
    const open = () => openPostgresTransport({ ...place, statementMs: 20_000 })
    const openHasty = () => openPostgresTransport({ ...place, statementMs: 2000 })
    try {
      await failEverywhere(
        {
          open,
          openFaulty: openHasty,
          setFaults: faults => server.setFaults(faults),
          statements: () => server.statements(),
        },
        oneInPostgres,
      )
    } finally {
      await server.stop()
    }
  })
})
