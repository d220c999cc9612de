import { existsSync } from 'node:fs'
import path from 'node:path'
import { cleanText } from '../../base/clean-text.ts'
import { formatCount } from '../../base/format.ts'
import { drainSpool } from '../../ingest/drain.ts'
import { type Backup, checkBackup, unpackBackup } from '../../store/maintenance/backup.ts'
import { removeDatabase } from '../../store/maintenance/compact.ts'
import { freshName, replaceDatabase } from '../../store/maintenance/replace.ts'
import { askYesNo } from '../ask.ts'
import { type Context, placeOf } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { withInterrupt } from '../interrupt.ts'
import { patienceMs, sayWaiting, withoutSyncs } from '../rescue/exclusive.ts'
import { type PutBack, putBackKeptFiles } from '../rescue/kept-files.ts'
import { makeReady } from '../rescue/make-ready.ts'
import { keepName } from '../rescue/names.ts'

/** Puts the logbook back as a backup has it, with what was said since; the present database is kept aside. */
export async function restoreCommand(
  context: Context,
  file: string,
  options: { yes?: boolean },
): Promise<void> {
  const { paths, now } = context
  const source = path.resolve(file)
  await withInterrupt(async signal => {
    const backup = await checkBackup(source, signal)
    process.stderr.write(`${cleanText(source)} is whole: ${aboutText(backup)}\n`)
    const isThere = existsSync(paths.database)
    if (isThere && !options.yes && !(await askYesNo('Put it in the place of the present database?'))) {
      process.stdout.write('nothing was changed\n')
      return
    }
    await withoutSyncs(paths, async () => {
      const fresh = freshName(paths.database)
      const keep = keepName(paths.database, 'before-restore', now())
      try {
        await unpackBackup(source, fresh, signal)
        const put = await putBackKeptFiles(paths, backup.files)
        await makeReady(await placeOf(context), fresh, false)
        await replaceDatabase(paths.database, fresh, keep, { waitMs: patienceMs, onWait: sayWaiting })
        process.stdout.write(reportText(backup, put, existsSync(keep) ? keep : null))
      } finally {
        removeDatabase(fresh)
      }
    })
    await drainSpool(await placeOf(context), { waitMs: patienceMs })
  })
}

function aboutText({ createdAt, sessions, entries }: Backup): string {
  const of =
    createdAt === null ? 'a plain copy of a database' : `of ${createdAt.slice(0, 16).replace('T', ' ')} UTC`
  const counts = `${formatCounted(sessions, 'session')}, ${formatCount(entries)} ${entries === 1 ? 'entry' : 'entries'}`
  return `${of}, ${counts}`
}

function reportText(backup: Backup, { added, left, changes }: PutBack, keep: string | null): string {
  const lines = [`restored: ${aboutText(backup)}`]
  if (keep !== null) lines.push(`the database that was there is kept: ${keep}`)
  if (added.length > 0) lines.push(`put back as well: ${added.join(', ')}`)
  if (changes > 0) lines.push(`${formatCounted(changes, 'change')} put back into changes.jsonl`)
  if (left.length > 0) lines.push(`left as they are now, though the backup has others: ${left.join(', ')}`)
  lines.push('what you said since the backup is in it; it goes on as a new database for all remotes')
  lines.push('for sessions since then: csl backfill, and csl sync if you have remotes')
  return `${lines.map(cleanText).join('\n')}\n`
}
