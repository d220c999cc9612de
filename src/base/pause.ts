import { setImmediate as nextTurn } from 'node:timers/promises'

/** Lets other work have its turn, if it has waited for so many milliseconds; undefined: it has not. */
export function pauseAfter(ms: number): () => Promise<void> | undefined {
  let pausedAt = performance.now()
  return () => {
    if (performance.now() - pausedAt < ms) return undefined
    return nextTurn().then(() => {
      pausedAt = performance.now()
    })
  }
}
