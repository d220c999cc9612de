import { RemoteError } from '../../src/sync/remotes/trouble.ts'

/** The RemoteError that something must fail with. */
export async function errorOf(failing: Promise<unknown>): Promise<RemoteError> {
  const error = await failing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof RemoteError))
    throw new Error(`not a trouble of a remote: ${error}`, { cause: error })
  return error
}
