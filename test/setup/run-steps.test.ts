import { expect, test } from 'vitest'
import { UserError } from '../../src/base/errors.ts'
import { runSteps } from '../../src/setup/run-steps.ts'
import type { Part, Step } from '../../src/setup/step.ts'

function steps(...parts: readonly (readonly [Part, () => Promise<void>])[]): Step[] {
  return parts.map(([part, run]) => ({ part, title: part, run }))
}

const fine = async () => undefined
const undisturbed = { onDone: () => undefined, isStopped: () => false }

/** An error as the system's calls throw it. */
function failing(code: string): () => Promise<void> {
  return async () => {
    throw Object.assign(new Error(`${code}: something, open '/x'`), { code })
  }
}

test('all steps are run in order, and each is told when it is through; words alone are no step', async () => {
  const told: string[] = []
  const planned = [
    ...steps(['data', fine]),
    { part: 'hooks', title: 'words' } as const,
    ...steps(['token', fine]),
  ]

  const outcome = await runSteps(planned, { ...undisturbed, onDone: ({ part }) => told.push(part) })

  expect(told).toEqual(['data', 'token'])
  expect(outcome).toMatchObject({ left: [], failure: undefined })
})

test('one that fails ends it, and says how far it came', async () => {
  const refused = new UserError('no', 'try')
  const planned = steps(['data', fine], ['hooks', () => Promise.reject(refused)], ['background', fine])

  const { done, left, failure } = await runSteps(planned, undisturbed)

  expect([done.map(step => step.part), left.map(step => step.part)]).toEqual([['data'], ['background']])
  expect(failure).toMatchObject({ step: { part: 'hooks' }, error: refused })
})

test('between two steps it can be stopped', async () => {
  const run: string[] = []
  const planned = steps(
    ['data', async () => void run.push('data')],
    ['hooks', async () => void run.push('hooks')],
  )

  const { left } = await runSteps(planned, { ...undisturbed, isStopped: () => run.length === 1 })

  expect(run).toEqual(['data'])
  expect(left.map(step => step.part)).toEqual(['hooks'])
})

test.each([
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'EROFS: something'],
])('what the system refuses (%s) is for the person to put right', async (code, said) => {
  const { failure } = await runSteps(steps(['data', failing(code)]), undisturbed)

  expect(failure?.error).toBeInstanceOf(UserError)
  expect(failure?.error.message).toContain(said)
})

test('what is our bug is thrown as such', async () => {
  const planned = steps(['data', () => Promise.reject(new TypeError('oops'))])

  await expect(runSteps(planned, undisturbed)).rejects.toThrow('oops')
})
