import type { JsonObject } from '../../base/jsonl.ts'
import type { TurnKind } from '../conversation.ts'
import { asObject, asObjects, asText, isObject } from './lines.ts'
import { isPrompt, isQueuedPrompt, slashCommand, userText } from './prompts.ts'

/** What a line is for somebody who reads the conversation. */
export type LineRole =
  /** A part of a reply; `key` is the same for all lines of one message. */
  | { readonly role: 'reply'; readonly key: string | null; readonly callIds: readonly string[] }
  /** Answers of tools, by the ids of their calls. */
  | { readonly role: 'results'; readonly callIds: readonly string[] }
  /** A turn of its own. */
  | { readonly role: 'turn'; readonly kind: TurnKind }
  | { readonly role: 'title'; readonly title: string | null }
  /** No part of the conversation. */
  | { readonly role: 'other' }

const other: LineRole = { role: 'other' }

/** Tells lines apart by the same rules that count prompts and commands. */
export function roleOf(line: JsonObject): LineRole {
  switch (line.type) {
    case 'assistant':
      return isObject(line.message) ? replyRole(line, line.message) : other
    case 'user':
      return isObject(line.message) ? userRole(line, line.message) : other
    case 'attachment':
      return isQueuedPrompt(asObject(line.attachment)) ? { role: 'turn', kind: 'user' } : other
    case 'system':
      return systemRole(line)
    case 'summary':
      return asText(line.summary) === null ? other : { role: 'turn', kind: 'summary' }
    case 'custom-title':
      return { role: 'title', title: asText(line.customTitle) }
    case 'ai-title':
      return { role: 'title', title: asText(line.aiTitle) }
    default:
      return other
  }
}

function replyRole(line: JsonObject, message: JsonObject): LineRole {
  const callIds = asObjects(message.content)
    .filter(block => block.type === 'tool_use' || block.type === 'server_tool_use')
    .map(block => asText(block.id))
    .filter(id => id !== null)
  return { role: 'reply', key: asText(message.id) ?? asText(line.uuid), callIds }
}

function userRole(line: JsonObject, message: JsonObject): LineRole {
  const said = userText(message.content)
  if (said.hasResult) {
    const results = asObjects(message.content).filter(block => block.type === 'tool_result')
    return {
      role: 'results',
      callIds: results.map(block => asText(block.tool_use_id)).filter(id => id !== null),
    }
  }
  if (line.isCompactSummary === true) return { role: 'turn', kind: 'summary' }
  if (slashCommand(said) !== null || said.text.startsWith('<bash-input>'))
    return { role: 'turn', kind: 'command' }
  // Of a subagent's lines those with text are what it was told, and no prompt of a person.
  const isTold = isPrompt({ ...line, isSidechain: false, agentId: null }, said)
  return { role: 'turn', kind: isTold ? 'user' : 'notice' }
}

function systemRole(line: JsonObject): LineRole {
  if (line.subtype === 'compact_boundary') return { role: 'turn', kind: 'compaction' }
  if (line.subtype === 'api_error') return { role: 'turn', kind: 'notice' }
  const text = asText(line.content)
  if (text === null) return other
  return { role: 'turn', kind: text.startsWith('<command-') ? 'command' : 'notice' }
}
