/** Before Ink is loaded: it wants a function that Node 20 lacks, and its colours do not know NO_COLOR. */
export function prepareForInk(): void {
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
