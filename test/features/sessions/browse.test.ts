import { expect, test } from 'vitest'
import { browseSessions } from '../../../src/features/sessions/browse.ts'
import { findSessions } from '../../../src/features/sessions/find.ts'
import type { BrowsedSession } from '../../../src/features/sessions/listed-session.ts'
import { markSessions } from '../../../src/ingest/say.ts'
import type { Db } from '../../../src/store/query.ts'
import { withPlace } from '../../support/database.ts'
import { makeHome } from '../../support/home.ts'

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** Sessions of which many ended at the same time, some at none, and hardly one has all fields or a harmless title. */
async function insertSessions(db: Db, count: number): Promise<void> {
  await db.run(`INSERT INTO sessions BY NAME
    SELECT printf('%08x-id', (i * 2654435761) % 4294967296) AS session_id,
      CASE WHEN i % 11 <> 0 THEN 'Title ' || i || list_extract([chr(31), '"', chr(10), '😀', '\\', ''], 1 + i % 6) END AS title,
      CASE WHEN i % 7 <> 0 THEN 'Project ' || (i % 40) END AS project, 'key ' || (i % 40) AS project_key,
      CASE WHEN i % 3 <> 0 THEN 'infra' END AS session_type, 'desk' AS machine_label, 'machine-' || (i % 3) AS machine_id,
      'claude-code' AS tool, '/home/dev/' || (i % 300) AS cwd, CASE WHEN i % 5 <> 0 THEN '/home/dev/' || i END AS resume_cwd,
      NULL AS git_branch, 'claude-opus-4-8,' || (i % 4) AS models,
      CASE WHEN i % 13 <> 0 THEN TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_minutes((i * 7919) % 5000) END AS ended_at,
      CASE WHEN i % 5 <> 0 THEN i / 8 END AS duration_min, CASE WHEN i % 9 <> 0 THEN i * 1000 END AS total_tokens,
      CASE WHEN i % 4 <> 0 THEN i / 4 END AS cost_usd, i % 2 AS unpriced_count
    FROM range(${count}) t(i)`)
  // What was written anew lies elsewhere, and leaves a gap.
  await db.run(`CREATE TEMP TABLE again AS SELECT * FROM sessions WHERE session_id < '4'`)
  await db.run(`DELETE FROM sessions WHERE session_id < '4'`)
  await db.run(`INSERT INTO sessions SELECT * FROM again`)
}

const fields = [
  ...['id', 'title', 'project', 'projectKey', 'type', 'machine', 'machineId', 'tool', 'cwd', 'resumeCwd'],
  ...[
    'branch',
    'endedAtMs',
    'durationMin',
    'models',
    'totalTokens',
    'costPico',
    'unpricedCount',
    'isStarred',
  ],
  'tags',
] as const satisfies readonly (keyof BrowsedSession)[]

function plain(sessions: readonly BrowsedSession[]): object[] {
  return sessions.map(session => Object.fromEntries(fields.map(field => [field, session[field]])))
}

test('all sessions are listed as a report lists them, those that ended last first', async () => {
  await withPlace(makeHome(), async ledger => {
    const { db } = ledger
    await insertSessions(db, 9000)
    const [first, second, third] = await findSessions(db, { filter: {}, limit: 3 })
    const last = (await findSessions(db, { filter: {} })).at(-1)
    await markSessions(ledger, [first?.id ?? ''], [{ kind: 'deleted', value: 'true' }])
    await markSessions(ledger, [second?.id ?? '', last?.id ?? ''], [{ kind: 'name', value: 'The Gate' }])
    await markSessions(
      ledger,
      [third?.id ?? ''],
      [
        { kind: 'star', value: 'true' },
        { kind: 'tag', value: 'Oak' },
      ],
    )
    let newest: readonly BrowsedSession[] = []

    const all = await browseSessions(db, { dayOf, onNewest: found => (newest = found) })

    const expected = await findSessions(db, { filter: {} })
    expect(all).toHaveLength(8999)
    expect(plain(all)).toEqual(
      expected.map(session => ({
        ...Object.fromEntries(fields.map(field => [field, session[field as keyof typeof session]])),
        endedAtMs: session.endedAt === null ? null : Date.parse(session.endedAt),
        models: session.models.join(','),
        costPico: session.costPico === null ? null : Number(session.costPico),
      })),
    )
    expect(newest).toHaveLength(199)
    expect(plain(newest)).toEqual(plain(all.slice(0, newest.length)))
    expect(newest.map(({ haystack }) => haystack)).toEqual(all.slice(0, 199).map(({ haystack }) => haystack))
    expect(all[0]?.haystack).toBe(`the gate\n${all[0]?.project?.toLowerCase()}\n2026-01-04\ninfra`)
  })
})

test('sessions that lie far from each other are found, too', async () => {
  await withPlace(makeHome(), async ({ db }) => {
    await insertSessions(db, 9000)
    await db.run(`DELETE FROM sessions WHERE session_id > '08'`)

    const all = await browseSessions(db, { dayOf, onNewest: () => undefined })

    const expected = await findSessions(db, { filter: {} })
    expect(all.length).toBeGreaterThan(200)
    expect(all.map(({ id, title }) => [id, title])).toEqual(expected.map(({ id, title }) => [id, title]))
  })
})

test('few sessions are there at once', async () => {
  await withPlace(makeHome(), async ({ db }) => {
    await insertSessions(db, 3)
    const asked: unknown[] = []

    const all = await browseSessions(db, { dayOf, onNewest: found => asked.push(found) })

    expect(all.map(({ id, title }) => [id, title])).toEqual([
      ['9e3779b1-id', 'Title 1"'],
      ['3c6ef362-id', 'Title 2\n'],
      ['00000000-id', null],
    ])
    expect(asked).toEqual([])
  })
})
