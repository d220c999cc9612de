import { errorText } from '../../base/errors.ts'
import { formatCount } from '../../base/format.ts'
import { lossesSince, type ShownLosses, type ShownSession } from '../../features/sessions/shown-totals.ts'
import type { Salvage } from '../../store/maintenance/salvage.ts'
import { withStore } from '../../store/open.ts'
import type { SyncOutcome } from '../../sync/sync.ts'
import { runBackfill } from '../commands/backfill.ts'
import { syncFirst } from '../commands/sync.ts'
import type { Context } from '../context.ts'
import { formatCounted } from '../counted.ts'
import { type Rebuilt, rebuildDatabase } from '../rescue/rebuild.ts'
import type { Repair } from './finding.ts'

const waitMs = 30_000
/** Sessions that are lost; of more only the number is said. */
const mostNamed = 10

/** Puts a damaged database aside and makes a new one of everything that is left anywhere. */
export function databaseRepair(context: Context): Repair {
  return {
    question:
      'Move the damaged database aside, and make a new one of what can be read of it, of changes.jsonl, your transcripts and remotes?',
    async run() {
      const rebuilt = await rebuildDatabase(context)
      const transcripts = await runBackfill(context)
      const outcomes = context.isLocal ? [] : await syncedWith(context)
      const { shown, adopted } = rebuilt
      const losses = await withStore(context.paths.database, { access: 'read', waitMs }, db =>
        lossesSince(db, shown, adopted),
      )
      return [
        `the damaged database is kept: ${rebuilt.keep}`,
        ...salvageLines(rebuilt),
        'from changes.jsonl: all that you said',
        `from transcripts: ${formatCount(transcripts.files)} of ${formatCount(transcripts.found)} had to be read`,
        ...outcomes.map(remoteLine),
        ...lossLines(losses, rebuilt),
      ]
    },
  }
}

async function syncedWith(context: Context): Promise<readonly (SyncOutcome | string)[]> {
  try {
    return await syncFirst(context)
  } catch (error) {
    // Settings that can't be read, for one: it is whole without remotes, too.
    return [errorText(error)]
  }
}

/** Pure. */
export function salvageLines({ salvage, backupOf, isComplete }: Rebuilt): string[] {
  const lines = [isComplete ? 'from it: all tables, whole' : partText(salvage)]
  if (salvage.log === 'in part')
    lines.push('of its log, which holds what was written last, only the beginning could be read')
  if (salvage.log === 'lost' && salvage.failure === null)
    lines.push('its log, which holds what was written last, could not be read')
  if (backupOf !== null)
    lines.push(`from the backup of ${backupOf.slice(0, 16).replace('T', ' ')} UTC: what that had`)
  return lines
}

function partText({ failure, tables }: Salvage): string {
  if (failure !== null) return `from it: nothing (${failure})`
  const broken = tables.filter(({ lost }) => lost !== 0)
  const each = broken.map(({ table, rows, lost }) =>
    lost === null
      ? `${table}: nothing`
      : `${table}: ${formatCounted(rows, 'row')}, up to ${formatCount(lost)} lost`,
  )
  return `from it: ${tables.length - broken.length} of ${formatCounted(tables.length, 'table')} whole; ${each.join('; ')}`
}

function remoteLine(outcome: SyncOutcome | string): string {
  if (typeof outcome === 'string')
    return `from remotes: nothing yet (${outcome}); csl sync fetches what they have`
  const { remote, report } = outcome
  return report === null
    ? `from ${remote}: nothing yet; csl sync fetches what it has`
    : `from ${remote}: ${formatCounted(report.pulledRows, 'row')}`
}

/** Pure. */
export function lossLines(
  { gone, totalsOnly, fewer }: ShownLosses,
  { shown, isComplete }: Rebuilt,
): string[] {
  if (isComplete || gone.length + totalsOnly.length + fewer.length === 0)
    return [
      shown.length > 0 || isComplete ? 'no session is lost' : 'which sessions it held besides can’t be told',
    ]
  const lines: string[] = []
  if (gone.length > 0) lines.push(`lost: ${formatCounted(gone.length, 'session')}: ${named(gone)}`)
  if (totalsOnly.length > 0)
    lines.push(
      `of ${formatCounted(totalsOnly.length, 'session')} only the totals are left: ${named(totalsOnly)}`,
    )
  if (fewer.length > 0)
    lines.push(`${formatCounted(fewer.length, 'session')} with fewer tokens than before: ${named(fewer)}`)
  return lines
}

function named(sessions: readonly ShownSession[]): string {
  const names = sessions
    .slice(0, mostNamed)
    .map(({ sessionId, title }) => `${sessionId.slice(0, 8)} ${title?.slice(0, 40) ?? ''}`.trim())
  return `${names.join(', ')}${sessions.length > mostNamed ? ', …' : ''}`
}
