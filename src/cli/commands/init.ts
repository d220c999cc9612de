import { cleanText } from '../../base/clean-text.ts'
import type { Context } from '../context.ts'
import { checkLabel, initialise } from '../initialise.ts'

/** Makes the data folder, the schema, the identity and the script that hooks call. Safe to repeat. */
export async function initCommand(context: Context, options: { label?: string }): Promise<void> {
  const identity = await initialise(context, checkLabel(options.label))
  const rows = [
    ['machine', `${identity.machineLabel} (${identity.machineId})`],
    ['person', identity.personName],
    ['data', context.paths.home],
    ['hook', context.paths.hookShim],
  ]
  process.stdout.write(
    `${rows.map(([name, value]) => `${name?.padEnd(8)} ${cleanText(value ?? '')}`).join('\n')}\n`,
  )
}
