import type { Place } from '../ingest/open-ledger.ts'
import { createTuiData, type TuiOptions } from './data.ts'
import type { Destination, Wish } from './screen.ts'

/**
 * Opens the full-screen program and resolves when it is left and the terminal is as it was before, with what is to be
 * done then. Needs a terminal on stdin and stdout.
 */
export async function startTui(
  place: Place,
  options: TuiOptions,
  first?: Destination,
): Promise<Wish | undefined> {
  prepareForInk()
  const data = createTuiData(place, options)
  try {
    return await (await import('./mount.tsx')).mount(data, first)
  } finally {
    data.close()
  }
}

/** Before Ink is loaded: it wants a function that Node 20 lacks, and its colours do not know NO_COLOR. */
function prepareForInk(): void {
  if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers })
  if (process.env.NO_COLOR) {
    process.env.FORCE_COLOR = '0'
    delete process.env.NO_COLOR
  }
}

function withResolvers<T>() {
  let resolve: (value: T | PromiseLike<T>) => void = () => undefined
  let reject: (reason?: unknown) => void = () => undefined
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
