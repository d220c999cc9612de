import { usdFromPico } from '../../base/format.ts'
import type {
  SessionAgent,
  SessionFactsShown,
  SessionFile,
  SessionModel,
} from '../../features/sessions/detail.ts'
import type { NameCount } from '../../features/sessions/facts.ts'
import type { FoundSession } from '../../features/sessions/find.ts'
import type { UsageSummary } from '../../features/usage/summary.ts'
import { componentsAsFields } from '../usage/fields.ts'
import { clientCostPico, sessionAsFields } from './fields.ts'

/** All that `csl session` shows. */
export interface SessionReport {
  readonly session: FoundSession
  readonly models: readonly SessionModel[]
  /** What it pays for. */
  readonly components: UsageSummary & { readonly kind: 'component' }
  readonly agents: readonly SessionAgent[]
  readonly files: readonly SessionFile[]
  /** Undefined for a session that is known only by copies in others. */
  readonly facts: SessionFactsShown | undefined
  /** The command that continues it, quoted for a shell; null where there is none. */
  readonly resume: string | null
}

/**
 * What the client counted and no transcript shows, in picodollars; null where one of the two is not known. The client's
 * account of a fork goes on from that of its origin (seen with 2.1.329), so what is inherited is in it.
 */
export function notInTranscriptPico(session: FoundSession): bigint | null {
  const client = clientCostPico(session)
  const inherited = session.inheritedMessageCount === 0 ? 0n : session.inheritedCostPico
  if (client === null || session.costPico === null || inherited === null) return null
  return client - session.costPico - inherited
}

/** The report for programs. The names are a promise: docs/schema.md says what each of them means. */
export function reportAsFields(report: SessionReport): object {
  const { session, models, components, agents, files, facts, resume } = report
  return {
    ...sessionAsFields(session),
    notInTranscriptUsd: usdFromPico(notInTranscriptPico(session)),
    resume,
    modelUsage: models.map(({ costPico, ...model }) => ({ ...model, costUsd: usdFromPico(costPico) })),
    components: componentsAsFields(components.rows),
    agents: agents.map(({ costPico, ...agent }) => ({ ...agent, costUsd: usdFromPico(costPico) })),
    toolUses: countsAsFields(facts?.tools),
    skillUses: countsAsFields(facts?.skills),
    slashCommands: countsAsFields(facts?.slashCommands),
    branches: facts?.branches ?? [],
    toolVersions: facts?.versions ?? [],
    entrypoints: facts?.entrypoints ?? [],
    prUrls: facts?.prUrls ?? [],
    queuedPromptCount: facts?.queuedPrompts ?? 0,
    compactionCount: facts?.compactions ?? 0,
    apiErrorCount: facts?.apiErrors ?? 0,
    sideSearchCount: facts?.searchCount ?? 0,
    malformedLineCount: facts?.malformedLines ?? 0,
    files,
  }
}

function countsAsFields(counts: readonly NameCount[] = []): { name: string; count: number }[] {
  return counts.map(([name, count]) => ({ name, count }))
}
