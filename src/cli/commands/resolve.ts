import type { Saying } from '../../features/entries/make-changes.ts'
import type { Context } from '../context.ts'
import { type ChangeOptions, changeEntry } from '../notes/change-entry.ts'
import { readName, readStatus, readText } from '../notes/options.ts'

interface ResolveOptions extends ChangeOptions {
  readonly id: string | undefined
  readonly titleMatch?: string
  readonly status: string
  readonly note?: string
}

/** Gives an entry a status, whoever logged it; opening it again is the same. */
export async function resolveCommand(context: Context, options: ResolveOptions): Promise<void> {
  const name = readName(options.id, options.titleMatch)
  const sayings: Saying[] = [{ kind: 'status', value: readStatus(options.status) }]
  const note = options.note === undefined ? '' : (await readText(options.note, 'note')).trim()
  if (note !== '') sayings.push({ kind: 'note', value: note })
  await changeEntry(context, name, sayings, options)
}
