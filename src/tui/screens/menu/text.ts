import { cleanText } from '../../../base/clean-text.ts'
import { formatCount, formatTokens, formatUsd } from '../../../base/format.ts'
import type { ZoneClock } from '../../../base/time.ts'
import type { Overview } from '../../data.ts'
import { momentText } from '../../parts/moment.ts'

/** What is to be known at a glance, the most important first: a narrow terminal cuts the end. */
export function overviewParts(overview: Overview, clock: ZoneClock, nowMs: number): string[] {
  const { todayTokens, todayCostPico, todayUnpriced, sessions, unseen, lastSyncAt, machine } = overview
  const cost = formatUsd(todayCostPico, { atLeast: todayCostPico !== null && todayUnpriced > 0 })
  return [
    `today ${formatTokens(todayTokens)} tokens · ${cost}`,
    `${formatCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'} in all`,
    unseen === 0 ? 'inbox empty' : `${formatCount(unseen)} new in the inbox`,
    lastSyncAt === null ? 'never synced' : `synced ${momentText(Date.parse(lastSyncAt), clock, nowMs)}`,
    cleanText(machine),
  ]
}
