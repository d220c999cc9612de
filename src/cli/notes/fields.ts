import type { EntryDetail } from '../../features/entries/detail.ts'
import type { EntryRow } from '../../features/entries/list.ts'

/** One entry as an object of `--json`. The names are a promise: docs/schema.md defines each. */
export function entryAsFields({ machineLabel, ...entry }: EntryRow): Record<string, unknown> {
  return { ...entry, machine: machineLabel }
}

/** `csl show --json`: all that is known of one entry. */
export function shownAsFields(entry: EntryRow, detail: EntryDetail): Record<string, unknown> {
  return { ...entryAsFields(entry), ...detail }
}
