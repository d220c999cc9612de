import { cleanText } from '../base/clean-text.ts'
import { formatTokens, formatUsd } from '../base/format.ts'
import { truncateText } from '../base/text-width.ts'
import type { RecentSession } from '../features/sessions/recent.ts'

const titleColumns = 48

/** One line a session: how long ago, project, title, tokens, cost at API prices. */
export function recentLines(sessions: readonly RecentSession[], nowMs: number): string {
  return sessions.map(session => lineOf(session, nowMs)).join('\n')
}

/** What a person is told at a session's start. */
export function recentBanner(sessions: readonly RecentSession[], nowMs: number): string {
  return `Recent sessions:\n${recentLines(sessions, nowMs)}`
}

function lineOf(session: RecentSession, nowMs: number): string {
  const title = cleanText(session.title ?? '') || cleanText(session.sessionId).slice(0, 8)
  const cost = session.costPico === null ? null : BigInt(session.costPico)
  return [
    ageText(nowMs - Date.parse(session.endedAt ?? '')),
    cleanText(session.project ?? '(no project)'),
    truncateText(title, titleColumns),
    `${formatTokens(session.totalTokens)} tokens`,
    formatUsd(cost, { atLeast: session.unpricedCount > 0 && cost !== null }),
  ].join(' · ')
}

function ageText(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (!(minutes >= 1)) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`
  return `${Math.floor(minutes / (24 * 60))} d ago`
}
