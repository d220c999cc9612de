import { cleanText } from '../../base/clean-text.ts'
import { UsageError } from '../../base/errors.ts'
import { updateIdentity } from '../../base/identity.ts'
import { writeHookShim } from '../../ingest/hook-shim.ts'
import { withLedger } from '../../ingest/open-ledger.ts'
import { type Context, placeOf } from '../context.ts'

/** Makes the data folder, the schema, the identity and the script that hooks call. Safe to repeat. */
export async function initCommand(context: Context, options: { label?: string }): Promise<void> {
  const { paths, env } = context
  const label = options.label?.trim()
  if (label !== undefined && (label === '' || label.length > 60 || /[\u0000-\u001f\u007f]/.test(label))) {
    throw new UsageError('a label is 1 to 60 characters without control characters')
  }
  const identity = await updateIdentity(paths, env, label === undefined ? {} : { label })
  const place = await placeOf(context)
  await withLedger(place, { waitMs: 10_000 }, async () => undefined)
  await writeHookShim(paths, { node: process.execPath, main: context.mainFile })
  const rows = [
    ['machine', `${identity.machineLabel} (${identity.machineId})`],
    ['person', identity.personName],
    ['data', paths.home],
    ['hook', paths.hookShim],
  ]
  process.stdout.write(
    `${rows.map(([name, value]) => `${name?.padEnd(8)} ${cleanText(value ?? '')}`).join('\n')}\n`,
  )
}
