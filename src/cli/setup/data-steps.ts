import { existsSync } from 'node:fs'
import path from 'node:path'
import { readIdentity } from '../../base/identity.ts'
import { isHookShimWhole } from '../../ingest/hook-shim.ts'
import { keepOlderCopy, olderCopyOf } from '../../setup/older-database.ts'
import type { Step } from '../../setup/step.ts'
import { StoreMissingError, StoreOutdatedError, withStore } from '../../store/open.ts'
import type { Context } from '../context.ts'
import { initialise, shimTargetOf } from '../initialise.ts'

const lockWaitMs = 10_000

/**
 * What is to be done so that the data folder holds today's schema, an identity and the script that hooks call. Throws a UserError
 * where the database can't be used.
 */
export async function planData(context: Context, label: string | undefined): Promise<readonly Step[]> {
  const { paths } = context
  const details: string[] = []
  const database = await databaseState(paths.database)
  if (database === 'missing') details.push('a database is made')
  if (database === 'outdated')
    details.push('the database there is, of an older version, is brought up to date')
  if (database === 'of the older tool')
    details.push(
      `the older tool's database is taken over; as it is now it stays as ${path.basename(olderCopyOf(paths.database))}`,
    )
  const isNamed = existsSync(paths.machineFile)
  if (!isNamed) details.push('this machine gets an identity')
  if (label !== undefined && (!isNamed || (await readIdentity(paths, {})).machineLabel !== label))
    details.push(`this machine is called ${label}`)
  if (!isHookShimWhole(paths, shimTargetOf(context))) details.push(`hooks will call ${paths.hookShim}`)
  if (details.length === 0) return []
  const run = async () => {
    if (database === 'of the older tool') await keepOlderCopy(paths.database, lockWaitMs)
    await initialise(context, label)
  }
  return [{ part: 'data', title: paths.home, details, run }]
}

/** How the database stands. Throws a UserError where it can't be used. */
export async function databaseState(
  file: string,
): Promise<'missing' | 'outdated' | 'of the older tool' | 'fine'> {
  try {
    return await withStore(file, { access: 'read', waitMs: lockWaitMs }, async () => 'fine' as const)
  } catch (error) {
    if (error instanceof StoreMissingError) return 'missing'
    if (error instanceof StoreOutdatedError) return error.isOlderTools ? 'of the older tool' : 'outdated'
    throw error
  }
}
