import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { databaseOf, recorded, select } from '../support/database.ts'
import { type Home, makeHome } from '../support/home.ts'
import { assistantLine, bornLine, messageId, userLine, uuidOf } from '../support/lines.ts'

// A database of the older Python tool, made from its documented columns: it kept totals of sessions and their models.

interface OlderKind {
  /** Type of started_at and ended_at, and how it writes an instant. */
  readonly time: 'TIMESTAMP' | 'TIMESTAMPTZ' | 'VARCHAR'
  readonly instant: (iso: string) => string
  /** Columns and tables that an earlier version did not have yet. */
  readonly lacks: readonly string[]
}

const usual: OlderKind = {
  time: 'TIMESTAMP',
  instant: iso => iso.replace('T', ' ').replace('Z', ''),
  lacks: [],
}

const gone = uuidOf(0x901)
const present = uuidOf(0x902)
const unpriced = uuidOf(0x903)

type Values = Readonly<Record<string, string | number | null>>

const olderSessions: readonly Values[] = [
  {
    session_id: gone,
    project: 'orchard-api',
    cwd: '/home/dev/orchard-api',
    session_date: '2026-03-01',
    started_at: '2026-03-01T22:30:00Z',
    ended_at: '2026-03-02T00:30:00Z',
    duration_min: 120,
    models: 'claude-opus-4-8,claude-haiku-4-5',
    input_tokens: 1100,
    output_tokens: 220,
    cache_write_tokens: 33,
    cache_read_tokens: 44,
    total_tokens: 1397,
    cost_usd: 1.25,
    message_count: 12,
    tool_call_count: 5,
    skills_used: 'pruning,watering',
    git_branch: 'main',
    cc_version: '2.0.1',
    title: 'Plant the orchard',
    session_type: 'general',
    created_by: 'Ada',
    synced: 'true',
  },
  {
    session_id: present,
    project: 'orchard-api',
    cwd: '/home/dev/orchard-api',
    session_date: '2026-03-03',
    started_at: '2026-03-03T10:00:00Z',
    ended_at: '2026-03-03T10:10:00Z',
    duration_min: 10,
    models: 'claude-opus-4-8',
    input_tokens: 999,
    output_tokens: 999,
    cache_write_tokens: 0,
    cache_read_tokens: 0,
    total_tokens: 1998,
    cost_usd: 9.5,
    message_count: 3,
    tool_call_count: 0,
    skills_used: '',
    git_branch: null,
    cc_version: null,
    title: null,
    session_type: 'general',
    created_by: null,
    synced: 'false',
  },
  {
    session_id: unpriced,
    project: null,
    cwd: null,
    session_date: '2026-03-04',
    started_at: null,
    ended_at: null,
    duration_min: null,
    models: null,
    input_tokens: 7,
    output_tokens: 8,
    cache_write_tokens: null,
    cache_read_tokens: null,
    total_tokens: 15,
    cost_usd: null,
    message_count: null,
    tool_call_count: null,
    skills_used: null,
    git_branch: null,
    cc_version: null,
    title: null,
    session_type: null,
    created_by: null,
    synced: null,
  },
]

const olderModels: readonly Values[] = [
  {
    session_id: gone,
    model: 'claude-opus-4-8',
    input_tokens: 1000,
    output_tokens: 200,
    cache_write_tokens: 30,
    cache_read_tokens: 40,
    total_tokens: 1270,
    cost_usd: 1,
    synced: 'true',
  },
  {
    session_id: gone,
    model: 'claude-haiku-4-5',
    input_tokens: 100,
    output_tokens: 20,
    cache_write_tokens: 3,
    cache_read_tokens: 4,
    total_tokens: 127,
    cost_usd: 0.25,
    synced: 'true',
  },
  {
    session_id: present,
    model: 'claude-opus-4-8',
    input_tokens: 999,
    output_tokens: 999,
    cache_write_tokens: 0,
    cache_read_tokens: 0,
    total_tokens: 1998,
    cost_usd: 9.5,
    synced: 'false',
  },
]

const logEntries: readonly Values[] = [
  {
    id: 'e1',
    session_id: gone,
    logged_at: '2026-03-01T23:00:00Z',
    category: 'note',
    status: 'info',
    title: 'Water twice',
    body: 'With the can.',
    synced: 'true',
    updated_at: '2026-03-02T01:00:00Z',
    created_by: 'Ada',
    updated_by: 'Bea',
  },
]

/** The entry as it is shown here. */
function entries(home: Home): Promise<Record<string, unknown>[]> {
  return select(
    home,
    `SELECT id, session_id, logged_at, category, status, title, body, updated_at, created_by, updated_by FROM log_entries`,
  )
}

const adoptedEntry = {
  id: 'e1',
  sessionId: gone,
  loggedAt: '2026-03-01T23:00:00.000Z',
  category: 'note',
  status: 'info',
  title: 'Water twice',
  body: 'With the can.',
  updatedAt: '2026-03-02T01:00:00.000Z',
  createdBy: 'Ada',
  updatedBy: 'Bea',
}

function typeOf(column: string, kind: OlderKind): string {
  if (/_at$/.test(column)) return kind.time
  if (column === 'session_date') return kind.time === 'VARCHAR' ? 'VARCHAR' : 'DATE'
  if (/tokens$|count$/.test(column)) return 'BIGINT'
  if (/usd$|_min$/.test(column)) return 'DOUBLE'
  return column === 'synced' ? 'BOOLEAN' : 'VARCHAR'
}

async function writeOlderDatabase(home: Home, kind: OlderKind): Promise<void> {
  mkdirSync(home.dataFolder, { recursive: true })
  const tables: Readonly<Record<string, { rows: readonly Values[]; key: string }>> = {
    sessions: { rows: olderSessions, key: 'session_id' },
    session_models: { rows: olderModels, key: 'session_id, model' },
    log_entries: { rows: logEntries, key: 'id' },
    meta: { rows: [{ key: 'schema_version', value: '7' }], key: 'key' },
  }
  const instance = await DuckDBInstance.create(databaseOf(home))
  const connection = await instance.connect()
  for (const [table, { rows, key }] of Object.entries(tables)) {
    if (kind.lacks.includes(table)) continue
    const columns = Object.keys(rows[0] ?? {}).filter(column => !kind.lacks.includes(column))
    const types = columns.map(column => `${column} ${typeOf(column, kind)}`)
    await connection.run(`CREATE TABLE ${table} (${types.join(', ')}, PRIMARY KEY (${key}))`)
    for (const row of rows) {
      const values = columns.map(column => {
        const value = row[column] ?? null
        if (value === null) return 'NULL'
        return `'${/_at$/.test(column) ? kind.instant(String(value)) : value}'`
      })
      await connection.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`)
    }
  }
  connection.closeSync()
  instance.closeSync()
}

/** Runs statements on the older tool's database, as if it or its user had. */
async function alter(home: Home, ...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(databaseOf(home))
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}

/** The transcript that is left of the second session: it says other things than the older tool did. */
async function writeTranscript(home: Home): Promise<void> {
  await home.writeTranscript('-home-dev-orchard-api', `${present}.jsonl`, [
    bornLine(present, '2026-03-03T10:00:00.000Z'),
    userLine(present, 'Prune the orchard'),
    assistantLine(present, { id: messageId(1), usage: { input_tokens: 10, output_tokens: 20 } }),
  ])
}

async function totals(home: Home): Promise<Record<string, unknown>[]> {
  return select(
    home,
    `SELECT session_id, project, started_at, input_tokens, output_tokens, cache_write_tokens, cache_read_tokens, total_tokens,
       cost_usd::DECIMAL(38, 4)::VARCHAR AS cost, tool_call_count, skills_used, git_branch, cc_version, title, legacy,
       session_date
     FROM sessions ORDER BY session_id`,
  )
}

const adopted = [
  {
    sessionId: gone,
    project: 'orchard-api',
    startedAt: '2026-03-01T22:30:00.000Z',
    sessionDate: '2026-03-01',
    inputTokens: 1100,
    outputTokens: 220,
    cacheWriteTokens: 33,
    cacheReadTokens: 44,
    totalTokens: 1397,
    cost: '1.2500',
    toolCallCount: 5,
    skillsUsed: 'pruning,watering',
    gitBranch: 'main',
    ccVersion: '2.0.1',
    title: 'Plant the orchard',
    legacy: true,
  },
  { sessionId: present, inputTokens: 999, outputTokens: 999, cost: '9.5000', legacy: true },
  {
    sessionId: unpriced,
    project: null,
    sessionDate: '2026-03-04',
    inputTokens: 7,
    outputTokens: 8,
    totalTokens: 15,
    cost: null,
    legacy: true,
  },
]

const kinds: readonly [string, OlderKind][] = [
  ['times without a zone', usual],
  ['times with a zone', { ...usual, time: 'TIMESTAMPTZ', instant: iso => iso }],
  ['times as text', { ...usual, time: 'VARCHAR', instant: iso => iso }],
  [
    'times as text without a zone',
    { ...usual, time: 'VARCHAR', instant: iso => `${iso.replace('T', ' ').replace('Z', '')}.000000` },
  ],
  ['times as text with an offset', { ...usual, time: 'VARCHAR', instant: iso => iso.replace('Z', '+00:00') }],
]

describe('a database of the older tool', () => {
  test.each(kinds)('is taken up with its totals: %s', async (_, kind) => {
    const home = makeHome()
    await writeOlderDatabase(home, kind)

    const run = await home.csl(['usage', 'session', '--since', '2026-01-01', '--json'], {
      env: { TZ: 'Asia/Tokyo' },
    })

    expect(run.code, run.stderr).toBe(0)
    expect(await totals(home)).toMatchObject(adopted)
    expect(await entries(home)).toEqual([adoptedEntry])
    expect(run.stdout).toContain('Plant the orchard')
  })

  const earlier: readonly [string, readonly string[]][] = [
    ['created_by', ['created_by']],
    ['updated_at and updated_by', ['updated_at', 'updated_by']],
    ['models of sessions', ['session_models']],
    ['meta', ['meta']],
    [
      'all that came later',
      ['created_by', 'updated_at', 'updated_by', 'session_models', 'meta', 'log_entries'],
    ],
  ]
  test.each(earlier)('of an earlier version is taken up too: it lacks %s', async (_, lacks) => {
    const home = makeHome()
    await writeOlderDatabase(home, { ...usual, lacks })

    const run = await home.csl(['backfill'])

    expect(run.code, run.stderr).toBe(0)
    const shown = await totals(home)
    expect(shown).toMatchObject(adopted)
    const { updatedAt, updatedBy, createdBy, ...known } = adoptedEntry
    const updated = lacks.includes('updated_at') ? {} : { updatedAt, updatedBy }
    const created = { createdBy: lacks.includes('created_by') ? 'unknown' : createdBy }
    if (!lacks.includes('log_entries'))
      expect(await entries(home)).toMatchObject([{ ...known, ...updated, ...created }])
  })

  test('has its entries among ours, in the project of their session, and they are no news', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)

    const list = await home.csl(['list', '--project', 'orchard', '--json'])
    const inbox = await home.csl(['inbox', '--count'])
    const resolved = await home.csl(['resolve', '--title-match', 'water', '--note', 'Rain came'])

    expect(JSON.parse(list.stdout).rows).toMatchObject([adoptedEntry])
    expect([inbox.code, inbox.stdout]).toEqual([0, ''])
    expect(resolved.stdout).toContain('changed note (resolved) id=e1')
    await home.csl(['init'])
    expect(
      await select(home, `SELECT count(*)::INTEGER AS n FROM changes WHERE actor LIKE 'legacy:%'`),
    ).toEqual([{ n: 6 }])
  })

  test('keeps by whom a session was, and its own models', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)

    await home.csl(['backfill'])

    expect(await select(home, `SELECT created_by FROM sessions WHERE session_id = '${gone}'`)).toEqual([
      { createdBy: 'Ada' },
    ])
    const models = await select(
      home,
      `SELECT session_id, model, input_tokens, cost_usd::DECIMAL(38, 2)::VARCHAR AS cost FROM session_models ORDER BY 1, 2`,
    )
    expect(models).toEqual([
      { sessionId: gone, model: 'claude-haiku-4-5', inputTokens: 100, cost: '0.25' },
      { sessionId: gone, model: 'claude-opus-4-8', inputTokens: 1000, cost: '1.00' },
      { sessionId: present, model: 'claude-opus-4-8', inputTokens: 999, cost: '9.50' },
      { sessionId: unpriced, model: '(unknown)', inputTokens: 7, cost: null },
    ])
  })

  test('loses nothing: its tables stay, row by row', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)

    await home.csl(['backfill'])

    const counts = await select(
      home,
      `SELECT (SELECT count(*) FROM older_sessions)::INTEGER AS sessions, (SELECT count(*) FROM older_session_models)::INTEGER AS models,
         (SELECT count(*) FROM older_log_entries)::INTEGER AS entries, (SELECT value FROM older_meta) AS meta`,
    )
    expect(counts).toEqual([{ sessions: 3, models: 3, entries: 1, meta: '7' }])
    expect(await select(home, `SELECT title, updated_by FROM older_log_entries`)).toEqual([
      { title: 'Water twice', updatedBy: 'Bea' },
    ])
    expect(
      await select(
        home,
        `SELECT duration_min, session_type, synced FROM older_sessions ORDER BY session_id LIMIT 1`,
      ),
    ).toEqual([{ durationMin: 120, sessionType: 'general', synced: true }])
  })

  test('counts a session by its transcript where there is one, and never by both', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)
    await writeTranscript(home)

    const run = await home.csl(['backfill'])

    expect(run.code, run.stderr).toBe(0)
    const shown = await totals(home)
    expect(shown[0]).toMatchObject(adopted[0] ?? {})
    expect(shown[1]).toMatchObject({ sessionId: present, inputTokens: 10, outputTokens: 20, legacy: false })
    const sum = await select(home, `SELECT sum(output_tokens)::INTEGER AS n FROM usage_records WHERE counted`)
    expect(sum).toEqual([{ n: 220 + 20 + 8 }])
  })

  test('counts a session by its transcript if that turns up later', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)
    await home.csl(['backfill'])
    const before = await totals(home)
    await writeTranscript(home)

    await home.csl(['backfill'])

    expect(before[1]).toMatchObject({ sessionId: present, outputTokens: 999, legacy: true })
    expect((await totals(home))[1]).toMatchObject({ sessionId: present, outputTokens: 20, legacy: false })
  })

  test('is taken up once: further commands change nothing', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)
    await home.csl(['usage'])
    const before = await recorded(home)

    const runs = [await home.csl(['backfill']), await home.csl(['sessions']), await home.csl(['init'])]

    expect(runs.map(run => run.code)).toEqual([0, 0, 0])
    expect(await recorded(home)).toEqual(before)
    expect(await select(home, `SELECT DISTINCT revision FROM sessions`)).toEqual([{ revision: 1 }])
  })

  test('is taken up by a hook, and nothing of it is lost', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)
    await writeTranscript(home)

    const run = await home.csl(['record', '--no-sync'], { input: JSON.stringify({ session_id: present }) })

    expect([run.code, run.stdout]).toEqual([0, ''])
    await home.csl(['backfill'])
    expect(await totals(home)).toMatchObject([
      adopted[0] ?? {},
      { sessionId: present, outputTokens: 20, legacy: false },
      adopted[2] ?? {},
    ])
  })

  test('keeps its costs when prices change: nobody knows by what they came', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)
    await home.csl(['backfill'])
    writeFileSync(
      path.join(home.dataFolder, 'prices.json'),
      JSON.stringify({
        'claude-opus-4-8': { input: 1000, output: 1000, cache_write: 1000, cache_read: 1000 },
      }),
    )

    await home.csl(['usage'])

    expect(await totals(home)).toMatchObject(adopted)
  })

  test('is taken up whatever refers to its tables: indexes, foreign keys, views', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, { ...usual, lacks: ['log_entries', 'session_models'] })
    await alter(
      home,
      `CREATE INDEX by_project ON sessions (project)`,
      `CREATE TABLE log_entries (id VARCHAR PRIMARY KEY, session_id VARCHAR REFERENCES sessions (session_id))`,
      `CREATE TABLE session_models (session_id VARCHAR REFERENCES sessions (session_id), model VARCHAR)`,
      // A person's own tables, one behind the other.
      `CREATE TABLE "my ""tags""" (tag VARCHAR PRIMARY KEY, session_id VARCHAR REFERENCES sessions (session_id))`,
      `CREATE TABLE colours (tag VARCHAR REFERENCES "my ""tags""" (tag), colour VARCHAR)`,
      `CREATE VIEW dear AS SELECT * FROM sessions WHERE cost_usd > 1`,
      `INSERT INTO log_entries VALUES ('e1', '${gone}')`,
      `INSERT INTO "my ""tags""" VALUES ('apples', '${gone}')`,
      `INSERT INTO colours VALUES ('apples', 'red')`,
    )

    const run = await home.csl(['backfill'])

    expect(run.code, run.stderr).toBe(0)
    expect(await totals(home)).toMatchObject(adopted)
    expect(await select(home, `SELECT * FROM older_log_entries`)).toEqual([{ id: 'e1', sessionId: gone }])
    expect(await select(home, `SELECT * FROM "my ""tags""" JOIN colours USING (tag)`)).toEqual([
      { tag: 'apples', sessionId: gone, colour: 'red' },
    ])
  })

  test.each([
    ['negative', '-5', null],
    ['larger than a row can hold', '1e12', null],
    ['no number', `'NaN'`, null],
    ['just small enough', '9000000', '9000000.0000'],
  ])('with a cost that is %s is taken up, and no sum is less for it', async (_, cost, expected) => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)
    await alter(home, `UPDATE sessions SET cost_usd = ${cost} WHERE session_id = '${unpriced}'`)

    const run = await home.csl(['backfill'])

    expect(run.code, run.stderr).toBe(0)
    expect(await totals(home)).toMatchObject([adopted[0], adopted[1], { ...adopted[2], cost: expected }])
    const usage = JSON.parse((await home.csl(['usage', 'month', '--json'])).stdout)
    expect(Number(usage.totals.costUsd)).toBeCloseTo(1.25 + 9.5 + Number(expected ?? 0), 6)
    expect((await home.csl(['sessions'])).code).toBe(0)
  })

  test('whose model has a negative cost counts the session’s own', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)
    await alter(home, `UPDATE session_models SET cost_usd = -1 WHERE model = 'claude-haiku-4-5'`)

    await home.csl(['backfill'])

    expect(await totals(home)).toMatchObject(adopted)
  })

  test('counts a session by its total while its transcript is empty', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)
    await home.writeTranscript('-home-dev-orchard-api', `${present}.jsonl`, [
      bornLine(present, '2026-03-03T10:00:00.000Z'),
      userLine(present, 'Prune the orchard'),
    ])

    await home.csl(['backfill'])
    const before = await totals(home)
    await writeTranscript(home)
    await home.csl(['backfill'])

    expect(before[1]).toMatchObject({ sessionId: present, inputTokens: 999, cost: '9.5000' })
    expect((await totals(home))[1]).toMatchObject({ inputTokens: 10, outputTokens: 20 })
  })

  test('counts a session whose transcript is gone by its total, and a fork of it by what is its own', async () => {
    const home = makeHome()
    await writeOlderDatabase(home, usual)
    const fork = uuidOf(0x904)
    await home.writeTranscript('-home-dev-orchard-api', `${fork}.jsonl`, [
      bornLine(fork, '2026-03-05T10:00:00.000Z'),
      assistantLine(fork, {
        id: messageId(1),
        at: '2026-03-01T23:00:00.000Z',
        usage: { input_tokens: 1000, output_tokens: 200 },
        extra: { forkedFrom: { sessionId: gone, messageUuid: uuidOf(1) } },
      }),
      assistantLine(fork, {
        id: messageId(2),
        at: '2026-03-05T10:01:00.000Z',
        usage: { input_tokens: 3, output_tokens: 4 },
      }),
    ])

    await home.csl(['backfill'])

    const shown = await totals(home)
    expect(shown).toMatchObject([
      ...adopted,
      { sessionId: fork, inputTokens: 3, outputTokens: 4, legacy: false },
    ])
    expect(
      await select(home, `SELECT inherited_message_count AS n FROM sessions WHERE session_id = '${fork}'`),
    ).toEqual([{ n: 1 }])
    const sum = await select(home, `SELECT sum(output_tokens)::INTEGER AS n FROM usage_records WHERE counted`)
    expect(sum).toEqual([{ n: 220 + 999 + 8 + 4 }])
  })

  test('counts what only a fork shows once its total has given way, in whatever order they are read', async () => {
    const fork = uuidOf(0x904)
    const copy = assistantLine(fork, {
      id: messageId(1),
      uuid: uuidOf(0x11),
      at: '2026-03-01T23:00:00.000Z',
      usage: { input_tokens: 1000, output_tokens: 200 },
      extra: { forkedFrom: { sessionId: gone, messageUuid: uuidOf(1) } },
    })
    const write = {
      fork: (home: Home) =>
        home.writeTranscript('-home-dev', `${fork}.jsonl`, [
          bornLine(fork, '2026-03-05T10:00:00.000Z'),
          copy,
        ]),
      // Its beginning was lost: it lacks what the fork copied.
      origin: (home: Home) =>
        home.writeTranscript('-home-dev', `${gone}.jsonl`, [
          bornLine(gone, '2026-03-01T22:30:00.000Z'),
          assistantLine(gone, { id: messageId(2), uuid: uuidOf(0x12), usage: { output_tokens: 5 } }),
        ]),
    }
    const orders = [[write.fork, write.origin], [write.origin, write.fork], []]
    const outcomes = []

    for (const order of orders) {
      const home = makeHome()
      await writeOlderDatabase(home, usual)
      for (const next of order) {
        await next(home)
        await home.csl(['backfill'])
      }
      if (order.length === 0) {
        await write.fork(home)
        await write.origin(home)
        await home.csl(['backfill'])
      }
      outcomes.push(
        await select(
          home,
          `SELECT * EXCLUDE (revision, updated_at, machine_id, person_id) FROM sessions ORDER BY session_id`,
        ),
      )
    }

    expect(outcomes[0]).toEqual(outcomes[1])
    expect(outcomes[0]).toEqual(outcomes[2])
    expect(outcomes[0]?.[0]).toMatchObject({
      sessionId: gone,
      inputTokens: 1000,
      outputTokens: 205,
      legacy: false,
    })
  })
})
