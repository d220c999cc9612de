import { existsSync } from 'node:fs'
import { readIdentity } from '../../base/identity.ts'
import { isHookShimWhole } from '../../ingest/hook-shim.ts'
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
  const isNamed = existsSync(paths.machineFile)
  if (!isNamed) details.push('this machine gets an identity')
  if (label !== undefined && (!isNamed || (await readIdentity(paths, {})).machineLabel !== label))
    details.push(`this machine is called ${label}`)
  if (!isHookShimWhole(paths, shimTargetOf(context))) details.push(`hooks will call ${paths.hookShim}`)
  if (details.length === 0) return []
  return [
    { part: 'data', title: paths.home, details, run: () => initialise(context, label).then(() => undefined) },
  ]
}

async function databaseState(file: string): Promise<'missing' | 'outdated' | 'fine'> {
  try {
    return await withStore(file, { access: 'read', waitMs: lockWaitMs }, async () => 'fine' as const)
  } catch (error) {
    if (error instanceof StoreMissingError) return 'missing'
    if (error instanceof StoreOutdatedError) return 'outdated'
    throw error
  }
}
