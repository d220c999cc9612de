import { cleanText } from '../base/clean-text.ts'
import { formatTokens, formatUsd } from '../base/format.ts'
import type { RecentSession } from '../features/sessions/recent.ts'

const titleColumns = 48

/** One line a session: how long ago, project, title, tokens, cost at API prices. */
export async function recentLines(sessions: readonly RecentSession[], nowMs: number): Promise<string> {
  return (await Promise.all(sessions.map(session => lineOf(session, nowMs)))).join('\n')
}

/** What a person is told at a session's start. */
export async function recentBanner(sessions: readonly RecentSession[], nowMs: number): Promise<string> {
  return `Recent sessions:\n${await recentLines(sessions, nowMs)}`
}

async function lineOf(session: RecentSession, nowMs: number): Promise<string> {
  const title = cleanText(session.title ?? '') || cleanText(session.sessionId).slice(0, 8)
  const cost = session.costPico === null ? null : BigInt(session.costPico)
  return [
    ageText(nowMs - Date.parse(session.endedAt ?? '')),
    cleanText(session.project ?? '(no project)'),
    await shortTitle(title),
    `${formatTokens(session.totalTokens)} tokens`,
    formatUsd(cost, { atLeast: session.unpricedCount > 0 && cost !== null }),
  ].join(' · ')
}

/** To load what measures text takes a hook longer than all else here: only for what must be measured. */
async function shortTitle(title: string): Promise<string> {
  if (title.length <= titleColumns / 2) return title
  if (/^[ -~]*$/.test(title))
    return title.length <= titleColumns ? title : `${title.slice(0, titleColumns - 1)}…`
  return (await import('../base/text-width.ts')).truncateText(title, titleColumns)
}

function ageText(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (!(minutes >= 1)) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`
  return `${Math.floor(minutes / (24 * 60))} d ago`
}
