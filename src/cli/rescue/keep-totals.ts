import { projectSessions } from '../../features/sessions/project-sessions.ts'
import { type ShownSession, withoutMessages } from '../../features/sessions/shown-totals.ts'
import { adoptRemoteTotals } from '../../ingest/adopt-older.ts'
import { type Place, withLedger } from '../../ingest/open-ledger.ts'

/**
 * Takes the totals that were shown of sessions whose messages are all lost for them, in a database that is not in use yet. They
 * count as an older tool's do: until the session's transcript is read, or its messages come from a remote. Of a session of
 * which nothing is known besides, not: which project it is of decides whether it may leave. Answers the sessions.
 */
export function keepTotals(place: Place, shown: readonly ShownSession[]): Promise<ShownSession[]> {
  return withLedger(place, { waitMs: 0 }, ({ db, writer, settings }) =>
    db.transaction(async () => {
      const lost = await withoutMessages(db, shown)
      const sessionIds = await adoptRemoteTotals(db, writer, {
        sessions: lost.map(({ totals }) => totals),
        models: lost.flatMap(({ models }) => models),
      })
      await projectSessions(db, { sessionIds, rules: settings.rules, nowMs: place.now() })
      await writer.save()
      return lost
    }),
  )
}
