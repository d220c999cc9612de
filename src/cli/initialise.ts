import { UsageError } from '../base/errors.ts'
import { type Identity, updateIdentity } from '../base/identity.ts'
import { type ShimTarget, writeHookShim } from '../ingest/hook-shim.ts'
import { withLedger } from '../ingest/open-ledger.ts'
import { type Context, placeOf } from './context.ts'

/** Throws a UsageError for a label that could not be shown on one line. Answers it trimmed. */
export function checkLabel(label: string | undefined): string | undefined {
  const trimmed = label?.trim()
  if (trimmed === undefined) return undefined
  if (trimmed === '' || trimmed.length > 60 || /[\u0000-\u001f\u007f]/.test(trimmed))
    throw new UsageError('a label is 1 to 60 characters without control characters')
  return trimmed
}

/** Makes the data folder, the schema, the identity and the script that hooks call, or brings them up to date. */
export async function initialise(context: Context, label: string | undefined): Promise<Identity> {
  const { paths, env } = context
  const identity = await updateIdentity(paths, env, label === undefined ? {} : { label })
  await withLedger(await placeOf(context), { waitMs: 10_000 }, async () => undefined)
  await writeHookShim(paths, shimTargetOf(context))
  return identity
}

/** What hooks are to start. */
export function shimTargetOf({ mainFile }: Context): ShimTarget {
  return { node: process.execPath, main: mainFile }
}
