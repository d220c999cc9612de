import { formatCount } from '../../base/format.ts'
import type { JsonObject } from '../../base/jsonl.ts'
import type { Block } from '../conversation.ts'
import { asCount, asObject, asObjects, asText } from './lines.ts'
import { isNoise } from './prompts.ts'
import { imageName, resultOf } from './tool-result.ts'

/** What stands in a line that is no reply, in its order. */
export function blocksOfUser(line: JsonObject): Block[] {
  switch (line.type) {
    case 'user':
      return contentBlocks(asObject(line.message).content)
    case 'attachment':
      return contentBlocks(asObject(line.attachment).prompt)
    case 'summary':
      return textBlocks(asText(line.summary) ?? '')
    default:
      return textBlocks(systemText(line))
  }
}

function contentBlocks(content: unknown): Block[] {
  if (typeof content === 'string') return textBlocks(content)
  return asObjects(content).flatMap(contentBlock)
}

function contentBlock(block: JsonObject): Block[] {
  switch (block.type) {
    case 'text':
      return textBlocks(typeof block.text === 'string' ? block.text : '')
    case 'image':
    case 'document':
      return [{ kind: 'image', name: imageName(block) }]
    case 'tool_result':
      return [{ kind: 'result', id: asText(block.tool_use_id), result: resultOf(block) }]
    default:
      return [{ kind: 'note', text: JSON.stringify(block) }]
  }
}

function textBlocks(text: string): Block[] {
  if (text.trim() === '') return []
  if (isNoise(text)) return [{ kind: 'note', text }]
  return [{ kind: 'text', text: commandText(text) ?? text }]
}

const commandName = /<command-name>\s*([^<]*?)\s*<\/command-name>/
const commandArgs = /<command-args>([^<]*)<\/command-args>/
const typedInShell = /^<bash-input>([\s\S]*)<\/bash-input>\s*$/

/** A command as it was typed: `/model opus`, `! ls`. */
export function commandText(text: string): string | null {
  const shell = typedInShell.exec(text.trim())
  if (shell) return `! ${shell[1]}`
  if (!text.trimStart().startsWith('<command-')) return null
  const name = commandName.exec(text)?.[1]
  if (name === undefined || name === '') return null
  const args = commandArgs.exec(text)?.[1]?.trim() ?? ''
  return `${name.startsWith('/') ? name : `/${name}`}${args === '' ? '' : ` ${args}`}`
}

function systemText(line: JsonObject): string {
  const text = asText(line.content)
  if (line.subtype === 'compact_boundary') {
    const { trigger, preTokens } = asObject(line.compactMetadata)
    const tokens = asCount(preTokens)
    const facts = [asText(trigger), tokens > 0 ? `${formatCount(tokens)} tokens before` : null]
    const known = facts.filter(fact => fact !== null)
    return `${text ?? 'Conversation compacted'}${known.length > 0 ? ` (${known.join(', ')})` : ''}`
  }
  if (text !== null) return text
  const error = line.error === undefined ? line.cause : line.error
  return `${asText(line.subtype) ?? 'system'}${error === undefined ? '' : `: ${JSON.stringify(error)}`}`
}
