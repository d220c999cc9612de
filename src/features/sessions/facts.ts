import { redact } from '../../base/redact.ts'
import { activeSec, mergeSpans } from '../../transcripts/spans.ts'
import type { Tally, TitleSource, TranscriptFacts } from '../../transcripts/transcript.ts'
import { compareText, smallest } from '../../transcripts/winner.ts'
import type { ProjectKeyKind } from './project-key.ts'

/** The facts of one file of a session. */
export interface MemberFacts {
  readonly sessionId: string
  /** `''` is the main transcript, else a subagent's file. */
  readonly member: string
  readonly tool: string
  readonly facts: TranscriptFacts
}

/** What all files of a session say together: the travelling columns of `session_facts` but writer, seq and person. */
export interface SessionFacts {
  readonly sessionId: string
  readonly tool: string
  readonly lines: number
  readonly malformedLines: number
  readonly files: number
  readonly subagents: number
  readonly project: string | null
  readonly projectKey: string | null
  readonly projectKeyKind: ProjectKeyKind | null
  readonly cwd: string | null
  readonly lastCwd: string | null
  readonly relocatedCwd: string | null
  readonly startedAtMs: number | null
  readonly endedAtMs: number | null
  readonly bornAtMs: number | null
  readonly activeSec: number
  readonly prompts: number
  readonly queuedPrompts: number
  readonly toolCalls: number
  readonly toolErrors: number
  readonly syntheticMessages: number
  readonly apiErrors: number
  readonly compactions: number
  readonly searchCount: number
  readonly title: string | null
  readonly titleSource: TitleSource | null
  /** Lists of [name, count] in order of first use. */
  readonly skills: readonly NameCount[]
  readonly slashCommands: readonly NameCount[]
  readonly tools: readonly NameCount[]
  readonly gitBranch: string | null
  readonly branches: readonly string[]
  readonly ccVersion: string | null
  readonly versions: readonly string[]
  readonly entrypoints: readonly string[]
  readonly prUrls: readonly string[]
  readonly costStateUsd: number | null
  readonly costState: unknown
  readonly legacy: boolean
}

export type NameCount = readonly [name: string, count: number]

/**
 * Which of two readings of one file to keep: the one with the most lines, so that a transcript that shrinks or is
 * rewritten removes nothing that is known. Above 0 if `a`.
 */
export function compareReadings(a: TranscriptFacts, b: TranscriptFacts): number {
  return (
    a.lines - b.lines ||
    b.malformedLines - a.malformedLines ||
    (a.endedAtMs ?? 0) - (b.endedAtMs ?? 0) ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  )
}

/** Joins the files of one session. Pure; the order of `members` does not matter. */
export function foldFacts(
  members: readonly [MemberFacts, ...MemberFacts[]],
): Omit<SessionFacts, 'project' | 'projectKey' | 'projectKeyKind'> {
  const sorted = [...members].sort((a, b) => compareText(a.member, b.member))
  const all = sorted.map(member => member.facts)
  // The main transcript speaks for the session; without one, the first subagent's file has to.
  const main = sorted[0]?.facts ?? members[0].facts
  const sum = (count: (facts: TranscriptFacts) => number) =>
    all.reduce((total, facts) => total + count(facts), 0)
  const spans = mergeSpans(all.flatMap(facts => facts.spans))
  const first = main.cwd === null ? all.find(facts => facts.cwd !== null) : main
  return {
    sessionId: members[0].sessionId,
    tool: members[0].tool,
    lines: sum(facts => facts.lines),
    malformedLines: sum(facts => facts.malformedLines),
    files: all.length,
    subagents: sorted.filter(member => member.member !== '').length,
    cwd: first?.cwd ?? null,
    lastCwd: first?.lastCwd ?? null,
    relocatedCwd: main.relocatedCwd,
    startedAtMs: spans[0]?.[0] ?? null,
    endedAtMs: spans.at(-1)?.[1] ?? null,
    bornAtMs: all.map(facts => facts.bornAtMs).reduce(smallest, null),
    activeSec: activeSec(spans),
    prompts: sum(facts => facts.prompts - facts.copiedPrompts),
    queuedPrompts: sum(facts => facts.queuedPrompts),
    toolCalls: sum(facts => facts.tools.reduce((total, tool) => total + tool.count, 0)),
    toolErrors: sum(facts => facts.toolErrors),
    syntheticMessages: sum(facts => facts.syntheticMessages),
    apiErrors: sum(facts => facts.apiErrorMessages),
    compactions: sum(facts => facts.compactions),
    searchCount: sum(facts => facts.searchCount),
    title: main.title,
    titleSource: main.titleSource,
    skills: joinTallies(all.flatMap(facts => [...facts.skills, ...facts.commandSkills])),
    slashCommands: joinTallies(all.flatMap(facts => facts.slashCommands)),
    tools: joinTallies(all.flatMap(facts => facts.tools)),
    gitBranch: main.lastBranch,
    branches: [...new Set(all.flatMap(facts => facts.branches))],
    ccVersion: main.lastVersion,
    versions: [...new Set(all.flatMap(facts => facts.versions))],
    entrypoints: [...new Set(all.flatMap(facts => facts.entrypoints))],
    prUrls: [...new Set(all.flatMap(facts => facts.prUrls))],
    costStateUsd: main.costState?.totalCostUsd ?? null,
    costState: main.costState,
    legacy: false,
  }
}

/** Adds tallies of the same name; the order is that of first use, then of the name. */
function joinTallies(tallies: readonly Tally[]): NameCount[] {
  const joined = new Map<string, { count: number; firstAtMs: number | null }>()
  for (const { name, count, firstAtMs } of tallies) {
    const known = joined.get(name)
    joined.set(name, {
      count: count + (known?.count ?? 0),
      firstAtMs: known ? smallest(known.firstAtMs, firstAtMs) : firstAtMs,
    })
  }
  const at = (ms: number | null) => ms ?? Number.MAX_VALUE
  return [...joined]
    .sort(([a, first], [b, second]) => at(first.firstAtMs) - at(second.firstAtMs) || compareText(a, b))
    .map(([name, { count }]) => [name, count])
}

const longestTitle = 300

/** Facts as they are kept: text that only a viewer needs stays in the transcript, titles are one line without secrets. */
export function storedFacts(facts: TranscriptFacts): TranscriptFacts {
  return { ...facts, firstPrompt: null, title: storedTitle(facts.title, facts.titleSource) }
}

function storedTitle(title: string | null, source: TitleSource | null): string | null {
  if (title === null) return null
  const line = source === 'prompt' ? (title.trim().split(/[\r\n\u2028\u2029]/, 1)[0] ?? '') : title
  // Redacted before it is cut: half a secret looks like none.
  return Array.from(
    redact(line)
      .text.toWellFormed()
      .replaceAll('\0', '\uFFFD')
      .slice(0, longestTitle * 2),
  )
    .slice(0, longestTitle)
    .join('')
}
