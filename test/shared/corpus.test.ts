import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { withStore } from '../../src/store/open.ts'
import type { Db } from '../../src/store/query.ts'
import { makeHome } from '../support/home.ts'
import { hasShared, sharedFolder } from '../support/shared.ts'

// An invented corpus with exact ground truth and a marker in every text: forks, subagents in three layouts, torn and
// malformed lines, a model without a price.

interface Usage {
  readonly input: number
  readonly output: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly cacheRead: number
  readonly responses: number
  /** Exact dollars with nine places; what has no price is 0 in it. */
  readonly costUsdSplit: string
}

type UsageBy = Readonly<Record<string, Usage>>

interface Truth {
  readonly totals: Usage
  readonly byDay: UsageBy
  readonly byModel: UsageBy
  readonly byProject: UsageBy
  readonly byDayModel: UsageBy
  readonly bySession: readonly {
    sessionId: string
    forkOf?: string
    ownUsage: Usage
    fileUsage: Usage
    byModel: UsageBy
    toolCalls: number
    subagents: number
    files: string[]
    gitBranch: string
    ccVersion: string
    titles: { firstPrompt: string; aiTitle?: string; customTitle?: string; summary?: string }
    skills: string[]
  }[]
  readonly edge: { readonly malformedLines: number; readonly unpricedResponses: number }
}

const tokenSums = `sum(input_tokens)::BIGINT AS input, sum(output_tokens)::BIGINT AS output,
  sum(cache_write_5m_tokens)::BIGINT AS cache_write5m, sum(cache_write_1h_tokens)::BIGINT AS cache_write1h,
  sum(cache_read_tokens)::BIGINT AS cache_read, count(*) FILTER (WHERE part = 0)::INTEGER AS responses,
  ((coalesce(sum(cost_pico), 0)::DECIMAL(38, 0)) * 0.000000000001::DECIMAL(13, 12))::DECIMAL(38, 9)::VARCHAR AS cost`

/** The counted rows of the ledger by any expression over them and their owner's row of `sessions`. */
async function usageBy(db: Db, key: string): Promise<Record<string, Usage>> {
  const rows = await db.rows<Omit<Usage, 'costUsdSplit'> & { key: string; cost: string }>(
    `SELECT ${key} AS key, ${tokenSums}
     FROM (SELECT usage_records.*, sessions.cwd FROM usage_records
           JOIN sessions ON sessions.session_id = usage_records.owner_session_id WHERE counted)
     GROUP BY 1 ORDER BY 1`,
  )
  return Object.fromEntries(
    rows.map(({ key: name, cost, ...rest }) => [name, { ...rest, costUsdSplit: cost }]),
  )
}

function rightUsage(usage: Usage): Usage {
  const { input, output, cacheWrite5m, cacheWrite1h, cacheRead, responses, costUsdSplit } = usage
  return { input, output, cacheWrite5m, cacheWrite1h, cacheRead, responses, costUsdSplit }
}

/** The ground truth without the rows in which nothing was used. */
function rightUsages(usages: UsageBy): Record<string, Usage> {
  const rows = Object.entries(usages).filter(([, usage]) => usage.responses > 0)
  return Object.fromEntries(rows.map(([key, usage]) => [key, rightUsage(usage)]))
}

async function makeCorpus(folder: string, seed: number): Promise<Truth> {
  const truth = path.join(folder, 'ground-truth.json')
  const script = path.join(sharedFolder, 'tools/make-corpus.mjs')
  const args = [
    '--preset',
    'small',
    '--seed',
    `${seed}`,
    '--out',
    path.join(folder, '.claude'),
    '--truth',
    truth,
  ]
  await promisify(execFile)(process.execPath, [script, ...args, '--quiet'])
  return JSON.parse(readFileSync(truth, 'utf8'))
}

/** Every marker in a text. */
function markersIn(text: string): string[] {
  return text.match(/CANARY-\d+-\d+/g) ?? []
}

/** All VARCHAR values of all tables that hold a marker. */
async function valuesWithMarkers(
  db: Db,
): Promise<{ table: string; column: string; value: string; row: unknown }[]> {
  const columns = await db.rows<{ tableName: string; columnName: string }>(
    `SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND data_type = 'VARCHAR'`,
  )
  const hits = []
  for (const { tableName: table, columnName: column } of columns) {
    const rows = await db.rows<Record<string, string>>(
      `SELECT * FROM "${table}" WHERE contains("${column}", 'CANARY-')`,
    )
    for (const row of rows) {
      const name = Object.keys(row).find(
        key => key.toLowerCase() === column.replaceAll('_', '').toLowerCase(),
      )
      hits.push({ table, column, value: row[name ?? ''] ?? '', row })
    }
  }
  return hits
}

test.each([1, 2])('an invented corpus (seed %i) is counted to the last token and picodollar', async seed => {
  if (!hasShared('tools/make-corpus.mjs')) return
  const home = makeHome()
  const truth = await makeCorpus(home.folder, seed)

  const run = await home.csl(['backfill'])

  expect(run.code, run.stderr).toBe(0)
  const database = path.join(home.dataFolder, 'sessions.duckdb')
  await withStore(database, { access: 'read' }, async db => {
    expect((await usageBy(db, `'all'`)).all).toEqual(rightUsage(truth.totals))
    expect(await usageBy(db, 'occurred_at::DATE::VARCHAR')).toEqual(rightUsages(truth.byDay))
    expect(await usageBy(db, 'model')).toEqual(rightUsages(truth.byModel))
    expect(await usageBy(db, 'cwd')).toEqual(rightUsages(truth.byProject))
    expect(await usageBy(db, `occurred_at::DATE::VARCHAR || '|' || model`)).toEqual(
      rightUsages(truth.byDayModel),
    )
    const own = Object.fromEntries(truth.bySession.map(session => [session.sessionId, session.ownUsage]))
    expect(await usageBy(db, 'owner_session_id')).toEqual(rightUsages(own))
    const ownModels = truth.bySession.flatMap(({ sessionId, byModel }) =>
      Object.entries(byModel).map(([model, usage]) => [`${sessionId}|${model}`, usage] as const),
    )
    expect(await usageBy(db, `owner_session_id || '|' || model`)).toEqual(
      rightUsages(Object.fromEntries(ownModels)),
    )
  })
})

test('an invented corpus: the rows of sessions say what is right of each session', async () => {
  if (!hasShared('tools/make-corpus.mjs')) return
  const home = makeHome()
  const truth = await makeCorpus(home.folder, 3)

  const run = await home.csl(['backfill'])

  expect(run.code, run.stderr).toBe(0)
  const database = path.join(home.dataFolder, 'sessions.duckdb')
  await withStore(database, { access: 'read' }, async db => {
    const rows = await db.rows<Record<string, string & number> & { sessionId: string }>(
      `SELECT session_id, api_message_count, inherited_message_count, tool_call_count, subagent_count,
         git_branch, cc_version, title, title_source, skills_used, unpriced_count, legacy,
         cost_usd::DECIMAL(38, 9)::VARCHAR AS cost
       FROM sessions`,
    )
    const found = new Map(rows.map(row => [row.sessionId, row]))
    for (const session of truth.bySession) {
      const row = found.get(session.sessionId)
      expect(row, session.sessionId).toMatchObject({
        apiMessageCount: session.ownUsage.responses,
        inheritedMessageCount: session.fileUsage.responses - session.ownUsage.responses,
        // Files of subagents; those inside the main transcript have none.
        subagentCount: session.files.filter(file => /\/agent-[^/]*\.jsonl$/.test(file)).length,
        gitBranch: session.gitBranch,
        ccVersion: session.ccVersion,
        legacy: false,
      })
      // The truth leaves the calls of subagents out, and of copied ones those without a result.
      if (session.subagents === 0 && session.forkOf === undefined)
        expect(row?.toolCallCount).toBe(session.toolCalls)
      expect(String(row?.skillsUsed).split(',').filter(Boolean).sort()).toEqual(session.skills)
      if (session.titles.customTitle) expect(row?.title).toBe(session.titles.customTitle)
      if (Object.keys(session.byModel).includes('claude-unpriced-9-9')) {
        expect(row?.unpricedCount).toBe(session.byModel['claude-unpriced-9-9']?.responses)
      } else expect(row?.cost).toBe(session.ownUsage.costUsdSplit)
    }
    const [lines] = await db.rows<{ n: number }>(
      `SELECT sum(malformed_lines)::INTEGER AS n FROM session_facts`,
    )
    expect(lines?.n).toBe(truth.edge.malformedLines)
  })
})

test('no text of a transcript reaches the database or a log, but a title that came from a prompt', async () => {
  if (!hasShared('tools/make-corpus.mjs')) return
  const home = makeHome()
  await makeCorpus(home.folder, 4)
  await home.csl(['init'])

  const run = await home.csl(['backfill'])
  const again = await home.csl(['usage'])

  expect([run.code, again.code]).toEqual([0, 0])
  expect(markersIn(run.stdout + run.stderr + again.stdout + again.stderr)).toEqual([])
  const allowed = new Set<string>()
  await withStore(path.join(home.dataFolder, 'sessions.duckdb'), { access: 'read' }, async db => {
    for (const { table, column, value, row } of await valuesWithMarkers(db)) {
      const { titleSource, facts } = row as { titleSource?: string; facts?: string }
      const title = table === 'transcript_facts' ? JSON.parse(facts ?? '').title : value
      const source = table === 'transcript_facts' ? JSON.parse(facts ?? '').titleSource : titleSource
      expect(`${table}.${column} ${source}`).toMatch(
        /^(sessions\.title|session_facts\.title|transcript_facts\.facts) prompt$/,
      )
      // Nothing in the value but the title holds the marker.
      expect(markersIn(value)).toEqual(markersIn(String(title)))
      for (const marker of markersIn(value)) allowed.add(marker)
    }
  })
  // Bytes: what deleted or packed rows may have left behind, and all other files of the data folder.
  const files = readdirSync(home.dataFolder, { recursive: true, withFileTypes: true }).filter(file =>
    file.isFile(),
  )
  expect(files.map(file => file.name)).toContain('sessions.duckdb')
  for (const file of files) {
    const found = markersIn(readFileSync(path.join(file.parentPath, file.name), 'latin1'))
    expect(found.filter(marker => file.name !== 'sessions.duckdb' || !allowed.has(marker))).toEqual([])
  }
})
