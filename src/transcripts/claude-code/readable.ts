import type { JsonObject } from '../../base/jsonl.ts'
import type { ReadableText, TextKind } from '../source.ts'
import { roleOf } from './line-role.ts'
import { asInstant, asObject, asObjects, asText } from './lines.ts'
import { isSessionId, memberOf } from './locate.ts'
import { isNoise } from './prompts.ts'
import { commandText } from './user-blocks.ts'

/** When a line was written, in UTC milliseconds. */
export function writtenAtMs(line: JsonObject): number | null {
  return asInstant(line.timestamp)
}

/**
 * What a person reads of a line, as the viewer shows it, folded or not: what was said and thought, names and inputs of tools
 * and what they answered. Keys, ids, signatures and the data of pictures are no texts.
 */
export function* readableTexts(line: JsonObject): Generator<ReadableText> {
  const role = roleOf(line)
  if (role.role === 'reply') yield* replyTexts(asObject(line.message).content)
  else if (role.role === 'results') yield* contentTexts(asObject(line.message).content, 'user')
  else if (role.role === 'turn') {
    const kind = role.kind === 'user' || role.kind === 'command' ? 'user' : 'notice'
    yield* turnTexts(line, kind)
  }
}

/** The session of a file. Most names tell; else its first line that names one does. */
export function sessionOf(file: string, linesOf: () => Iterable<JsonObject>): string {
  const { sessionId } = memberOf(file, null)
  if (isSessionId(sessionId)) return sessionId
  for (const line of linesOf()) {
    if (typeof line.sessionId === 'string' && line.sessionId !== '')
      return memberOf(file, line.sessionId).sessionId
  }
  return sessionId
}

function* turnTexts(line: JsonObject, kind: TextKind): Generator<ReadableText> {
  switch (line.type) {
    case 'user':
      return yield* contentTexts(asObject(line.message).content, kind)
    case 'attachment':
      return yield* contentTexts(asObject(line.attachment).prompt, kind)
    case 'summary':
      return yield* saidTexts(line.summary, kind)
    default:
      if (asText(line.content) !== null) yield* saidTexts(line.content, kind)
      else yield* textsWithin(line.error === undefined ? line.cause : line.error, kind)
  }
}

function* replyTexts(content: unknown): Generator<ReadableText> {
  if (typeof content === 'string') yield { kind: 'assistant', text: content }
  for (const block of asObjects(content)) {
    const { type } = block
    if (type === 'text') yield* textOf(block.text, 'assistant')
    else if (type === 'thinking' || type === 'redacted_thinking') yield* textOf(block.thinking, 'thinking')
    else if (type === 'tool_use' || type === 'server_tool_use') {
      yield* textOf(block.name, 'call')
      for (const text of stringsIn(block.input, () => true)) yield { kind: 'call', text }
    } else if (asText(block.tool_use_id) !== null) yield* resultTexts(block.content)
    else yield* textsWithin(block, 'notice')
  }
}

function* contentTexts(content: unknown, kind: TextKind): Generator<ReadableText> {
  if (typeof content === 'string') yield* saidTexts(content, kind)
  for (const block of asObjects(content)) {
    const { type } = block
    if (type === 'text') yield* saidTexts(block.text, kind)
    else if (type === 'tool_result') yield* resultTexts(block.content)
    else if (!isPicture(block)) yield* textsWithin(block, 'notice')
  }
}

function* resultTexts(content: unknown): Generator<ReadableText> {
  if (typeof content === 'string') yield { kind: 'result', text: content }
  else if (!Array.isArray(content)) yield* textsWithin(content, 'result')
  for (const part of asObjects(content)) {
    if (part.type === 'text' && typeof part.text === 'string') yield { kind: 'result', text: part.text }
    else if (!isPicture(part)) yield* textsWithin(part, 'result')
  }
}

function* textOf(text: unknown, kind: TextKind): Generator<ReadableText> {
  if (typeof text === 'string') yield { kind, text }
}

/** What a person said, a command as it was typed; or what the program put in. */
function* saidTexts(text: unknown, kind: TextKind): Generator<ReadableText> {
  if (typeof text !== 'string') return
  if (isNoise(text)) yield { kind: 'notice', text }
  else yield { kind, text: commandText(text) ?? text }
}

function isPicture({ type }: JsonObject): boolean {
  return type === 'image' || type === 'document'
}

/** The texts of something whose shape we don't know, without what is for programs only. */
function* textsWithin(value: unknown, kind: TextKind): Generator<ReadableText> {
  for (const text of stringsIn(value, isReadable)) yield { kind, text }
}

const forPrograms = /^(type|data|signature|encrypted_.*|(.*_)?u*id|.*Id)$/

function isReadable(key: string): boolean {
  return !forPrograms.test(key)
}

/** All strings in it, in their order, however deep: a list of lists of lists must not end the program. */
function* stringsIn(value: unknown, isWanted: (key: string) => boolean): Generator<string> {
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next === 'string') yield next
    else if (Array.isArray(next)) for (let i = next.length - 1; i >= 0; i--) waiting.push(next[i])
    else if (typeof next === 'object' && next !== null)
      for (const [key, inner] of Object.entries(next).reverse()) if (isWanted(key)) waiting.push(inner)
  }
}
