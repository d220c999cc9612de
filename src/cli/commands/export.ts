import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { cleanText } from '../../base/clean-text.ts'
import { UserError } from '../../base/errors.ts'
import { writeFileAtomic } from '../../base/files.ts'
import { formatCount } from '../../base/format.ts'
import { version } from '../../base/version.ts'
import { withNotes } from '../../ingest/open-notes.ts'
import { type ExportedTable, exportTables } from '../../store/maintenance/export-tables.ts'
import { type Context, placeOf } from '../context.ts'
import { withInterrupt } from '../interrupt.ts'
import { patienceMs, sayWaiting } from '../rescue/exclusive.ts'

/** What names all files of an export; written last, so an export without it was not finished. */
const indexName = 'README.txt'

/** Writes all tables as JSON lines and CSV into a folder. */
export async function exportCommand(
  context: Context,
  folder: string,
  options: { force?: boolean },
): Promise<void> {
  const target = path.resolve(folder)
  refuseFull(target, options.force === true)
  await withNotes(await placeOf(context), async () => undefined)
  mkdirSync(target, { recursive: true, mode: 0o700 })
  const showsProgress = process.stderr.isTTY
  const tables = await withInterrupt(signal =>
    exportTables(context.paths.database, target, {
      waitMs: patienceMs,
      onWait: sayWaiting,
      onTable: (table, index, count) =>
        showsProgress && process.stderr.write(`\r\x1b[K${index + 1} of ${count}: ${cleanText(table)}`),
      signal,
    }),
  ).finally(() => showsProgress && process.stderr.write('\r\x1b[K'))
  await writeFileAtomic(path.join(target, indexName), indexText(tables, context.now()))
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  process.stdout.write(
    `${cleanText(target)}: ${tables.length} tables, ${formatCount(rows)} rows; see ${indexName}\n`,
  )
}

function refuseFull(folder: string, isForced: boolean): void {
  if (!existsSync(folder)) return
  if (!statSync(folder).isDirectory()) throw new UserError(`${folder} is no folder`, 'name a new folder')
  if (!isForced && readdirSync(folder).length > 0)
    throw new UserError(`${folder} is not empty`, 'name a new folder, or write into it with --force')
}

function indexText(tables: readonly ExportedTable[], nowMs: number): string {
  const head = `All tables of a claude-session-logger logbook, of ${new Date(nowMs).toISOString()}
(claude-session-logger ${version}). Every table twice: as JSON lines and as CSV.

Instants are ISO 8601 in UTC. In JSON decimals are text. In CSV, NULL is nothing between two commas and an empty text is "".
Text is written as it is: a spreadsheet may take what begins with = for a formula.
What the columns mean: docs/schema.md of the package.
`
  const parts = tables.map(({ table, rows, files, columns }) => {
    const list = columns.map(({ name, type }) => `  ${cleanText(`${name} ${type}`)}\n`).join('')
    return `\n${cleanText(table)}: ${formatCount(rows)} rows, in ${files.join(' and ')}\n${list}`
  })
  return head + parts.join('')
}
