/** Tokens of one request. Whole numbers; `thinking` is part of `output`, the caches are not part of `input`. */
export interface TokenCounts {
  readonly input: number
  readonly output: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly cacheRead: number
  readonly thinking: number
}

/**
 * One API message, or one model part of it (advisor and compaction iterations bill under their own model),
 * as one session's transcripts show it. Times are UTC milliseconds.
 */
export interface UsageRecord extends TokenCounts {
  /** Global for ids that are, else made unique by the session tree: see model rules in ARCHITECTURE.md. */
  readonly messageKey: string
  /** 0 for the message itself, 1… for its advisor and compaction iterations. */
  readonly part: number
  /** The session in whose transcripts the message was seen. */
  readonly sessionId: string
  /** The session that a copied line names as its origin (`forkedFrom`, or its own differing `sessionId`). */
  readonly claimedSessionId: string | null
  /** Earliest line of the message: decides the day and the price. */
  readonly occurredAtMs: number | null
  /** The line whose numbers count. */
  readonly lineAtMs: number | null
  /** When the session's main file began, by a line that forks do not copy: decides who owns a shared message. */
  readonly bornAtMs: number | null
  readonly model: string
  readonly speed: string | null
  readonly serviceTier: string | null
  readonly inferenceGeo: string | null
  readonly webSearches: number
  readonly webFetches: number
  readonly requestId: string | null
  readonly isSidechain: boolean
  readonly agentId: string | null
  readonly hasUsage: boolean
  /** The winning line has a `stop_reason`. */
  readonly hasStopReason: boolean
  /** Any line of the message has a `stop_reason`; if none has, the output may be a lower bound. */
  readonly isFinal: boolean
  readonly fromProgress: boolean
}

/** When something was first seen in a transcript, and how often. */
export interface Tally {
  readonly name: string
  readonly count: number
  readonly firstAtMs: number | null
}

export type TitleSource = 'custom' | 'ai' | 'summary' | 'prompt' | 'legacy'

/** The client's own account of a session's cost, kept beside our sum and never mixed with it. */
export interface CostState {
  readonly totalCostUsd: number | null
  readonly modelUsage: unknown
}

/** What one transcript file says besides its usage. Everything can be missing. */
export interface TranscriptFacts {
  readonly lines: number
  readonly malformedLines: number
  readonly startedAtMs: number | null
  readonly endedAtMs: number | null
  /** Earliest stamped line that a fork would not copy, else the file's birth. */
  readonly bornAtMs: number | null
  /** Stretches of activity: [start, end] in ms; a pause of more than five minutes begins a new one. */
  readonly spans: readonly (readonly [number, number])[]
  readonly cwd: string | null
  readonly lastCwd: string | null
  readonly relocatedCwd: string | null
  readonly sessionIds: readonly string[]
  readonly agentIds: readonly string[]
  readonly branches: readonly string[]
  readonly lastBranch: string | null
  readonly versions: readonly string[]
  readonly lastVersion: string | null
  readonly entrypoints: readonly string[]
  readonly prompts: number
  /** Prompts on lines that a fork copied and marked as copied (inside `prompts`). */
  readonly copiedPrompts: number
  readonly queuedPrompts: number
  readonly slashCommands: readonly Tally[]
  readonly tools: readonly Tally[]
  readonly serverTools: readonly Tally[]
  /** By the tool `Skill`. */
  readonly skills: readonly Tally[]
  /** Skills that a person started as a slash command: there is no tool use for them. */
  readonly commandSkills: readonly Tally[]
  readonly toolResults: number
  readonly toolErrors: number
  readonly thinkingBlocks: number
  readonly images: number
  readonly compactions: number
  readonly systemApiErrors: number
  readonly syntheticMessages: number
  readonly apiErrorMessages: number
  readonly searchCount: number
  readonly prUrls: readonly string[]
  readonly title: string | null
  readonly titleSource: TitleSource | null
  readonly firstPrompt: string | null
  readonly costState: CostState | null
}

/** One transcript file, read whole, in no single tool's words. */
export interface Transcript {
  readonly tool: string
  readonly sessionId: string
  /** Which file of the session: `''` is the main one, else the name of a subagent's. */
  readonly member: string
  readonly facts: TranscriptFacts
  /** One record a message and part, the winner among the file's lines. */
  readonly usage: readonly UsageRecord[]
}
