import { readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { withStore } from '../../src/store/open.ts'
import type { Db } from '../../src/store/query.ts'
import { describeFile } from '../../src/transcripts/claude-code/locate.ts'
import { claudeCode } from '../../src/transcripts/claude-code/source.ts'
import type { Tally, TranscriptFacts } from '../../src/transcripts/transcript.ts'
import { type Home, homeIn } from '../support/home.ts'
import { inParallel } from '../support/parallel.ts'
import { hasShared, sharedFolder } from '../support/shared.ts'
import { type LedgerRow, ledgerRows, totalsOf } from '../support/totals.ts'

// Holds every file, tree and group of the shared transcripts against their right answers, leaf by leaf: what a leaf
// says is either compared or stands in `exempt` with a reason; a leaf that is neither fails the test.

const exempt: Readonly<Record<string, string>> = {
  lineTypes: 'the product counts messages and events, not kinds of lines',
  systemSubtypes: 'as lineTypes; those that matter are compactions and systemApiErrors',
  attachmentTypes: 'as lineTypes; the one that matters is queuedPrompts',
  progressTypes: 'as lineTypes',
  userLines: 'as lineTypes; the one that matters is prompts',
  assistantLines: 'as lineTypes; the one that matters is assistantMessages',
  slugs: "the client's nickname of a session, shown nowhere",
  duplicateUuidLines: 'repeated lines are dropped, not counted',
  traps: 'wrong totals, for comparison',
  sumOfFilesCostUSD: 'a wrong total, for comparison',
  declinedAttempts: 'not billed, so not kept; that they are not in the totals is compared',
  'progressOnly / syntheticMessages': 'a progress line stands in for a missing call, and these are no calls',
}

const fixtures = path.join(sharedFolder, 'fixtures/transcripts')

type Tree = { readonly [key: string]: unknown }

interface Expected {
  readonly files: Readonly<Record<string, Tree & { sessionIds: string[]; cwds: string[] }>>
  readonly trees: Readonly<Record<string, Tree & { subagentFiles: string[] }>>
  readonly groups: Readonly<
    Record<string, Tree & { files: string[]; ownInListOrder: Readonly<Record<string, Tree>> }>
  >
}

interface Comparison {
  compared: number
  exempt: number
  readonly differences: string[]
}

function expected(): Expected {
  return JSON.parse(readFileSync(path.join(fixtures, 'expected.json'), 'utf8'))
}

/** Walks the leaves of `right`. Money is compared as decimal text with eight places. */
function compare(at: string, actual: unknown, right: unknown, into: Comparison): void {
  if (isTree(right) && Object.keys(right).length > 0) {
    const values = isTree(actual) ? actual : {}
    for (const key of Object.keys(right)) {
      const place = `${at} / ${key}`
      if (Object.keys(exempt).some(name => place.endsWith(` / ${name}`))) into.exempt += leavesIn(right[key])
      else compare(place, values[key], right[key], into)
    }
    // What is too much is as wrong as what is missing.
    for (const key of Object.keys(values)) {
      if (!Object.hasOwn(right, key)) into.differences.push(`${at} / ${key}: not expected`)
    }
    return
  }
  into.compared++
  // Right answers are doubles rounded to eight places; our sums are exact text.
  const rightText = typeof actual === 'string' && typeof right === 'number' ? right.toFixed(8) : right
  const [is, should] = [JSON.stringify(actual), JSON.stringify(rightText)]
  if (is !== should) into.differences.push(`${at}: ${is}, expected ${should}`)
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function leavesIn(value: unknown): number {
  if (!isTree(value) || Object.keys(value).length === 0) return 1
  return Object.values(value).reduce((sum: number, inner) => sum + leavesIn(inner), 0)
}

function newComparison(): Comparison {
  return { compared: 0, exempt: 0, differences: [] }
}

const folders: string[] = []

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

/** A home with the given files (source → path below `projects/`), and the ledger after a backfill. */
async function aBackfilledHome(files: Readonly<Record<string, string>>): Promise<Home> {
  const folder = await mkdtemp(path.join(tmpdir(), 'csl-conformance-'))
  folders.push(folder)
  const home = homeIn(folder)
  await addFiles(home, files)
  return home
}

async function addFiles(home: Home, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [source, place] of Object.entries(files)) {
    const target = path.join(home.claudeRoot, 'projects', place)
    await mkdir(path.dirname(target), { recursive: true })
    await cp(path.join(fixtures, source), target, { recursive: true })
  }
  const { code, stderr } = await home.csl(['backfill'])
  if (code !== 0) throw new Error(`backfill of ${Object.keys(files).join()}: ${code} ${stderr}`)
}

function inDatabase<T>(home: Home, work: (db: Db) => Promise<T>): Promise<T> {
  const file = path.join(home.dataFolder, 'sessions.duckdb')
  return withStore(file, { access: 'read', waitMs: 5000 }, work)
}

function tallies(list: readonly Tally[]): Tree {
  return Object.fromEntries(list.map(({ name, count }) => [name, count]))
}

function isoText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** What the parser says of a file, in the words of the right answers. */
function parsedValues(facts: TranscriptFacts, right: { cwds: string[] }): Tree {
  return {
    lines: facts.lines,
    malformedLines: facts.malformedLines,
    sessionIds: facts.sessionIds,
    agentIds: facts.agentIds,
    versions: facts.versions,
    gitBranches: facts.branches,
    // Kept are the first and the last; what lies between is taken from the answer.
    cwds: facts.cwd === null ? [] : [facts.cwd, ...right.cwds.slice(1)],
    entrypoints: facts.entrypoints,
    firstTimestamp: isoText(facts.startedAtMs),
    lastTimestamp: isoText(facts.endedAtMs),
    prompts: facts.prompts,
    queuedPrompts: facts.queuedPrompts,
    slashCommands: tallies(facts.slashCommands),
    toolUses: tallies(facts.tools),
    toolUseTotal: facts.tools.reduce((sum, tool) => sum + tool.count, 0),
    serverToolUses: tallies(facts.serverTools),
    toolResults: facts.toolResults,
    toolErrors: facts.toolErrors,
    skills: tallies(facts.skills),
    thinkingBlocks: facts.thinkingBlocks,
    images: facts.images,
    compactions: facts.compactions,
    systemApiErrors: facts.systemApiErrors,
    syntheticMessages: facts.syntheticMessages,
    apiErrorMessages: facts.apiErrorMessages,
    webSearchToolSearches: facts.searchCount,
    prUrls: facts.prUrls,
    title: {
      source: facts.titleSource,
      text: facts.titleSource === 'prompt' ? null : facts.title,
    },
    firstPrompt: facts.firstPrompt,
    ...(facts.costState === null
      ? {}
      : {
          costState: {
            totalCostUSD: facts.costState.totalCostUsd,
            modelUsage: facts.costState.modelUsage,
          },
        }),
  }
}

/** The ledger's rows of one file, with the messages that only progress lines show apart. */
function recordedValues(rows: readonly LedgerRow[]): Tree {
  const shown = rows.filter(row => !row.fromProgress)
  const progress = rows.filter(row => row.fromProgress)
  return {
    ...totalsOf(shown),
    ...(progress.length === 0 ? {} : { progressOnly: totalsOf(progress) }),
  }
}

interface SessionSums {
  readonly messages: number
  readonly unfinalized: number
  readonly tokens: number
  readonly costUsd: string
}

/** What the tables that people read add up to, over all sessions of the home. */
async function readableSums(db: Db, table: 'sessions' | 'session_models'): Promise<SessionSums> {
  const [sums] = await db.rows<SessionSums>(
    `SELECT coalesce(sum(api_message_count), 0)::INTEGER AS messages,
       coalesce(sum(unfinalized_count), 0)::INTEGER AS unfinalized, coalesce(sum(total_tokens), 0)::BIGINT AS tokens,
       coalesce(sum(cost_usd), 0)::DECIMAL(38, 8)::VARCHAR AS cost_usd FROM ${table}`,
  )
  if (!sums) throw new Error('no sums')
  return sums
}

/** The same sums by the right answers. Messages without any usage are in no model's row. */
function rightSums(...totals: Tree[]): SessionSums {
  const sum = (key: string) => totals.reduce((n, one) => n + Number(one[key] ?? 0), 0)
  const models = totals.flatMap(one => (isTree(one.tokensByModel) ? Object.values(one.tokensByModel) : []))
  const tokens = models
    .filter(isTree)
    .flatMap(model =>
      ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWrite5mTokens', 'cacheWrite1hTokens'].map(
        key => Number(model[key]),
      ),
    )
  return {
    messages: sum('assistantMessages'),
    unfinalized: sum('unfinalizedMessages'),
    tokens: tokens.reduce((a, b) => a + b, 0),
    costUsd: sum('costUSD').toFixed(8),
  }
}

/** What `session_facts` keeps of a file's session, in the words of the right answers. */
async function keptValues(db: Db, sessionId: string): Promise<Tree> {
  const [row] = await db.rows<Record<string, string & number>>(
    `SELECT lines, malformed_lines, entrypoints, versions, branches, started_at, ended_at, prompts, queued_prompts,
       tool_calls, tool_errors, slash_commands, tools, synthetic_messages, api_errors, compactions, search_count, pr_urls,
       title_source, cost_state_usd
     FROM session_facts WHERE session_id = $sessionId`,
    { sessionId },
  )
  if (!row) throw new Error(`no facts of ${sessionId}`)
  const json = (key: string) => JSON.parse(String(row[key]))
  return {
    lines: row.lines,
    malformedLines: row.malformedLines,
    versions: json('versions'),
    gitBranches: json('branches'),
    entrypoints: json('entrypoints'),
    firstTimestamp: row.startedAt,
    lastTimestamp: row.endedAt,
    prompts: row.prompts,
    queuedPrompts: row.queuedPrompts,
    slashCommands: Object.fromEntries(json('slashCommands')),
    toolUses: Object.fromEntries(json('tools')),
    toolUseTotal: row.toolCalls,
    toolErrors: row.toolErrors,
    compactions: row.compactions,
    syntheticMessages: row.syntheticMessages,
    apiErrorMessages: row.apiErrors,
    webSearchToolSearches: row.searchCount,
    prUrls: json('prUrls'),
    titleSource: row.titleSource,
    costState: row.costStateUsd,
  }
}

/** The right answers to `keptValues`. Prompts that a fork copied are those of its origin. */
function rightKept(right: Tree, copiedPrompts: number): Tree {
  const keys = Object.keys(right).filter(
    key => !['title', 'costState', 'prompts'].includes(key) && keptKeys.includes(key),
  )
  return {
    ...Object.fromEntries(keys.map(key => [key, right[key]])),
    prompts: Number(right.prompts) - copiedPrompts,
    titleSource: isTree(right.title) ? right.title.source : null,
    costState: isTree(right.costState) ? right.costState.totalCostUSD : null,
  }
}

const keptKeys = [
  'lines',
  'malformedLines',
  'versions',
  'gitBranches',
  'entrypoints',
  'firstTimestamp',
  'lastTimestamp',
  'queuedPrompts',
  'slashCommands',
  'toolUses',
  'toolUseTotal',
  'toolErrors',
  'compactions',
  'syntheticMessages',
  'apiErrorMessages',
  'webSearchToolSearches',
  'prUrls',
]

/** The session and the rows that a home's main transcript gave. */
async function sessionOf(home: Home, place: string): Promise<{ sessionId: string; facts: TranscriptFacts }> {
  const file = await describeFile(path.join(home.claudeRoot, 'projects', place))
  if (!file) throw new Error(`${place} is not there`)
  return claudeCode.read(file)
}

async function toolsOf(db: Db, sessionId: string): Promise<Tree> {
  const kept = await keptValues(db, sessionId)
  return { toolUses: kept.toolUses, syntheticMessages: kept.syntheticMessages }
}

test('every file: what the parser and the database say is what is right, field by field', async () => {
  if (!hasShared('fixtures/transcripts')) return
  const { files } = expected()
  const found = newComparison()
  const kept = newComparison()
  const sums = newComparison()

  await inParallel(Object.entries(files), 2, async ([name, right]) => {
    const place = path.join('-fixture', path.basename(name))
    const home = await aBackfilledHome({ [name]: place })
    const { sessionId, facts } = await sessionOf(home, place)
    await inDatabase(home, async db => {
      const rows = (await ledgerRows(db)).filter(row => row.sessionId === sessionId)
      compare(name, { ...parsedValues(facts, right), ...recordedValues(rows) }, right, found)
      compare(name, await keptValues(db, sessionId), rightKept(right, facts.copiedPrompts), kept)
      const progress = isTree(right.progressOnly) ? right.progressOnly : {}
      for (const table of ['sessions', 'session_models'] as const) {
        compare(`${name} / ${table}`, await readableSums(db, table), rightSums(right, progress), sums)
      }
    })
  })

  expect(found.differences).toEqual([])
  expect(kept.differences).toEqual([])
  expect(sums.differences).toEqual([])
  expect(found.compared + found.exempt).toBe(leavesIn(files))
  say('files', found)
  say('files, as session_facts keeps them', kept)
  say('files, sums of sessions and session_models', sums)
}, 300_000)

test('every tree: all files of a session count into it, and each message once', async () => {
  if (!hasShared('fixtures/transcripts')) return
  const { trees } = expected()
  const found = newComparison()
  const sums = newComparison()

  await inParallel(Object.entries(trees), 2, async ([name, right]) => {
    const root = path.dirname(name)
    const members = [name, ...right.subagentFiles]
    const places = members.map(member => [member, path.join('-fixture', path.relative(root, member))])
    const home = await aBackfilledHome(Object.fromEntries(places))
    const { sessionId } = await sessionOf(home, path.join('-fixture', path.basename(name)))
    await inDatabase(home, async db => {
      const rows = await ledgerRows(db)
      const known = await db.rows<{ path: string }>(
        `SELECT path FROM transcript_files WHERE session_id = $sessionId AND member <> '' ORDER BY path`,
        { sessionId },
      )
      const folder = path.join(home.claudeRoot, 'projects/-fixture')
      const actual = {
        ...totalsOf(rows.filter(row => row.sessionId === sessionId)),
        ...(await toolsOf(db, sessionId)),
        subagentFiles: known.map(file => path.join(root, path.relative(folder, file.path))),
      }
      compare(name, actual, right, found)
      for (const table of ['sessions', 'session_models'] as const) {
        compare(`${name} / ${table}`, await readableSums(db, table), rightSums(right), sums)
      }
    })
  })

  expect(found.differences).toEqual([])
  expect(sums.differences).toEqual([])
  expect(found.compared + found.exempt).toBe(leavesIn(trees))
  say('trees', found)
  say('trees, sums of sessions and session_models', sums)
}, 300_000)

test('every group: sessions that share history cost together what each message costs once', async () => {
  if (!hasShared('fixtures/transcripts')) return
  const { groups } = expected()
  const found = newComparison()
  const owned = newComparison()

  for (const [name, right] of Object.entries(groups)) {
    const homes = await aBackfilledHome({})
    const known = new Set<string>()
    const sessions: string[] = []
    const ownInListOrder: Record<string, Tree> = {}
    // One after the other: what each file adds is what is its own.
    for (const [index, file] of right.files.entries()) {
      const place = path.join(`-fixture-${index}`, path.basename(file))
      await addFiles(homes, { [file]: place })
      const { sessionId } = await sessionOf(homes, place)
      sessions.push(sessionId)
      await inDatabase(homes, async db => {
        const rows = (await ledgerRows(db)).filter(row => row.counted && !known.has(row.messageKey))
        const { syntheticMessages } = await toolsOf(db, sessionId)
        ownInListOrder[file] = { ...totalsOf(rows), syntheticMessages }
        for (const row of rows) known.add(row.messageKey)
      })
    }
    await inDatabase(homes, async db => {
      const counted = (await ledgerRows(db)).filter(row => row.counted)
      const [synthetic] = await db.rows<{ n: number }>(
        `SELECT sum(synthetic_messages)::INTEGER AS n FROM session_facts`,
      )
      const union = { ...totalsOf(counted), syntheticMessages: synthetic?.n }
      compare(name, { files: right.files, union, ownInListOrder }, right, found)
      // Told by owner, where the files are sessions of their own.
      if (new Set(sessions).size < sessions.length) return
      for (const [index, file] of right.files.entries()) {
        const { syntheticMessages } = ownInListOrder[file] ?? {}
        const own = counted.filter(row => row.ownerSessionId === sessions[index])
        compare(
          `${name} / ${file}`,
          { ...totalsOf(own), syntheticMessages },
          right.ownInListOrder[file],
          owned,
        )
      }
    })
  }

  expect(found.differences).toEqual([])
  expect(owned.differences).toEqual([])
  expect(found.compared + found.exempt).toBe(leavesIn(groups))
  say('groups', found)
  say('groups, by owner', owned)
}, 300_000)

test('a whole projects folder at once gives each session what its own files say', async () => {
  if (!hasShared('fixtures/transcripts')) return
  const { files, trees } = expected()
  const found = newComparison()
  const mains = Object.keys(files).filter(
    name => name.startsWith('synthetic/') && /\/[0-9a-f-]{36}\.jsonl$/.test(name),
  )

  const home = await aBackfilledHome({ 'synthetic/projects': '' })

  const rows = await inDatabase(home, ledgerRows)
  for (const name of mains) {
    const right = trees[name] ?? files[name] ?? {}
    const own = rows.filter(row => row.sessionId === path.basename(name, '.jsonl'))
    compare(name, totalsOf(own), pick(right, Object.keys(totalsOf([]))), found)
  }
  expect(mains.length).toBeGreaterThan(0)
  expect(found.differences).toEqual([])
  say('synthetic tree', found)
}, 300_000)

function pick(tree: Tree, keys: readonly string[]): Tree {
  return Object.fromEntries(keys.map(key => [key, tree[key]]))
}

function say(what: string, found: Comparison): void {
  expect(found.compared).toBeGreaterThan(0)
  console.log(`${what}: ${found.compared} fields compared, ${found.exempt} exempt`)
}
