import {
  formatCount,
  formatDuration,
  formatTokens,
  formatUsd,
  modelFamily,
  timeText,
} from '../../base/format.ts'
import type { ZoneClock } from '../../base/time.ts'
import type { FoundSession } from '../../features/sessions/find.ts'
import { type Field, renderLayout } from '../layout.ts'
import { shortSessionId } from '../session-id.ts'

/** A list of sessions that fits `width` columns. */
export function sessionsTable(
  sessions: readonly FoundSession[],
  clock: ZoneClock,
  width: number | undefined,
): string {
  const ended: Field<FoundSession> = {
    title: 'Ended',
    text: session => (session.endedAt === null ? '' : timeText(Date.parse(session.endedAt), clock)),
  }
  const id: Field<FoundSession> = {
    title: 'Session',
    flexible: true,
    minWidth: 8,
    text: session => shortSessionId(session.id),
  }
  const project = flexible('Project', 10, session => session.project ?? '(unknown)')
  const title = flexible('Title', 20, session => session.title ?? '(untitled)')
  const type = flexible('Type', 8, session => session.type ?? '(unknown)')
  const models = flexible('Models', 10, session => [...new Set(session.models.map(modelFamily))].join(', '))
  const active = right('Active', session => formatDuration(session.activeMin ?? 0))
  const messages = right('Messages', session => formatCount(session.apiMessageCount))
  const tokens = right('Tokens', session => formatTokens(session.totalTokens))
  const price = right('API price', session =>
    formatUsd(session.costPico, { atLeast: session.costPico !== null && session.unpricedCount > 0 }),
  )
  return renderLayout(
    [
      [ended, id, project, title, type, models, active, messages, tokens, price],
      [ended, id, project, title, type, active, tokens, price],
      [ended, id, project, title, tokens, price],
      [ended, id, { ...title, minWidth: 12 }, price],
    ],
    sessions,
    width,
  )
}

function flexible(
  title: string,
  minWidth: number,
  text: (session: FoundSession) => string,
): Field<FoundSession> {
  return { title, flexible: true, minWidth, text }
}

function right(title: string, text: (session: FoundSession) => string): Field<FoundSession> {
  return { title, align: 'right', text }
}
