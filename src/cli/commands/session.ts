import { sessionAgents, sessionFacts, sessionFiles, sessionModels } from '../../features/sessions/detail.ts'
import { type FoundSession, findSession } from '../../features/sessions/find.ts'
import { resumeLine, resumeText } from '../../features/sessions/resume.ts'
import { usageByComponent } from '../../features/usage/by-component.ts'
import { usageTotals } from '../../features/usage/sums.ts'
import type { Db } from '../../store/query.ts'
import type { Context } from '../context.ts'
import { type FilterOptions, readFilter } from '../filters.ts'
import { toJson } from '../json.ts'
import { reportAsFields, type SessionReport } from '../sessions/report.ts'
import { sessionText } from '../sessions/report-text.ts'
import { withUpToDateStore } from '../up-to-date.ts'
import { type MarkOptions, markSessionCommand, readMarks } from './mark-session.ts'

/** One session in full: what it was, what it used, what it costs and how to continue it. Or marks it. */
export async function sessionCommand(
  context: Context,
  idOrPrefix: string,
  options: Pick<FilterOptions, 'timezone'> & MarkOptions & { json?: boolean },
): Promise<void> {
  const { clock } = readFilter(options, context.now())
  const marks = readMarks(options)
  if (marks.length > 0) return markSessionCommand(context, idOrPrefix, marks, options)
  const report = await withUpToDateStore(context, async db =>
    readReport(db, await findSession(db, idOrPrefix)),
  )
  process.stdout.write(
    options.json ? `${toJson(reportAsFields(report))}\n` : sessionText(report, clock, process.stdout.columns),
  )
}

async function readReport(db: Db, session: FoundSession): Promise<SessionReport> {
  const line = resumeLine(session)
  const filter = { sessionId: session.id }
  return {
    session,
    models: await sessionModels(db, session.id),
    components: {
      kind: 'component',
      totals: await usageTotals(db, filter),
      rows: await usageByComponent(db, filter),
    },
    agents: await sessionAgents(db, session.id),
    files: await sessionFiles(db, session.id),
    facts: await sessionFacts(db, session.id),
    resume: line && resumeText(line),
  }
}
