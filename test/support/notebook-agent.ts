import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { errorCode, errorText } from '../../src/base/errors.ts'
import { type JsonObject, readJsonLines } from '../../src/base/jsonl.ts'
import type { ReadOptions, TranscriptFile, TranscriptSource } from '../../src/transcripts/source.ts'
import { spansOf } from '../../src/transcripts/spans.ts'
import type { Transcript, TranscriptFacts, UsageRecord } from '../../src/transcripts/transcript.ts'

// A second, invented tool: it shows that the socket fits a tool that has little in common with Claude Code. Its runs
// lie in <root>/runs/<id>.ndjson, those of its helpers beside them in <id>.helper-<n>.ndjson:
//   {"t":"open","run":"run-1a","dir":"/home/dev/x","clock":1759309200000,"name":"a title"}
//   {"t":"ask","clock":…,"say":"…"}   {"t":"call","clock":…,"what":"edit"}
//   {"t":"reply","n":1,"clock":…,"engine":"…","used":{"in":10,"cached":5,"out":20}}

const tool = 'notebook-agent'
const ending = '.ndjson'
const runId = /^run-[0-9a-z]+$/

/** The invented tool, as a plug for the socket. */
export const notebookAgent: TranscriptSource = {
  tool,

  async list(roots, onUnreadable) {
    const files = roots.flatMap(root => {
      const runs = path.join(root, 'runs')
      try {
        return filesIn(runs)
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') onUnreadable?.({ path: runs, why: errorText(error) })
        return []
      }
    })
    return files.sort((a, b) => b.mtimeMs - a.mtimeMs || (a.path < b.path ? -1 : 1))
  },

  async listSession(transcriptPath) {
    const id = path.basename(transcriptPath, ending)
    return filesIn(path.dirname(transcriptPath)).filter(file => memberOf(file.path).sessionId === id)
  },

  async find(roots, sessionId) {
    if (!runId.test(sessionId)) return undefined
    return roots.map(root => path.join(root, 'runs', `${sessionId}${ending}`)).find(file => existsSync(file))
  },

  async read(file, options: ReadOptions = {}) {
    const lines: JsonObject[] = []
    const counts = await readJsonLines(file.path, line => lines.push(line), options)
    return transcriptOf(file, lines, counts)
  },
}

function filesIn(folder: string): TranscriptFile[] {
  return readdirSync(folder)
    .filter(name => name.endsWith(ending))
    .map(name => {
      const file = path.join(folder, name)
      const { size, mtimeMs, birthtimeMs, ino } = statSync(file)
      return { tool, path: file, size, mtimeMs, birthMs: birthtimeMs, inode: ino }
    })
}

function memberOf(file: string): { sessionId: string; member: string } {
  const [sessionId = '', member = ''] = path.basename(file, ending).split('.')
  return { sessionId, member }
}

function transcriptOf(
  file: TranscriptFile,
  lines: readonly JsonObject[],
  counts: { lines: number; malformed: number },
): Transcript {
  const { sessionId, member } = memberOf(file.path)
  const open = lines.find(line => line.t === 'open')
  const spans = spansOf(lines.flatMap(line => number(line.clock) ?? []))
  const bornAtMs = number(open?.clock)
  const calls = lines.filter(line => line.t === 'call')
  const firstCall = number(calls[0]?.clock)
  const asks = lines.filter(line => line.t === 'ask')
  const firstPrompt = text(asks[0]?.say)
  const name = text(open?.name)
  const facts: TranscriptFacts = {
    ...nothing,
    lines: counts.lines,
    malformedLines: counts.malformed,
    startedAtMs: spans[0]?.[0] ?? null,
    endedAtMs: spans.at(-1)?.[1] ?? null,
    bornAtMs: bornAtMs ?? file.birthMs,
    spans,
    cwd: text(open?.dir),
    lastCwd: text(open?.dir),
    sessionIds: [sessionId],
    prompts: asks.length,
    tools: calls.length > 0 ? [{ name: 'edit', count: calls.length, firstAtMs: firstCall }] : [],
    title: name ?? firstPrompt,
    titleSource: name !== null ? 'custom' : firstPrompt !== null ? 'prompt' : null,
    firstPrompt,
  }
  const usage = lines
    .filter(line => line.t === 'reply')
    .map(line => recordOf(line, { sessionId, member, bornAtMs: facts.bornAtMs }))
  return { tool, sessionId, member, facts, usage }
}

function recordOf(
  line: JsonObject,
  of: { sessionId: string; member: string; bornAtMs: number | null },
): UsageRecord {
  const used = (line.used ?? {}) as JsonObject
  const atMs = number(line.clock)
  return {
    messageKey: `${tool}/${of.sessionId}/${of.member}/${line.n}`,
    part: 0,
    sessionId: of.sessionId,
    claimedSessionId: null,
    occurredAtMs: atMs,
    lineAtMs: atMs,
    bornAtMs: of.bornAtMs,
    model: text(line.engine) ?? 'unknown',
    speed: null,
    serviceTier: null,
    inferenceGeo: null,
    input: number(used.in) ?? 0,
    output: number(used.out) ?? 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    cacheRead: number(used.cached) ?? 0,
    thinking: 0,
    webSearches: 0,
    webFetches: 0,
    requestId: null,
    isSidechain: of.member !== '',
    agentId: of.member === '' ? null : of.member,
    hasUsage: true,
    hasStopReason: true,
    isFinal: true,
    fromProgress: false,
  }
}

function number(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

const nothing: TranscriptFacts = {
  lines: 0,
  malformedLines: 0,
  startedAtMs: null,
  endedAtMs: null,
  bornAtMs: null,
  spans: [],
  cwd: null,
  lastCwd: null,
  relocatedCwd: null,
  sessionIds: [],
  agentIds: [],
  branches: [],
  lastBranch: null,
  versions: [],
  lastVersion: null,
  entrypoints: [],
  prompts: 0,
  copiedPrompts: 0,
  queuedPrompts: 0,
  slashCommands: [],
  tools: [],
  serverTools: [],
  skills: [],
  commandSkills: [],
  toolResults: 0,
  toolErrors: 0,
  thinkingBlocks: 0,
  images: 0,
  compactions: 0,
  systemApiErrors: 0,
  syntheticMessages: 0,
  apiErrorMessages: 0,
  searchCount: 0,
  prUrls: [],
  title: null,
  titleSource: null,
  firstPrompt: null,
  costState: null,
}
