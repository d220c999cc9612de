import pRetry from 'p-retry'
import { type Remote, RemoteMovedError } from './remote.ts'

/** How often, and after how long, something that failed on the way is tried again. */
export interface RetryPlan {
  readonly retries: number
  readonly minTimeoutMs: number
}

export const defaultRetries: RetryPlan = { retries: 4, minTimeoutMs: 400 }

/**
 * Runs a whole, repeatable exchange with a remote, again where that may help: the network, a lock, a conflict. What can't
 * get better by itself (a refused token, a full disk, a newer schema) is thrown at once.
 */
export function retried<T>(remote: Remote, plan: RetryPlan, work: () => Promise<T>): Promise<T> {
  return pRetry(work, {
    retries: plan.retries,
    minTimeout: plan.minTimeoutMs,
    factor: 2,
    maxTimeout: 8000,
    randomize: true,
    shouldRetry: ({ error }) => !(error instanceof RemoteMovedError) && remote.isTransient(error),
  })
}
