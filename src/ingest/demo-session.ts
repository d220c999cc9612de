import type { TokenCounts } from '../transcripts/transcript.ts'

export type Tokens = { -readonly [Kind in keyof TokenCounts]: number }

/** What an invented session holds, counted while it is written and never read back. Times in UTC ms. */
export interface DemoSession {
  readonly id: string
  readonly project: string
  readonly cwd: string
  /** First stamped line that is its own: a fork's copied history is older. */
  readonly startedAtMs: number
  endedAtMs: number
  /** The title a reader should find; null where it has to take the first prompt. */
  readonly title: string | null
  firstPrompt: string | null
  /** API messages that are its own, its subagents' among them; copied ones stand in `inherited`. */
  messages: number
  /** Own messages whose output is only a lower bound. */
  unfinalized: number
  readonly tokens: Tokens
  readonly models: Record<string, Tokens>
  readonly inherited: { readonly messages: number; readonly tokens: Tokens }
  /** This and all that follows: what stands in its files, a fork's copied lines included. */
  prompts: number
  toolCalls: number
  toolErrors: number
  apiErrors: number
  subagents: number
  /** One entry a call. */
  readonly skills: string[]
  readonly slashCommands: string[]
  readonly branches: string[]
  readonly prUrls: string[]
}

export type DemoLine = Readonly<Record<string, unknown>>

export interface Random {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  chance(share: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
  text(letters: string, length: number): string
}

/** Writes lines of one transcript and counts into the session what a reader should find. */
export interface DemoTranscript {
  /** Its path below the session's folder; the main transcript's is empty. */
  readonly member: string
  readonly lines: DemoLine[]
  /** A metadata line: no uuid, and a time only if `fields` have one. */
  note(fields: DemoLine): void
  /** A line of the conversation. */
  say(type: string, fields: DemoLine): void
  prompt(text: string): void
  /** One API message, a line for each block. */
  answer(model: string, blocks: readonly DemoLine[], isFinal?: boolean): void
  /** A message that calls a tool, and the tool's result. Returns the call's id. */
  useTool(model: string, name: string, input: DemoLine, isError?: boolean): string
}

export interface Scene {
  readonly random: Random
  readonly session: DemoSession
  readonly isCachedForAnHour: boolean
  /** The time now, as ISO text; a few seconds pass with every call. */
  stamp(): string
}

/** Stands where a text may be made longer, so that a home can be blown up without changing a total. */
export const stretch = '\ue000'

/** A model that no price list knows. */
export const unknownModel = 'claude-preview-x'

const projects = ['orchard-api', 'cellar-web', 'dbt-harvest', 'press.cli', 'söhne-docs'] as const
const titles = ['Count apples once', 'Speed up pruning', 'Release the press', 'Rename crates'] as const
const hex = '0123456789abcdef'
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export function uuid(random: Random): string {
  const part = (length: number) => random.text(hex, length)
  return `${part(8)}-${part(4)}-4${part(3)}-${random.text('89ab', 1)}${part(3)}-${part(12)}`
}

export function noTokens(): Tokens {
  return { input: 0, output: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, thinking: 0 }
}

export function addTokens(sum: Tokens, more: TokenCounts): void {
  for (const kind of ['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead', 'thinking'] as const)
    sum[kind] += more[kind]
}

/** What is known of a session before its first line; a fork starts with the counts of what it copied. */
export function newSession(random: Random, index: number, startMs: number, past?: DemoSession): DemoSession {
  const project = past?.project ?? random.pick(projects)
  const title = index === 8 ? null : `${random.pick(titles)}${index % 4 === 0 ? `, part ${index}` : ''}`
  return {
    id: uuid(random),
    project,
    cwd: `/home/dev/acme/${project}`,
    startedAtMs: startMs,
    endedAtMs: startMs,
    title,
    firstPrompt: past?.firstPrompt ?? null,
    messages: 0,
    unfinalized: 0,
    tokens: noTokens(),
    models: {},
    inherited: { messages: past?.messages ?? 0, tokens: past?.tokens ?? noTokens() },
    prompts: past?.prompts ?? 0,
    toolCalls: past?.toolCalls ?? 0,
    toolErrors: past?.toolErrors ?? 0,
    apiErrors: 0,
    subagents: 0,
    skills: [...(past?.skills ?? [])],
    slashCommands: [...(past?.slashCommands ?? [])],
    branches: ['main'],
    prUrls: [],
  }
}

/** A subagent's transcript if `isSubagent`, else the main one of the session. */
export function openTranscript(scene: Scene, isSubagent = false): DemoTranscript {
  const { random, session, stamp } = scene
  const agentId = isSubagent ? random.text(hex, 17) : undefined
  const lines: DemoLine[] = []
  let parentUuid: unknown = null
  let contextTokens = random.int(12_000, 60_000)

  function say(type: string, fields: DemoLine): void {
    lines.push({
      // A fork goes on from the last line that it copied.
      parentUuid: parentUuid ?? lines.findLast(line => line.uuid !== undefined)?.uuid ?? null,
      isSidechain: isSubagent,
      userType: 'external',
      cwd: session.cwd,
      sessionId: session.id,
      version: '2.1.293',
      gitBranch: session.branches.at(-1),
      ...(isSubagent ? { agentId } : {}),
      type,
      uuid: uuid(random),
      timestamp: stamp(),
      entrypoint: 'cli',
      ...fields,
    })
    parentUuid = lines.at(-1)?.uuid
  }

  function inventTokens(isThinking: boolean, isFinal: boolean): Tokens {
    const written = random.int(200, 4_000)
    const isHour = scene.isCachedForAnHour && !isSubagent
    const output = isFinal ? random.int(40, 2_500) : 3
    const writes = isHour
      ? { cacheWrite5m: 0, cacheWrite1h: written }
      : { cacheWrite5m: written, cacheWrite1h: 0 }
    const thinking = isThinking && isFinal ? output >> 1 : 0
    contextTokens += written
    return { input: random.int(2, 900), output, ...writes, cacheRead: contextTokens - written, thinking }
  }

  function answer(model: string, blocks: readonly DemoLine[], isFinal = true): void {
    const tokens = inventTokens(blocks[0]?.type === 'thinking', isFinal)
    const identity = { id: `msg_${random.text(base62, 24)}`, type: 'message', role: 'assistant', model }
    const requestId = `req_${random.text(base62, 24)}`
    for (const [index, block] of blocks.entries()) {
      // While an answer streams, its lines repeat a usage whose output is only a beginning.
      const isLast = index === blocks.length - 1
      const usage = usageOf(tokens, isLast)
      const reason = block.type === 'tool_use' ? 'tool_use' : 'end_turn'
      const stop = { stop_reason: isLast && isFinal ? reason : null, stop_sequence: null }
      say('assistant', { message: { ...identity, content: [block], ...stop, usage }, requestId })
    }
    session.messages++
    if (!isFinal) session.unfinalized++
    session.toolCalls += blocks.filter(block => block.type === 'tool_use').length
    addTokens(session.tokens, tokens)
    const ofModel = session.models[model] ?? noTokens()
    session.models[model] = ofModel
    addTokens(ofModel, tokens)
  }

  return {
    member: agentId === undefined ? '' : `subagents/agent-${agentId}.jsonl`,
    lines,
    say,
    answer,
    note: fields => void lines.push({ ...fields, sessionId: session.id }),
    prompt(text) {
      const origin = { promptSource: 'typed', promptId: uuid(random), origin: { kind: 'human' } }
      say('user', { message: { role: 'user', content: text }, ...origin, permissionMode: 'default' })
      session.prompts++
      session.firstPrompt ??= text
    },
    useTool(model, name, input, isError = false) {
      const id = `toolu_${random.text(base62, 24)}`
      const thinking = { type: 'thinking', thinking: '', signature: 'aW52ZW50ZWQ=' }
      const text = { type: 'text', text: `Let me try ${name}.${stretch}` }
      const use = { type: 'tool_use', id, name, input, caller: { type: 'direct' } }
      answer(model, random.chance(0.6) ? [thinking, text, use] : [use])
      const result = { type: 'tool_result', tool_use_id: id, content: `The output of ${name}.${stretch}` }
      say('user', { message: { role: 'user', content: [isError ? { ...result, is_error: true } : result] } })
      if (isError) session.toolErrors++
      return id
    },
  }
}

function usageOf(tokens: Tokens, isLast: boolean): DemoLine {
  return {
    input_tokens: tokens.input,
    cache_creation_input_tokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
    cache_read_input_tokens: tokens.cacheRead,
    output_tokens: isLast ? tokens.output : 2,
    ...(isLast && tokens.thinking > 0 ? { output_tokens_details: { thinking_tokens: tokens.thinking } } : {}),
    cache_creation: {
      ephemeral_5m_input_tokens: tokens.cacheWrite5m,
      ephemeral_1h_input_tokens: tokens.cacheWrite1h,
    },
    server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
    service_tier: 'standard',
    inference_geo: 'not_available',
    speed: 'standard',
  }
}

/** The client's own account at invented prices; it knows nothing of the unknown model's. */
export function costState(session: DemoSession): DemoLine {
  const modelUsage = Object.fromEntries(
    Object.entries(session.models).map(([model, tokens]) => [
      model,
      {
        inputTokens: tokens.input,
        outputTokens: tokens.output,
        thinkingTokens: tokens.thinking,
        cacheReadInputTokens: tokens.cacheRead,
        cacheCreationInputTokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
        webSearchRequests: 0,
        costUSD: (tokens.input * 4 + tokens.output * 20 + tokens.cacheRead * 0.2) / 1e6,
      },
    ]),
  )
  const totalCostUSD = Object.values(modelUsage).reduce((sum, { costUSD }) => sum + costUSD, 0)
  const hasUnknownModelCost = unknownModel in session.models
  return { type: 'cost-state', totalCostUSD, modelUsage, hasUnknownModelCost, startTime: session.startedAtMs }
}
