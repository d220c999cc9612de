import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { formatBytes, formatCount, formatDuration } from '../../base/format.ts'
import { inspectJournal } from '../../features/entries/journal.ts'
import type { Inspection } from '../../store/maintenance/inspect.ts'
import { freshName, removeUnfinished } from '../../store/maintenance/replace.ts'
import { formatCounted } from '../counted.ts'
import { isReplacing, withoutSyncs } from '../rescue/exclusive.ts'
import { backupNames, timeOfBackup } from '../rescue/newest-backup.ts'
import { databaseLimitMs, type Examination } from './examination.ts'
import { type Check, type Finding, ok, problem, warning } from './finding.ts'
import { databaseRepair } from './repair-database.ts'

export function databaseChecks(examination: Examination): Check[] {
  const { context, database, run } = examination
  const { paths, now } = context
  return [
    {
      name: 'database',
      limitMs: databaseLimitMs + 5000,
      async look() {
        const found = await database()
        if (found?.state === 'busy') return [await busyFinding(found.holder, run)]
        if (found?.state === 'damaged')
          return [problem('database', found.why, 'csl doctor --fix', databaseRepair(context))]
        return [databaseFinding(found)]
      },
    },
    {
      name: 'compaction',
      limitMs: databaseLimitMs + 5000,
      async look() {
        const found = await database()
        return found?.state === 'whole' ? compactionFindings(found.bytes, found.freeBytes) : []
      },
    },
    { name: 'unfinished', look: async () => unfinishedFindings(examination) },
    {
      name: 'journal',
      async look() {
        const { changes, broken } = inspectJournal(paths.changesFile)
        const text = formatCounted(changes, 'change')
        if (broken === 0) return existsSync(paths.changesFile) ? [ok('journal', text)] : []
        return [
          warning(
            'journal',
            `${text}; ${formatCounted(broken, 'line')} of changes.jsonl can't be read and ${broken === 1 ? 'is' : 'are'} passed over`,
            'correct the lines by hand, or put a backup back: csl restore',
          ),
        ]
      },
    },
    {
      name: 'backup',
      async look() {
        const [newest] = backupNames(paths.backups)
        const at = newest === undefined ? undefined : timeOfBackup(newest)
        if (at === undefined) return [ok('backup', 'none in backups/ of the data folder: csl backup')]
        return [
          ok(
            'backup',
            `the last one is of ${new Date(at).toISOString().slice(0, 10)}, ${formatDuration((now() - at) / 60_000)} ago`,
          ),
        ]
      },
    },
  ]
}

/** Pure. */
export function databaseFinding(found: Inspection | undefined): Finding {
  if (!found)
    return warning(
      'database',
      `it could not be read within ${databaseLimitMs / 1000} s`,
      'try again when the disk is less busy',
    )
  switch (found.state) {
    case 'missing':
      return ok('database', 'nothing is recorded yet: csl backfill')
    case 'closed':
      return problem('database', found.why, found.hint)
    case 'whole': {
      const text = `whole: ${formatBytes(found.bytes)}, ${formatCount(found.rows)} rows in ${found.tables} tables`
      return found.schema === null
        ? warning('database', `${text}, of an older version`, 'csl usage brings it up to date')
        : ok('database', `${text}, schema ${found.schema}`)
    }
    default:
      return problem('database', found.state, null)
  }
}

async function busyFinding(holder: number | null, run: Examination['run']): Promise<Finding> {
  const who = holder === null ? 'another process' : await describe(holder, run)
  return warning('database', `in use by ${who}`, 'wait for it; what hooks bring is kept meanwhile')
}

async function describe(pid: number, run: Examination['run']): Promise<string> {
  const ran = await run('ps', ['-o', 'args=', '-p', String(pid)], { timeoutMs: 3000 })
  const command = ran.code === 0 ? ran.stdout.trim().slice(0, 120) : ''
  return `process ${pid}${command === '' ? '' : `: ${command}`}`
}

const worthBytes = 8 << 20

/** Pure. */
export function compactionFindings(bytes: number, freeBytes: number): Finding[] {
  if (freeBytes < worthBytes || freeBytes < bytes * 0.3) return []
  return [
    warning(
      'compaction',
      `${formatBytes(freeBytes)} of ${formatBytes(bytes)} are room that nothing uses`,
      'csl compact makes it smaller',
    ),
  ]
}

/** What a command that was killed left behind. It is of no use to anybody. */
function unfinishedFindings({ context: { paths } }: Examination): Finding[] {
  const fresh = path.basename(freshName(paths.database))
  const names = existsSync(paths.home) ? readdirSync(paths.home).filter(name => name.startsWith(fresh)) : []
  if (names.length === 0 || isReplacing(paths)) return []
  return [
    warning(
      'unfinished',
      `a restore, compact or rebuild was ended before it was through; the database is as it was (${names.join(', ')})`,
      'csl doctor --fix removes what is left of it; then run it again',
      {
        question: null,
        async run() {
          await withoutSyncs(paths, async () => removeUnfinished(paths.database))
          return [`removed: ${names.join(', ')}`]
        },
      },
    ),
  ]
}
