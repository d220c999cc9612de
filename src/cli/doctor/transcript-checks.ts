import { loadPrices } from '../../features/usage/price-files.ts'
import { priceList, usedModels } from '../../features/usage/price-list.ts'
import { findUnread } from '../../ingest/unread.ts'
import { withStore } from '../../store/open.ts'
import { readCleanupDays } from '../../transcripts/claude-code/cleanup.ts'
import { runBackfill } from '../commands/backfill.ts'
import { formatCounted } from '../counted.ts'
import { type Examination, isReadable } from './examination.ts'
import { type Check, type Finding, ok, problem, warning } from './finding.ts'

const limitMs = 70_000
const dayMs = 86_400_000

export function transcriptChecks(examination: Examination): Check[] {
  const { context, database } = examination
  return [
    {
      name: 'transcripts',
      limitMs,
      async look() {
        const found = await database()
        const isMissing = found?.state === 'missing'
        if (!isMissing && !(await isReadable(examination))) return []
        const unread = await findUnread(context.paths)
        const [root = ''] = context.paths.claudeRoots
        const ages = unread.map(file => (context.now() - file.mtimeMs) / dayMs)
        return [withBackfill(examination, transcriptFinding(ages, readCleanupDays(root)))]
      },
    },
    { name: 'prices', limitMs, look: () => priceFindings(examination) },
  ]
}

/** Transcripts that go within so many days are worth a word. */
const soonDays = 5

/** Pure. `ages`: of the transcripts that are not recorded, in days. */
export function transcriptFinding(ages: readonly number[], cleanupDays: number): Finding {
  if (cleanupDays === 0)
    return problem(
      'transcripts',
      'Claude Code writes none: cleanupPeriodDays is 0 in its settings',
      'take it out, or set it to a large number',
    )
  const soon = ages.filter(age => age > cleanupDays - soonDays).length
  const kept = `Claude Code deletes them after ${formatCounted(cleanupDays, 'day')}`
  const unread = `${formatCounted(ages.length, 'transcript')} ${ages.length === 1 ? 'is' : 'are'} not recorded`
  if (soon > 0)
    return warning(
      'transcripts',
      `${unread}, ${soon} of which will be deleted soon (${kept})`,
      'csl backfill',
    )
  return ok('transcripts', ages.length === 0 ? `all recorded; ${kept}` : `${unread} yet; ${kept}`)
}

function withBackfill({ context }: Examination, finding: Finding): Finding {
  if (finding.state !== 'warning') return finding
  return {
    ...finding,
    repair: {
      question: null,
      async run() {
        const { files, found } = await runBackfill(context)
        return [`${files} of ${formatCounted(found, 'transcript')} read`]
      },
    },
  }
}

/** Models and prices come out every few months. */
const oldPricesDays = 120

async function priceFindings(examination: Examination): Promise<Finding[]> {
  const { context } = examination
  const book = loadPrices({ builtInFile: context.pricesFile, userFile: context.paths.pricesFile })
  const findings = book.problems.map(text =>
    warning('prices', text, 'correct prices.json of the data folder'),
  )
  const { newestSourceDate } = book
  const days = newestSourceDate === null ? 0 : (context.now() - Date.parse(newestSourceDate)) / dayMs
  if (days > oldPricesDays)
    findings.push(warning('prices', `they are of ${newestSourceDate}`, 'update claude-session-logger'))
  const used = (await isReadable(examination))
    ? await withStore(context.paths.database, { access: 'read', waitMs: 1000 }, usedModels)
    : []
  const unpriced = priceList(book, used).unpriced.map(({ model }) => model)
  if (unpriced.length > 0)
    findings.push(
      warning(
        'prices',
        `no price for ${unpriced.slice(0, 3).join(', ')}${unpriced.length > 3 ? ` and ${unpriced.length - 3} more` : ''}: costs read "at least"`,
        'update claude-session-logger, or see: csl prices',
      ),
    )
  return findings.length > 0 ? findings : [ok('prices', `of ${newestSourceDate}; every model has one`)]
}
