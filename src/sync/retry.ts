import pRetry from 'p-retry'
import { type Remote, RemoteMovedError } from './remote.ts'

/** How often, and after how long, something that failed on the way is tried again. */
export interface RetryPlan {
  readonly retries: number
  readonly minTimeoutMs: number
  /** Nothing is tried again that has got no further for so long: each try may wait until it is given up. */
  readonly longestMs: number
}

export const defaultRetries: RetryPlan = { retries: 4, minTimeoutMs: 400, longestMs: 60_000 }

/**
 * Runs a whole, repeatable exchange with a remote, again where that may help: the network, a lock, a conflict. What can't
 * get better by itself (a refused token, a full disk, a newer schema) is thrown at once. Work of many steps says
 * `gotFurther` after each.
 */
export function retried<T>(
  remote: Remote,
  plan: RetryPlan,
  work: (gotFurther: () => void) => Promise<T>,
): Promise<T> {
  let sinceMs = performance.now()
  const gotFurther = () => {
    sinceMs = performance.now()
  }
  return pRetry(() => work(gotFurther), {
    retries: plan.retries,
    minTimeout: plan.minTimeoutMs,
    factor: 2,
    maxTimeout: 8000,
    randomize: true,
    shouldRetry: ({ error }) =>
      performance.now() - sinceMs < plan.longestMs &&
      !(error instanceof RemoteMovedError) &&
      remote.isTransient(error),
  })
}
