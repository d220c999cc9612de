import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { UserError } from '../../../src/base/errors.ts'
import { type Check, ok, runCheck } from '../../../src/cli/doctor/finding.ts'

const never = () => undefined

test('a check that gives no answer in time is given up, and said so', async () => {
  let late = 0
  const check: Check = { name: 'disk', limitMs: 20, look: () => new Promise(() => undefined) }

  const found = await runCheck(check, () => late++)

  expect(found).toMatchObject([{ check: 'disk', state: 'warning', text: 'no answer within 0.02 s' }])
  expect(late).toBe(1)
})

test('what a check does not expect is a problem, with the hint there is', async () => {
  const check: Check = {
    name: 'settings',
    look: async () => {
      throw new UserError('it is broken', 'mend it')
    },
  }

  expect(await runCheck(check, never)).toEqual([
    { check: 'settings', state: 'problem', text: 'it is broken', todo: 'mend it' },
  ])
})

test('a check in time answers what it found, and nothing is told of it afterwards', async () => {
  let late = 0

  const found = await runCheck({ name: 'a', limitMs: 30, look: async () => [ok('a', 'fine')] }, () => late++)
  await sleep(60)

  expect(found).toEqual([{ check: 'a', state: 'ok', text: 'fine', todo: null }])
  expect(late).toBe(0)
})
