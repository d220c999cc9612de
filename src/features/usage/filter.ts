import type { Parameter, Parameters } from '../../store/query.ts'

/** Which part of the ledger a report is about. What is not named is not narrowed. */
export interface UsageFilter {
  /** From this instant on, in milliseconds since 1970 UTC. */
  readonly sinceMs?: number | undefined
  /** Before this instant. */
  readonly untilMs?: number | undefined
  /** Part of the project's name or key, in any letter case. */
  readonly project?: string | undefined
  /** Part of the model's id, in any letter case. */
  readonly model?: string | undefined
  /** A session type, in any letter case. */
  readonly type?: string | undefined
  /** A machine's label or id, in any letter case. */
  readonly machine?: string | undefined
  /** The whole id of one session. */
  readonly sessionId?: string | undefined
}

export interface LedgerCondition {
  /** What follows WHERE over `usage_records`. */
  readonly where: string
  readonly parameters: Parameters
}

/** The rows that count and that the filter lets through. Rows without a time are in no span of time. */
export function ledgerCondition(filter: UsageFilter): LedgerCondition {
  const conditions = ['counted']
  const parameters: Record<string, Parameter> = {}
  const add = (name: string, value: Parameter | undefined, condition: string) => {
    if (value === undefined) return
    conditions.push(condition)
    parameters[name] = value
  }
  add('sinceMs', filter.sinceMs, 'occurred_at >= epoch_ms($sinceMs::BIGINT)::TIMESTAMPTZ')
  add('untilMs', filter.untilMs, 'occurred_at < epoch_ms($untilMs::BIGINT)::TIMESTAMPTZ')
  add('model', filter.model, 'contains(lower(model), lower($model))')
  add('sessionId', filter.sessionId, 'owner_session_id = $sessionId')
  add(
    'project',
    filter.project,
    ownedBy(`contains(lower(project), lower($project)) OR contains(lower(project_key), lower($project))`),
  )
  add('type', filter.type, ownedBy('lower(session_type) = lower($type)'))
  add(
    'machine',
    filter.machine,
    ownedBy('lower(machine_label) = lower($machine) OR lower(machine_id) = lower($machine)'),
  )
  return { where: conditions.join(' AND '), parameters }
}

function ownedBy(condition: string): string {
  return `owner_session_id IN (SELECT session_id FROM sessions WHERE ${condition})`
}
