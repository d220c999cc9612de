import { type SecretPattern, secretPatterns } from './secret-patterns.ts'

// One pass over the text. A table tells for every pair of characters whether a secret could begin with it: nearly all
// places of ordinary text cost one look into it. Only where two pairs in a row are known, expressions are asked.

const asciiPairs = 128 * 128
/** The patterns that may begin with a pair of characters, as a place in `beginners`; 0 is none. */
const firstPairs = new Uint8Array(asciiPairs)
/** Whether the pair may stand one character further. */
const nextPairs = new Uint8Array(asciiPairs)
const beginners: SecretPattern[][] = [[]]

for (const pattern of secretPatterns) for (const begin of spellings(pattern)) enter(pattern, begin)

/** The first three characters, where an expression does not care for case in each there is. */
function spellings({ begins, start, pattern }: SecretPattern): readonly string[] {
  const heads = begins.map(begin => begin.slice(0, 3))
  if (!(start ?? pattern).ignoreCase) return heads
  return heads.flatMap(head =>
    Array.from(head).reduce(
      (starts, char) => starts.flatMap(start => [start + char.toLowerCase(), start + char.toUpperCase()]),
      [''],
    ),
  )
}

function enter(pattern: SecretPattern, head: string): void {
  const pair = pairOf(head.charCodeAt(0), head.charCodeAt(1))
  const place = firstPairs[pair] || beginners.push([]) - 1
  firstPairs[pair] = place
  const patterns = beginners[place]
  if (patterns && !patterns.includes(pattern)) patterns.push(pattern)
  if (head.length > 2) nextPairs[pairOf(head.charCodeAt(1), head.charCodeAt(2))] = 1
  else for (let any = 0; any < 128; any++) nextPairs[pairOf(head.charCodeAt(1), any)] = 1
}

/** Other characters than ASCII fall on pairs of it: the expression then says no. */
function pairOf(first: number, second: number): number {
  return ((first << 7) ^ second) & (asciiPairs - 1)
}

interface Secret {
  readonly kind: string
  readonly start: number
  readonly end: number
}

/** Text without its secrets: each is replaced by `[redacted:<kind>]`; `count` says how many were replaced. Idempotent. */
export function redact(text: string): { readonly text: string; readonly count: number } {
  let count = 0
  let clean = text
  // What stands around a secret may be one too once that is gone (`secret=token=…`): until nothing is left.
  for (;;) {
    const parts: string[] = []
    let done = 0
    for (let found = nextSecret(clean, 0); found; found = nextSecret(clean, done)) {
      parts.push(clean.slice(done, found.start), `[redacted:${found.kind}]`)
      done = found.end
      count++
    }
    if (done === 0) return { text: clean, count }
    clean = parts.join('') + clean.slice(done)
  }
}

/**
 * Whether a text may hold a secret: cheap, for megabytes of outgoing rows as one JSON text. False is certain: redact
 * would change none of the values in it, also where the text is JSON with escapes such as \n inside values.
 */
export function mayHoldSecret(text: string): boolean {
  for (let at = nextBeginning(text, 0); at >= 0; at = nextBeginning(text, at + 1)) {
    for (const pattern of patternsAt(text, at)) {
      if (secretAt(text, pattern, at)) return true
      if (pattern.start && endOf(pattern.start, text, at) > 0 && secretAt(restOfValue(text, at), pattern, 0))
        return true
    }
  }
  return false
}

function nextSecret(text: string, from: number): Secret | null {
  for (let at = nextBeginning(text, from); at >= 0; at = nextBeginning(text, at + 1)) {
    for (const pattern of patternsAt(text, at)) {
      const secret = at - pattern.back < from ? null : secretAt(text, pattern, at)
      if (secret) return secret
    }
  }
  return null
}

/** The next place where two pairs in a row are known, or -1. */
function nextBeginning(text: string, from: number): number {
  let last = text.charCodeAt(from)
  for (let at = from + 1; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (firstPairs[pairOf(last, char)] !== 0 && nextPairs[pairOf(char, text.charCodeAt(at + 1))] !== 0)
      return at - 1
    last = char
  }
  return -1
}

function patternsAt(text: string, at: number): readonly SecretPattern[] {
  return beginners[firstPairs[pairOf(text.charCodeAt(at), text.charCodeAt(at + 1))] ?? 0] ?? []
}

function secretAt(text: string, secret: SecretPattern, at: number): Secret | null {
  const { kind, start, pattern, rest, isSecret } = secret
  const from = at - secret.back
  if (from < 0 || (!secret.inWord && isWithinWord(text, from))) return null
  const behind = start ? endOf(start, text, from) : from
  if (behind < 0) return null
  pattern.lastIndex = behind
  const match = pattern.exec(text)
  if (!match) return null
  const value = match[0].slice(match[1]?.length ?? 0)
  if (value.startsWith('[redacted:') || isSecret?.(value) === false) return null
  const end = pattern.lastIndex
  return { kind, start: end - value.length, end: rest ? endOf(rest, text, end) : end }
}

/** Where a match that begins at a place ends, or -1. */
function endOf(sticky: RegExp, text: string, from: number): number {
  sticky.lastIndex = from
  return sticky.test(text) ? sticky.lastIndex : -1
}

const letterOrDigit = /[A-Za-z\d]/
const escapeBefore = /(?<=\\[bfnrt]|\\u[\da-f]{4}|%[\da-f]{2})/iy

/** Whether a letter or digit stands before a place; the end of an escape (`\n`, `%3D`) is none. */
function isWithinWord(text: string, at: number): boolean {
  if (at === 0 || !letterOrDigit.test(text[at - 1] ?? '')) return false
  escapeBefore.lastIndex = at
  return !escapeBefore.test(text)
}

/** What patterns read before they decide is shorter, even if each character is written as `\u0000`. */
const longestDecision = 2048
const untilQuote = /(?:[^"\\]+|\\(?:u[\da-f]{4}|[^u]))*/iy

/** Where the text is JSON, the value that a place lies in, from there on, without its escapes. */
function restOfValue(text: string, from: number): string {
  const ahead = text.slice(from, from + longestDecision)
  const quote = ahead.indexOf('"')
  const plain = quote < 0 ? ahead : ahead.slice(0, quote)
  if (!plain.includes('\\')) return plain
  untilQuote.lastIndex = 0
  try {
    return JSON.parse(`"${untilQuote.exec(ahead)?.[0] ?? ''}"`)
  } catch {
    return plain // No JSON: then the text is the value, which has been looked at.
  }
}
