import { picoFromUsd, usdFromPico } from '../../base/format.ts'
import type { FoundSession } from '../../features/sessions/find.ts'

// What --json and --csv print. The names are a promise: docs/schema.md says what each of them means.

export type SessionFields = Readonly<Record<string, string | number | boolean | readonly string[] | null>>

/** Costs are exact decimal text: a JSON number would round them. */
export function sessionAsFields(session: FoundSession): SessionFields {
  const { costPico, inheritedCostPico, clientCostUsd, ...fields } = session
  return {
    ...fields,
    costUsd: usdFromPico(costPico),
    inheritedCostUsd: usdFromPico(inheritedCostPico),
    clientCostUsd: usdFromPico(clientCostPico(session)),
  }
}

/** The client's own account in picodollars; null where it left none. */
export function clientCostPico({ clientCostUsd }: FoundSession): bigint | null {
  return clientCostUsd === null ? null : picoFromUsd(clientCostUsd)
}

/** The columns of CSV, in their order. */
export const sessionFieldNames = [
  'id',
  'title',
  'project',
  'projectKey',
  'type',
  'machine',
  'machineId',
  'createdBy',
  'tool',
  'toolVersion',
  'cwd',
  'resumeCwd',
  'branch',
  'startedAt',
  'endedAt',
  'durationMin',
  'activeMin',
  'models',
  'skills',
  'promptCount',
  'apiMessageCount',
  'toolCallCount',
  'toolErrorCount',
  'subagentCount',
  'webSearchCount',
  'inputTokens',
  'outputTokens',
  'cacheWriteTokens',
  'cacheReadTokens',
  'totalTokens',
  'costUsd',
  'unpricedCount',
  'unpricedModels',
  'unfinalizedCount',
  'inheritedMessageCount',
  'inheritedTokens',
  'inheritedCostUsd',
  'clientCostUsd',
  'isStarred',
  'isDeleted',
  'tags',
] as const
