/** What we need of the JSON a hook gets on stdin. */
export interface HookInput {
  readonly transcriptPath: string | null
  readonly sessionId: string | null
}

/**
 * Reads a hook's payload. Everything in it is hostile until checked: paths must name a `.jsonl` file, ids must look
 * like one. Undefined where it is no JSON object or names neither transcript nor session.
 */
export function parseHookInput(payload: string): HookInput | undefined {
  let value: unknown
  try {
    value = JSON.parse(payload)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { transcript_path: file, session_id: id } = value as Record<string, unknown>
  const transcriptPath = typeof file === 'string' && isTranscriptPath(file) ? file : null
  const sessionId = typeof id === 'string' && /^[0-9A-Za-z-]{8,64}$/.test(id) ? id : null
  return transcriptPath === null && sessionId === null ? undefined : { transcriptPath, sessionId }
}

function isTranscriptPath(file: string): boolean {
  return file.endsWith('.jsonl') && !file.includes('\0') && file.length < 4096
}
