import { existsSync } from 'node:fs'
import { type Identity, readIdentity } from '../base/identity.ts'
import type { Db } from '../store/query.ts'
import type { Context } from './context.ts'

/**
 * Gives the work the database, for reading, and loads no more for it than a hook has time for. Undefined where nothing was ever
 * recorded. Waits up to `waitMs` milliseconds for another process that writes; for the errors see `withStore`.
 */
export async function withHookStore<T>(
  { paths, env }: Context,
  waitMs: number,
  work: (db: Db, me: Identity) => Promise<T>,
): Promise<T | undefined> {
  if (!existsSync(paths.database) || !existsSync(paths.machineFile)) return undefined
  const [{ withStore }, me] = await Promise.all([import('../store/open.ts'), readIdentity(paths, env)])
  return withStore(paths.database, { access: 'read', threads: 1, waitMs }, db => work(db, me))
}
