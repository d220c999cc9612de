import { formatBytes } from '../../base/format.ts'
import type { JsonObject } from '../../base/jsonl.ts'
import type { ToolResult } from '../conversation.ts'
import { asObject, asObjects, asText } from './lines.ts'

/** What a tool answered. What is no text in it is shown as JSON. */
export function resultOf(block: JsonObject): ToolResult {
  const { content } = block
  const isError = block.is_error === true
  if (typeof content === 'string') return { text: content, isError, images: [] }
  if (!Array.isArray(content)) {
    return { text: content === undefined ? '' : JSON.stringify(content), isError, images: [] }
  }
  const parts = asObjects(content)
  const images = parts.filter(part => part.type === 'image' || part.type === 'document')
  const texts = parts
    .filter(part => !images.includes(part))
    .map(part => (part.type === 'text' && typeof part.text === 'string' ? part.text : JSON.stringify(part)))
  return { text: texts.join('\n'), isError, images: images.map(imageName) }
}

/** `image/png, 34.0 kB`: its data is left out. */
export function imageName(block: JsonObject): string {
  const source = asObject(block.source)
  const type = asText(source.media_type) ?? asText(block.type) ?? 'image'
  if (typeof source.data === 'string')
    return `${type}, ${formatBytes(Math.floor((source.data.length * 3) / 4))}`
  const place = asText(source.url) ?? asText(source.file_id)
  return place === null ? type : `${type}, ${place}`
}
