import { existsSync } from 'node:fs'
import { formatBytes, formatCount } from '../../base/format.ts'
import { drainSpool } from '../../ingest/drain.ts'
import { compactDatabase } from '../../store/maintenance/compact.ts'
import { freshName } from '../../store/maintenance/replace.ts'
import { StoreMissingError } from '../../store/open.ts'
import { type Context, placeOf } from '../context.ts'
import { withInterrupt } from '../interrupt.ts'
import { patienceMs, sayWaiting, withoutSyncs } from '../rescue/exclusive.ts'

/** Copies the database into a smaller file, compares every row, and puts that in its place. */
export async function compactCommand(context: Context): Promise<void> {
  const { database } = context.paths
  if (!existsSync(database)) throw new StoreMissingError()
  const done = await withInterrupt(signal =>
    withoutSyncs(context.paths, () =>
      compactDatabase(database, freshName(database), { waitMs: patienceMs, onWait: sayWaiting, signal }),
    ),
  )
  const compared = `${done.tables} tables, ${formatCount(done.rows)} rows compared`
  process.stdout.write(
    done.isReplaced
      ? `${formatBytes(done.before)} → ${formatBytes(done.after)} (${compared})\n`
      : `${formatBytes(done.before)}: it can't be made smaller (${compared})\n`,
  )
  await drainSpool(await placeOf(context), { waitMs: patienceMs })
}
