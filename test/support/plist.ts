type Value = string | number | boolean | Value[] | { [key: string]: Value }

/**
 * Reads a property list strictly, as XML: declaration, document type, elements that are closed in their order, no stray text, no
 * `<` or `&` but in entities. Knows what launchd's files are made of. Throws at the first thing that is odd.
 */
export function parsePlist(text: string): Value {
  const [, body = ''] =
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<!DOCTYPE plist PUBLIC "-\/\/Apple\/\/DTD PLIST 1\.0\/\/EN" "[^"]+">\n(?:<!--(?:(?!--)[\s\S])*-->\n)?<plist version="1\.0">([\s\S]*)<\/plist>\n$/.exec(
      text,
    ) ?? []
  const tokens = body.match(/<[^<>]*>|[^<>]+|[<>]/g) ?? []
  let at = 0
  const next = () => tokens[at++] ?? ''
  const skipBlank = () => {
    while (tokens[at]?.trim() === '') at++
  }
  const expectToken = (wanted: string) => {
    const token = next()
    if (token !== wanted) throw new Error(`${wanted} expected, not ${token}`)
  }
  const textUntil = (end: string) => {
    const raw = tokens[at] === end ? '' : next()
    expectToken(end)
    if (/&(?!(?:amp|lt|gt);)/.test(raw)) throw new Error(`a bare & in ${raw}`)
    return raw.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
  }
  const readValue = (): Value => {
    skipBlank()
    const token = next()
    switch (token) {
      case '<true/>':
        return true
      case '<false/>':
        return false
      case '<string>':
        return textUntil('</string>')
      case '<integer>':
        return Number(textUntil('</integer>'))
      case '<array>': {
        const items: Value[] = []
        for (skipBlank(); tokens[at] !== '</array>'; skipBlank()) items.push(readValue())
        at++
        return items
      }
      case '<dict>': {
        const members: Record<string, Value> = {}
        for (skipBlank(); tokens[at] !== '</dict>'; skipBlank()) {
          expectToken('<key>')
          members[textUntil('</key>')] = readValue()
        }
        at++
        return members
      }
      default:
        throw new Error(`a value expected, not ${token}`)
    }
  }
  const value = readValue()
  skipBlank()
  if (at < tokens.length) throw new Error(`${tokens[at]} behind the end`)
  return value
}
