import { dropControls } from '../../../base/clean-text.ts'

/** The lines of a text, safe for a terminal, with their indents. Empty ones at either end are left out. */
export function safeLines(text: string): string[] {
  const lines = dropControls(text)
    .replace(/\r\n?|[\v\f\u2028\u2029]/g, '\n')
    .replaceAll('\t', '    ')
    .split('\n')
  const first = lines.findIndex(line => line.trim() !== '')
  const last = lines.findLastIndex(line => line.trim() !== '')
  return first === -1 ? [] : lines.slice(first, last + 1)
}
