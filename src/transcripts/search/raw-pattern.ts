// What a line's bytes must hold for a term to be in its texts. JSON can write a character in several ways, so what is looked for is
// one run of characters of the terms that writers leave as they are, or else an escape that nobody needs. More lines than
// have the terms may fit, never fewer.

/** Ways to write a character that need none: of ASCII, and of the two others that are the same as one (ſ is s, K is k). */
const needless = '\\\\u(?:00[2-7]|017f|212a)'
const anyEscape = '(?:\\\\u[0-9a-f]{4})'
/** Longer ones find no fewer lines that do not fit. */
const longestRun = 40

/** The longest run of all terms; undefined: every line must be looked at. */
export function longestRunOf(terms: readonly string[]): string | undefined {
  const runs = terms.flatMap(term => term.toWellFormed().split(/[\s"\\/\p{Cc}\ufffd]+/u))
  const longest = runs.map(run => [...run]).reduce((a, b) => (b.length > a.length ? b : a), [])
  return longest.length === 0 ? undefined : longest.slice(0, longestRun).join('')
}

/** For bytes read as Latin-1. Its matches hold no line end. */
export function bytePattern(run: string): RegExp {
  const variants = caseVariants(run)
  const atoms = [...run].map(char => {
    const others = variants.get(char) ?? []
    const isAscii = char < '\x80'
    const ways = [char, ...others].filter((way, i) => i === 0 || way >= '\x80').map(bytesOf)
    if (!isAscii) ways.push(char > '\uffff' ? `${anyEscape}{2}` : anyEscape)
    return ways.length === 1 ? (ways[0] ?? '') : `(?:${ways.join('|')})`
  })
  return new RegExp(`${atoms.join('')}|${needless}`, 'gi')
}

/** For ripgrep, which folds cases by the same rule. */
export function ripgrepPattern(run: string): string {
  const atoms = [...run].map(char => {
    if (char < '\x80') return escaped(char)
    return `(?:${escaped(char)}|${anyEscape}${char > '\uffff' ? '{2}' : ''})`
  })
  return `${atoms.join('')}|${needless}`
}

function bytesOf(char: string): string {
  return char < '\x80'
    ? escaped(char)
    : Buffer.from(char)
        .toString('latin1')
        .replace(/[\s\S]/g, hexByte)
}

function hexByte(byte: string): string {
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
}

function escaped(char: string): string {
  return char.replace(/[$()*+.?[\\\]^{|}]/, '\\$&')
}

/** The last code point that has another case, and some room for those to come. */
const lastCased = 0x1ffff

/** Which characters are the same as each of these, itself left out; by the rule of terms.ts. */
function caseVariants(run: string): Map<string, string[]> {
  const variants = new Map<string, string[]>()
  const chars = [...new Set(run)]
  if (chars.every(char => char < '\x80')) {
    for (const char of chars) {
      if (char === 's' || char === 'S') variants.set(char, ['ſ'])
      if (char === 'k' || char === 'K') variants.set(char, ['\u212a'])
    }
    return variants
  }
  const all: string[] = []
  for (let code = 0x41; code <= lastCased; code++) {
    if (code < 0xd800 || code > 0xdfff) all.push(String.fromCodePoint(code))
  }
  const text = all.join('')
  for (const char of chars) {
    const same = new RegExp(escaped(char), 'giu')
    variants.set(
      char,
      Array.from(text.matchAll(same), ([found]) => found).filter(found => found !== char),
    )
  }
  return variants
}
