import { expect, test } from 'vitest'
import { zoneClock } from '../../../../src/base/time.ts'
import { calendarSpan, neighbourSpan } from '../../../../src/features/usage/calendar-span.ts'
import { recordUsage } from '../../../../src/features/usage/ledger.ts'
import { usageOverview } from '../../../../src/features/usage/overview.ts'
import type { Ledger } from '../../../../src/ingest/open-ledger.ts'
import { StoreMissingError } from '../../../../src/store/open.ts'
import { createUsageReader } from '../../../../src/tui/screens/summary/data.ts'
import { breakdowns } from '../../../../src/tui/screens/summary/state.ts'
import { withNewLedger } from '../../../support/ledger.ts'
import { messageId } from '../../../support/lines.ts'
import { aRecord } from '../../../support/usage-records.ts'

const clock = zoneClock('UTC')
const october = calendarSpan('month', Date.parse('2026-10-10T00:00:00Z'), clock)

/** A reader whose door counts how often it was opened, and lets nobody in before those who came first. */
function aReader({ db }: Pick<Ledger, 'db'>) {
  let opened = 0
  let last: Promise<unknown> = Promise.resolve()
  const reader = createUsageReader(
    {
      ask: question => {
        opened++
        const turn = last.then(() => question(db))
        last = turn.catch(() => undefined)
        return turn
      },
    },
    clock,
  )
  return { reader, opened: () => opened, settle: () => last }
}

const record = (n: number, at: string) =>
  aRecord({
    messageKey: messageId(n),
    occurredAtMs: Date.parse(at),
    model: 'claude-opus-4-8',
    input: 10 ** n,
  })

test('every breakdown of a span is there once one was asked for, as the database answers it', async () => {
  await withNewLedger(async ({ db, writer, pricer }) => {
    await recordUsage(db, { writer, records: [record(2, '2026-10-05T10:00:00Z')], pricer })
    const { reader, opened, settle } = aReader({ db })

    await reader.read({ span: october, by: 'project' })
    await settle()
    const afterFirst = opened()
    const answers = await Promise.all(breakdowns.map(by => reader.read({ span: october, by })))

    expect(afterFirst).toBe(2)
    expect(opened()).toBe(2)
    expect(answers).toEqual(
      await Promise.all(breakdowns.map(by => usageOverview(db, { span: october, by, clock }))),
    )
    // The chart need not be drawn anew.
    expect(new Set(answers.map(({ series }) => series)).size).toBe(1)
  })
})

test('what has changed is asked for anew, and the other bars only when somebody comes to them', async () => {
  await withNewLedger(async ({ db, writer, pricer }) => {
    const { reader, opened, settle } = aReader({ db })
    await reader.read({ span: october, by: 'model' })
    await settle()
    await recordUsage(db, { writer, records: [record(2, '2026-10-05T10:00:00Z')], pricer })

    reader.forget()
    const { series } = await reader.read({ span: october, by: 'model' })
    await settle()

    expect(series).toHaveLength(1)
    expect(opened()).toBe(3)
  })
})

test('whoever goes on to another time does not wait for all bars of the one before', async () => {
  await withNewLedger(async ({ db }) => {
    const { reader, opened, settle } = aReader({ db })
    await reader.read({ span: october, by: 'project' })
    await reader.read({ span: neighbourSpan(october, 'after', clock), by: 'project' })
    await settle()
    const before = opened()

    // The last of those that would have been read.
    await reader.read({ span: october, by: 'machine' })

    expect(opened()).toBeGreaterThan(before)
  })
})

test('without a database nothing was used', async () => {
  const reader = createUsageReader(
    {
      ask: async () => {
        throw new StoreMissingError()
      },
    },
    clock,
  )

  expect((await reader.read({ span: october, by: 'project' })).series).toEqual([])
})
