import { expect, onTestFinished, test, vi } from 'vitest'
import type { Remote } from '../../src/sync/remote.ts'
import { defaultRetries, retried } from '../../src/sync/retry.ts'

const remote = { isTransient: () => true } as unknown as Remote
const plan = { ...defaultRetries, minTimeoutMs: 0 }

/** A clock that only work moves. */
function aClock(): (ms: number) => void {
  let nowMs = 0
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  onTestFinished(() => spy.mockRestore())
  return ms => {
    nowMs += ms
  }
}

/** Answers how often something was tried that takes so long to fail. */
async function triesOf(ms: number, step = (_: () => void) => undefined): Promise<number> {
  const pass = aClock()
  let tries = 0
  const failing = retried(remote, plan, async gotFurther => {
    tries++
    pass(ms)
    step(gotFurther)
    throw new Error('gone')
  })
  await expect(failing).rejects.toThrow('gone')
  return tries
}

test('what fails at once is tried as often as planned, what hangs no longer than a minute', async () => {
  expect(await triesOf(10)).toBe(1 + plan.retries)
  expect(await triesOf(45_000)).toBe(2)
})

test('work that gets further is tried again however long it took', async () => {
  const tries = await triesOf(600_000, gotFurther => void gotFurther())

  expect(tries).toBe(1 + plan.retries)
})
