/** Builders of Claude Code lines with invented content. */

export interface AssistantOptions {
  readonly id?: string
  readonly uuid?: string
  readonly at?: string
  readonly model?: string
  readonly usage?: Record<string, unknown> | null
  readonly stopReason?: string | null
  readonly content?: readonly object[]
  readonly extra?: Record<string, unknown>
}

let serial = 0

/** A fresh id like the real ones: `msg_` and 24 characters. */
export function messageId(seed?: number): string {
  return `msg_01${String(seed ?? ++serial).padStart(22, 'A')}`
}

export function uuidOf(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
}

/** An assistant line. Without options: 10 input and 20 output tokens of Opus 4.8, final. */
export function assistantLine(sessionId: string, options: AssistantOptions = {}): Record<string, unknown> {
  const usage = options.usage === undefined ? { input_tokens: 10, output_tokens: 20 } : options.usage
  return {
    type: 'assistant',
    uuid: options.uuid ?? uuidOf(++serial),
    timestamp: options.at ?? '2026-10-01T10:00:05.000Z',
    sessionId,
    cwd: '/home/dev/orchard-api',
    version: '2.1.300',
    gitBranch: 'main',
    isSidechain: false,
    message: {
      id: options.id ?? messageId(),
      role: 'assistant',
      model: options.model ?? 'claude-opus-4-8',
      content: options.content ?? [{ type: 'text', text: 'done' }],
      stop_reason: options.stopReason === undefined ? 'end_turn' : options.stopReason,
      ...(usage === null ? {} : { usage }),
    },
    requestId: `req_${serial}`,
    ...options.extra,
  }
}

/** A line of a person. */
export function userLine(
  sessionId: string,
  text: string,
  extra: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    type: 'user',
    uuid: uuidOf(++serial),
    timestamp: '2026-10-01T10:00:00.000Z',
    sessionId,
    cwd: '/home/dev/orchard-api',
    version: '2.1.300',
    gitBranch: 'main',
    isSidechain: false,
    message: { role: 'user', content: text },
    ...extra,
  }
}

/** A stamped line without uuid, as a client writes at the start of a file: it tells when the session was born. */
export function bornLine(sessionId: string, at: string): Record<string, unknown> {
  return { type: 'queue-operation', operation: 'enqueue', timestamp: at, sessionId }
}
