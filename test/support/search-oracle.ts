import { readFileSync } from 'node:fs'
import { memberOf } from '../../src/transcripts/claude-code/locate.ts'

// A slow search that shares nothing with ours but whose file is whose: it parses every line of every file, and looks at what a person reads.

type Line = Readonly<Record<string, unknown>>

export interface Oracle {
  /** All that a person reads in the files. */
  readonly texts: readonly string[]
  /** The sessions that have a message with all terms. */
  search(terms: readonly string[]): Set<string>
}

/** Knows all of Claude Code's transcripts by heart. */
export function createOracle(files: readonly string[]): Oracle {
  const known = files.map(file => {
    const lines = linesOf(file)
    return { sessionId: sessionOf(file, lines), messages: lines.map(textsOf) }
  })
  const searchable = known.map(({ sessionId, messages }) => ({
    sessionId,
    messages: messages.map(texts => texts.map(folded)),
  }))
  return {
    texts: known.flatMap(({ messages }) => messages.flat()),
    search(terms) {
      const wanted = terms.map(term => folded(term.toWellFormed().trim())).filter(term => term !== '')
      const has = (texts: readonly string[]) => wanted.every(term => texts.some(text => text.includes(term)))
      const found = searchable.filter(({ messages }) => wanted.length > 0 && messages.some(has))
      return new Set(found.map(({ sessionId }) => sessionId))
    },
  }
}

function linesOf(file: string): Line[] {
  const lines: Line[] = []
  const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '')
  for (const line of text.split('\n')) {
    try {
      const value: unknown = JSON.parse(line)
      if (isObject(value)) lines.push(value)
    } catch {
      // What is no JSON has nothing to read.
    }
  }
  return lines
}

/** White space as one blank, and letters that are the same as one. */
export function folded(text: string): string {
  return [...text.replace(/\s+/g, ' ')].map(foldedChar).join('')
}

function foldedChar(char: string): string {
  // The one letter whose capital is another's: without a dot it stays itself.
  if (char === 'ı') return char
  const upper = char.toUpperCase()
  const capital = [...upper].length === 1 ? upper : char
  const lower = capital.toLowerCase()
  return [...lower].length === 1 ? lower : capital
}

function sessionOf(file: string, lines: readonly Line[]): string {
  const first = lines.map(line => line.sessionId).find(id => typeof id === 'string' && id !== '')
  return memberOf(file, typeof first === 'string' ? first : null).sessionId
}

function textsOf(line: Line): string[] {
  const message = line.message
  switch (line.type) {
    case 'assistant':
      return isObject(message) ? contentTexts(message.content, said => said) : []
    case 'user':
      return isObject(message) ? contentTexts(message.content, asTyped) : []
    case 'summary':
      return typeof line.summary === 'string' && line.summary.trim() !== '' ? [asTyped(line.summary)] : []
    case 'attachment':
      return attachmentTexts(line.attachment)
    case 'system': {
      const { content, subtype } = line
      if (typeof content === 'string' && content.trim() !== '') return [asTyped(content)]
      const isShown = subtype === 'api_error' || subtype === 'compact_boundary'
      return isShown ? strings(line.error === undefined ? line.cause : line.error, true) : []
    }
    default:
      return []
  }
}

/** A prompt that was typed while the model worked. */
function attachmentTexts(attachment: unknown): string[] {
  if (!isObject(attachment) || attachment.type !== 'queued_command' || attachment.commandMode !== 'prompt')
    return []
  const { origin } = attachment
  if (isObject(origin) && typeof origin.kind === 'string' && origin.kind !== 'human') return []
  const texts = contentTexts(attachment.prompt, asTyped)
  return /^\s*(<task-notification>|<command-|<teammate-message|<local-command-|<bash-)/.test(texts[0] ?? '')
    ? []
    : texts
}

function contentTexts(content: unknown, said: (text: string) => string): string[] {
  if (typeof content === 'string') return [said(content)]
  if (!Array.isArray(content)) return []
  return content.filter(isObject).flatMap(block => {
    switch (block.type) {
      case 'text':
        return typeof block.text === 'string' ? [said(block.text)] : []
      case 'thinking':
      case 'redacted_thinking':
        return typeof block.thinking === 'string' ? [block.thinking] : []
      case 'tool_use':
      case 'server_tool_use':
        return [String(block.name ?? ''), ...strings(block.input, false)]
      case 'image':
      case 'document':
        return []
      default:
        return 'tool_use_id' in block ? resultTexts(block.content) : strings(block, true)
    }
  })
}

function resultTexts(content: unknown): string[] {
  if (typeof content === 'string') return [content]
  if (!Array.isArray(content)) return strings(content, true)
  return content
    .filter(isObject)
    .filter(part => part.type !== 'image' && part.type !== 'document')
    .flatMap(part =>
      part.type === 'text' && typeof part.text === 'string' ? [part.text] : strings(part, true),
    )
}

/** `/model opus` and `! ls`, where the client wrote tags. */
function asTyped(text: string): string {
  const shell = /^\s*<bash-input>([\s\S]*)<\/bash-input>\s*$/.exec(text)
  if (shell) return `! ${shell[1]}`
  if (!/^\s*<command-/.test(text)) return text
  const name = /<command-name>\s*([^<]+?)\s*<\/command-name>/.exec(text)?.[1]
  if (name === undefined || name.trim() === '') return text
  const args = /<command-args>([^<]*)<\/command-args>/.exec(text)?.[1]?.trim() ?? ''
  return `${name.startsWith('/') ? '' : '/'}${name} ${args}`.trim()
}

function strings(value: unknown, isOfUnknownShape: boolean): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(inner => strings(inner, isOfUnknownShape))
  if (!isObject(value)) return []
  return Object.entries(value)
    .filter(([key]) => !isOfUnknownShape || !isForPrograms(key))
    .flatMap(([, inner]) => strings(inner, isOfUnknownShape))
}

function isForPrograms(key: string): boolean {
  const known = ['type', 'data', 'signature', 'id', 'uuid', 'uid']
  return known.includes(key) || key.startsWith('encrypted_') || key.endsWith('Id') || /_u*id$/.test(key)
}

function isObject(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
