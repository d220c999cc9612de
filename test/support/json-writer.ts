/** How a writer of JSON puts a character of a text. */
export type CharStyle = 'raw' | 'short' | 'escape' | 'capitals'

const shortForms: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** JSON in which every character of every text is written as `styleOf` says, so far as JSON allows it. */
export function writeJson(value: unknown, styleOf: (char: string) => CharStyle): string {
  if (typeof value === 'string') return `"${[...value].map(char => writeChar(char, styleOf(char))).join('')}"`
  if (Array.isArray(value)) return `[${value.map(inner => writeJson(inner, styleOf)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, inner]) => inner !== undefined)
    return `{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${writeJson(inner, styleOf)}`).join(',')}}`
  }
  return JSON.stringify(value)
}

function writeChar(char: string, style: CharStyle): string {
  const short = shortForms[char]
  if (style === 'short' && short !== undefined) return short
  const mustEscape = char === '"' || char === '\\' || char < ' ' || /^\p{Surrogate}$/u.test(char)
  if (!mustEscape && (style === 'raw' || style === 'short')) return char
  const codes = Array.from({ length: char.length }, (_, i) =>
    char.charCodeAt(i).toString(16).padStart(4, '0'),
  )
  return codes.map(code => `\\u${style === 'capitals' ? code.toUpperCase() : code}`).join('')
}
