import { findDeletedEntry, findEntry } from '../../features/entries/find.ts'
import type { Context } from '../context.ts'
import { type ChangeOptions, changeFound } from '../notes/change-entry.ts'

/** Takes an entry out of all lists, everywhere. What was said of it stays, so it can come back. */
export async function deleteCommand(context: Context, id: string, options: ChangeOptions): Promise<void> {
  const said = [{ kind: 'deleted', value: 'true' }] as const
  await changeFound(context, db => findEntry(db, { id }), said, { ...options, verb: 'deleted' })
}

/** Brings a deleted entry back, with all that was said of it. */
export async function undeleteCommand(context: Context, id: string, options: ChangeOptions): Promise<void> {
  const said = [{ kind: 'deleted', value: 'false' }] as const
  await changeFound(context, db => findDeletedEntry(db, id.trim()), said, {
    ...options,
    verb: 'brought back',
  })
}
