import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDuckDbTransport } from '../../../src/sync/remotes/duckdb-transport.ts'
import { createFaultPlan, type Fault, seededFaults, type Trouble } from '../../support/faults.ts'
import { openFaulty } from '../../support/faulty-transport.ts'
import { errorOf } from '../../support/remotes.ts'

// The double that other tests rely on: it must fail as a connection over a network does.

function aRemote(faults: readonly Fault[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'csl-faulty-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const plan = createFaultPlan(faults)
  const file = path.join(folder, 'team.duckdb')
  const open = async () => {
    const transport = await openFaulty(() => openDuckDbTransport({ file }), plan)
    onTestFinished(() => transport.close())
    return transport
  }
  return { plan, open }
}

/** A transaction whose last statement, the 4th, is COMMIT; then what a new connection finds. */
async function committing(trouble: Trouble) {
  const { open } = aRemote([{ ...trouble, at: 4 }])
  const first = await open()
  await first.query('CREATE TABLE t (v VARCHAR)')
  await first.query('BEGIN TRANSACTION')
  await first.query(`INSERT INTO t VALUES ('a')`)
  const error = await errorOf(first.query('COMMIT'))
  const isOpen = await first.query('ROLLBACK').then(
    () => true,
    () => false,
  )
  await first.close()
  const second = await open()
  return { kind: error.kind, isOpen, rows: (await second.query('SELECT v FROM t')).length }
}

test.each<[Trouble, object]>([
  [{ do: 'reset before' }, { kind: 'transient', isOpen: false, rows: 0 }],
  [{ do: 'reset after' }, { kind: 'transient', isOpen: false, rows: 1 }],
  [{ do: 'stall' }, { kind: 'transient', isOpen: false, rows: 0 }],
  [{ do: 'error' }, { kind: 'transient', isOpen: true, rows: 0 }],
  [{ do: 'full' }, { kind: 'full', isOpen: true, rows: 0 }],
])('%o at a commit', async (trouble, expected) => {
  expect(await committing(trouble)).toEqual(expected)
})

test('an error after a commit leaves the rows there', async () => {
  expect(await committing({ do: 'error after', text: 'anything' })).toMatchObject({
    kind: 'unknown',
    rows: 1,
  })
})

test('a plan goes on over connections, counts all statements, and can be changed', async () => {
  const { plan, open } = aRemote([
    { at: 2, do: 'reset before' },
    { at: 2, do: 'refuse login' },
  ])

  const first = await open()
  await first.query('SELECT NULL::VARCHAR AS v')
  await errorOf(first.query('SELECT NULL::VARCHAR AS v'))
  const refused = await errorOf(open())
  const third = await open()
  plan.set([{ at: 1, do: 'error', text: 'Jwt is expired', times: 2 }])
  const kinds = [await errorOf(third.query('SELECT 1')), await errorOf(third.query('SELECT 1'))].map(
    e => e.kind,
  )

  expect(refused.kind).toBe('refused')
  expect(kinds).toEqual(['refused', 'refused'])
  expect(await third.query(`SELECT 'well' AS v`)).toEqual([{ v: 'well' }])
  expect(plan.statements()).toBe(5)
})

test('a seed always makes the same faults, about as many as asked for', () => {
  const faults = seededFaults(7, 1000, 10)

  expect(seededFaults(7, 1000, 10)).toEqual(faults)
  expect(seededFaults(8, 1000, 10)).not.toEqual(faults)
  expect(faults.length).toBeGreaterThan(60)
  expect(faults.length).toBeLessThan(150)
  expect(new Set(faults.map(fault => fault.do)).size).toBe(5)
})
