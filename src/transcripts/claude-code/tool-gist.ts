import { asObject, asText } from './lines.ts'

/** What tells one call of a tool from another, the most telling first. */
const telling = [
  'command',
  'file_path',
  'notebook_path',
  'pattern',
  'url',
  'query',
  'skill',
  'description',
  'subject',
  'path',
  'prompt',
]

/** The part of a call's input that tells it from others: a command, a file, a pattern; else all of it as JSON. */
export function gistOf(input: unknown): string {
  const fields = asObject(input)
  for (const name of telling) {
    const text = asText(fields[name])
    if (text !== null) return text
  }
  const json = JSON.stringify(input ?? null)
  return json === '{}' || json === 'null' ? '' : json
}
