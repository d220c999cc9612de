import { statSync } from 'node:fs'
import path from 'node:path'
import { cleanText } from '../../base/clean-text.ts'
import { formatBytes } from '../../base/format.ts'
import { makePrivateFolder } from '../../base/private.ts'
import { withNotes } from '../../ingest/open-notes.ts'
import { writeBackup } from '../../store/maintenance/backup.ts'
import { type Context, placeOf } from '../context.ts'
import { withInterrupt } from '../interrupt.ts'
import { patienceMs, sayWaiting } from '../rescue/exclusive.ts'
import { readKeptFiles } from '../rescue/kept-files.ts'
import { backupName } from '../rescue/names.ts'

/** Copies the database, with everything this person said and set, into one file. Prints its path. */
export async function backupCommand(
  context: Context,
  file: string | undefined,
  options: { force?: boolean },
): Promise<void> {
  const { paths, now } = context
  const target = targetOf(context, file)
  // What is only in the journal yet comes in first.
  await withNotes(await placeOf(context), async () => undefined)
  if (file === undefined) makePrivateFolder(paths.backups)
  await withInterrupt(signal =>
    writeBackup(paths.database, target, {
      files: readKeptFiles(paths),
      nowMs: now(),
      isForced: options.force === true,
      waitMs: patienceMs,
      onWait: sayWaiting,
      signal,
    }),
  )
  process.stdout.write(`${cleanText(target)}\n`)
  process.stderr.write(
    `${formatBytes(statSync(target).size)}, every row compared; csl restore FILE puts it back\n`,
  )
}

/** A folder means a file in it. */
function targetOf({ paths, now }: Context, file: string | undefined): string {
  if (file === undefined) return path.join(paths.backups, backupName(now()))
  const full = path.resolve(file)
  return statSync(full, { throwIfNoEntry: false })?.isDirectory() ? path.join(full, backupName(now())) : full
}
