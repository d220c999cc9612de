import { existsSync } from 'node:fs'
import { type Identity, readIdentity } from '../../base/identity.ts'
import { programRunner, type RunProgram } from '../../base/process.ts'
import type { SetupPlace } from '../../setup/setup-place.ts'
import type { Inspection } from '../../store/maintenance/inspect.ts'
import type { Context } from '../context.ts'
import { inspectInOwnProcess } from '../rescue/in-own-process.ts'
import { setupPlaceOf } from '../setup/place.ts'

/** A million rows are read in a second or two. */
export const databaseLimitMs = 60_000

/** What checks share; what takes time is found once, when the first one asks. */
export interface Examination {
  readonly context: Context
  readonly run: RunProgram
  /** Undefined: the process that looked gave no answer in time. */
  readonly database: () => Promise<Inspection | undefined>
  /** Throws a UserError where this machine can't be set up. */
  readonly setupPlace: () => SetupPlace
  /** Null: there is none yet. Throws a UserError where it is broken. */
  readonly identity: () => Promise<Identity | null>
}

export function createExamination(context: Context): Examination {
  let database: Promise<Inspection | undefined> | undefined
  return {
    context,
    run: programRunner(context.env),
    database() {
      database ??= inspectInOwnProcess(context, context.paths.database, databaseLimitMs)
      return database
    },
    setupPlace: () => setupPlaceOf(context),
    identity: async () =>
      existsSync(context.paths.machineFile) ? readIdentity(context.paths, context.env) : null,
  }
}

/** Whether the database can be opened by this process without harm. */
export async function isReadable({ database }: Examination): Promise<boolean> {
  const found = await database()
  return found?.state === 'whole' && found.schema !== null
}
