/** Loads what draws. Ink wants a function that Node 20 lacks, and its colours, which are decided now, do not know NO_COLOR. */
export async function loadInk<T>(load: () => Promise<T>): Promise<T> {
  if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers })
  const { NO_COLOR: noColor, FORCE_COLOR: forceColor } = process.env
  if (!noColor) return load()
  // Together they make Node warn.
  delete process.env.NO_COLOR
  process.env.FORCE_COLOR = '0'
  try {
    return await load()
  } finally {
    // What is started later gets what the person has set.
    process.env.NO_COLOR = noColor
    if (forceColor === undefined) delete process.env.FORCE_COLOR
    else process.env.FORCE_COLOR = forceColor
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
