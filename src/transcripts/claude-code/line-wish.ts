import { LongText, members, textOrMembers, whole } from '../../base/json-wish.ts'

// All that `facts.ts`, `prompts.ts` and `usage.ts` look at. What is not named here they never see: a test reads the
// fixtures with and without it.

const tokenCounts = {
  input_tokens: whole,
  output_tokens: whole,
  cache_creation_input_tokens: whole,
  cache_read_input_tokens: whole,
  cache_creation: members({ ephemeral_5m_input_tokens: whole, ephemeral_1h_input_tokens: whole }),
  output_tokens_details: members({ thinking_tokens: whole }),
  server_tool_use: members({ web_search_requests: whole, web_fetch_requests: whole }),
}

const message = members({
  id: whole,
  model: whole,
  stop_reason: whole,
  usage: members({
    ...tokenCounts,
    service_tier: whole,
    speed: whole,
    inference_geo: whole,
    iterations: members({ ...tokenCounts, type: whole, model: whole }),
  }),
  content: textOrMembers({
    type: whole,
    id: whole,
    name: whole,
    text: textOrMembers({}),
    input: members({ skill: whole, command: whole }),
    tool_use_id: whole,
    is_error: whole,
    content: members({ type: whole }),
  }),
})

const origin = members({ kind: whole })
const forkedFrom = members({ sessionId: whole })

/** What of a Claude Code line is looked at. */
export const lineWish = members({
  type: whole,
  subtype: whole,
  uuid: whole,
  timestamp: whole,
  sessionId: whole,
  agentId: whole,
  version: whole,
  gitBranch: whole,
  entrypoint: whole,
  cwd: whole,
  requestId: whole,
  isSidechain: whole,
  isMeta: whole,
  isApiErrorMessage: whole,
  isCompactSummary: whole,
  isVisibleInTranscriptOnly: whole,
  sourceToolUseID: whole,
  forkedFrom,
  origin,
  message,
  toolUseResult: members({ searchCount: whole }),
  attachment: members({ type: whole, commandMode: whole, origin, prompt: whole }),
  data: members({
    type: whole,
    message: members({
      type: whole,
      uuid: whole,
      timestamp: whole,
      sessionId: whole,
      agentId: whole,
      requestId: whole,
      isSidechain: whole,
      forkedFrom,
      message,
    }),
  }),
  customTitle: whole,
  aiTitle: whole,
  summary: whole,
  leafUuid: whole,
  prUrl: whole,
  relocatedCwd: whole,
  totalCostUSD: whole,
  modelUsage: whole,
})

/** A text that may have been left to be built on demand, or nothing where there is none. */
export function textOf(value: unknown): string | undefined {
  if (value instanceof LongText) return value.read()
  return typeof value === 'string' ? value : undefined
}
