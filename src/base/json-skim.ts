import { LongText, type Wish } from './json-wish.ts'

// Most of a transcript is text that nobody here looks at. Building it cost more time than all the rest, so a line is
// checked from end to end but only what is wanted is built. Little-endian, as is every platform we run on.

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
/** The high bits of the bytes of a word. */
const highBits = 0x80808080 | 0
/** What a backslash may stand before, but u. */
const escapable: readonly boolean[] = Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)),
)
/** Nothing honest is deeper; what is, is left to `JSON.parse`. */
const deepest = 200
/** Text up to this many bytes is compared with what the same member said before. */
const longestRepeat = 64
/** Text of more bytes than this is decoded on demand where the wish allows it. */
const longText = 256
const failed = -1

const words = [
  ['false', false],
  ['null', null],
  ['true', true],
] as const

/** Memory to read lines from: the same bytes singly and as words. The byte after a line must be a control character. */
export interface LineBuffer {
  readonly bytes: Buffer
  readonly words: Int32Array
}

/**
 * Builds the wanted parts of lines that are one JSON object. Every byte of a line is checked by the grammar of JSON;
 * where that fails, or a line is of a rare kind, it gives up and `JSON.parse` has to decide.
 */
export class Skimmer {
  private readonly wish: Wanted
  private bytes: Buffer
  private words: Int32Array
  /** What was read last: a value, and of a text whether it has escapes and other letters than ASCII. */
  private value: unknown = undefined
  private hasEscape = false
  private letters = 0
  private member: Member | undefined = undefined

  constructor(wish: Wish, buffer: LineBuffer) {
    this.wish = wantedOf(wish)
    this.bytes = buffer.bytes
    this.words = buffer.words
  }

  /** The wanted parts of a line, or undefined where only `JSON.parse` can tell. */
  skim({ bytes, words }: LineBuffer, start: number, end: number): Record<string, unknown> | undefined {
    this.bytes = bytes
    this.words = words
    const from = this.space(start)
    if (bytes[from] !== openBrace) return undefined
    const at = this.object(from, this.wish, 0)
    if (at === failed || this.space(at) !== end) return undefined
    return this.value as Record<string, unknown>
  }

  private space(at: number): number {
    let to = at
    for (;;) {
      const byte = this.bytes[to]
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return to
      to++
    }
  }

  /** Reads the value that begins at a byte. Answers where it ends. */
  private read(at: number, wish: Wanted, member: Member | undefined, depth: number): number {
    switch (this.bytes[at]) {
      case quote: {
        const end = this.textEnd(at + 1)
        if (end === failed) return failed
        this.value = wish.takesText ? this.text(at + 1, end, wish, member) : ''
        return end + 1
      }
      case openBrace:
        return wish.isWhole ? this.whole(at, depth) : this.object(at, wish, depth)
      case openBracket:
        return wish.isWhole ? this.whole(at, depth) : this.list(at, wish, depth)
      default:
        return this.scalar(at)
    }
  }

  private object(open: number, wish: Wanted, depth: number): number {
    if (depth > deepest) return failed
    const { bytes } = this
    const object: Record<string, unknown> = {}
    let at = this.space(open + 1)
    if (bytes[at] !== closeBrace) {
      for (;;) {
        if (bytes[at] !== quote) return failed
        at = this.key(at + 1, wish.table)
        if (at === failed) return failed
        const { member } = this
        if (bytes[at] !== colon) at = this.space(at)
        if (bytes[at] !== colon) return failed
        at = this.space(at + 1)
        if (member) {
          at = this.read(at, member.wish, member, depth + 1)
          object[member.key] = this.value
        } else at = this.skip(at, depth + 1)
        if (at === failed) return failed
        if (bytes[at] !== comma) at = this.space(at)
        if (bytes[at] === closeBrace) break
        if (bytes[at] !== comma) return failed
        at = this.space(at + 1)
      }
    }
    this.value = object
    return at + 1
  }

  private list(open: number, wish: Wanted, depth: number): number {
    if (depth > deepest) return failed
    const { bytes } = this
    const items: unknown[] = []
    let at = this.space(open + 1)
    if (bytes[at] !== closeBracket) {
      for (;;) {
        at = this.read(at, wish, undefined, depth + 1)
        if (at === failed) return failed
        items.push(this.value)
        at = this.space(at)
        if (bytes[at] === closeBracket) break
        if (bytes[at] !== comma) return failed
        at = this.space(at + 1)
      }
    }
    this.value = items
    return at + 1
  }

  private whole(at: number, depth: number): number {
    const end = this.skip(at, depth)
    if (end !== failed) this.value = JSON.parse(this.bytes.toString('utf8', at, end))
    return end
  }

  /** Checks a value that nobody wants. */
  private skip(at: number, depth: number): number {
    switch (this.bytes[at]) {
      case quote: {
        const end = this.textEnd(at + 1)
        return end === failed ? failed : end + 1
      }
      case openBrace:
        return this.skipNested(at, depth, closeBrace)
      case openBracket:
        return this.skipNested(at, depth, closeBracket)
      default:
        return this.scalar(at)
    }
  }

  private skipNested(open: number, depth: number, close: number): number {
    if (depth > deepest) return failed
    const { bytes } = this
    let at = this.space(open + 1)
    if (bytes[at] === close) return at + 1
    for (;;) {
      if (close === closeBrace) {
        if (bytes[at] !== quote) return failed
        at = this.textEnd(at + 1)
        if (at === failed) return failed
        at = this.space(at + 1)
        if (bytes[at] !== colon) return failed
        at = this.space(at + 1)
      }
      at = this.skip(at, depth + 1)
      if (at === failed) return failed
      at = this.space(at)
      if (bytes[at] === close) return at + 1
      if (bytes[at] !== comma) return failed
      at = this.space(at + 1)
    }
  }

  /** Finds the wanted member a key names. Answers where the key has ended. A key with an escape is a rare kind. */
  private key(start: number, { places, mask }: Members): number {
    const { bytes } = this
    let at = start
    let hash = hashStart
    let byte = bytes[at] ?? 0
    while (byte !== quote) {
      if (byte < 0x20 || byte === backslash) return failed
      hash = hashByte(hash, byte)
      byte = bytes[++at] ?? 0
    }
    const found = places[hash & mask]
    this.member = found && this.says(found.key, start, at) ? found : undefined
    return at + 1
  }

  /** Whether the bytes are this text of ASCII. */
  private says(text: string, start: number, end: number): boolean {
    if (text.length !== end - start) return false
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== this.bytes[start + i]) return false
    return true
  }

  /** Checks a text up to its closing quote, four bytes at a time while nothing special is in them. */
  private textEnd(start: number): number {
    const { bytes, words } = this
    let letters = 0
    let hasEscape = false
    let at = start
    for (;;) {
      if ((at & 3) === 0) {
        let place = at >> 2
        let special = 0
        for (;;) {
          const word = words[place] as number
          // The lowest bit that stays names the first byte that is a control character, a quote or a backslash.
          special =
            ((word - 0x20202020) | ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101)) &
            ~word &
            highBits
          letters |= word
          if (special !== 0) break
          place++
        }
        at = (place << 2) + ((31 - Math.clz32(special & -special)) >> 3)
      }
      const byte = bytes[at] as number
      if (byte === quote) break
      if (byte < 0x20) return failed
      if (byte !== backslash) {
        letters |= byte
        at++
        continue
      }
      hasEscape = true
      const next = bytes[at + 1] as number
      if (escapable[next]) at += 2
      else if (next === 0x75 && this.isHex4(at + 2)) at += 6
      else return failed
    }
    this.letters = letters
    this.hasEscape = hasEscape
    return at
  }

  private isHex4(start: number): boolean {
    for (let at = start; at < start + 4; at++) {
      const byte = this.bytes[at] as number
      const letter = byte | 0x20
      if (!((byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66))) return false
    }
    return true
  }

  private text(start: number, end: number, wish: Wanted, member: Member | undefined): unknown {
    if (wish.isLazy && end - start > longText) {
      const { bytes } = this
      return new LongText(() => JSON.parse(bytes.toString('utf8', start - 1, end + 1)))
    }
    if (this.hasEscape) return JSON.parse(this.bytes.toString('utf8', start - 1, end + 1))
    // The last word may reach behind the text, which can only make it take the longer way.
    if ((this.letters & highBits) !== 0) return this.bytes.toString('utf8', start, end)
    if (!member || end - start > longestRepeat || member.misses > 16)
      return this.bytes.toString('latin1', start, end)
    if (this.says(member.lastText, start, end)) {
      member.misses--
      return member.lastText
    }
    member.misses++
    member.lastText = this.bytes.toString('latin1', start, end)
    return member.lastText
  }

  private scalar(at: number): number {
    const { bytes } = this
    let to = at
    let byte = bytes[to] ?? 0
    let whole = 0
    while (byte >= 0x30 && byte <= 0x39) {
      whole = whole * 10 + byte - 0x30
      byte = bytes[++to] ?? 0
    }
    // A plain whole number, as nearly all are: it ends here, is exact, and has no zero before it.
    if (
      (byte === comma || byte === closeBrace) &&
      to > at &&
      to - at < 16 &&
      (bytes[at] !== 0x30 || to === at + 1)
    ) {
      this.value = whole
      return to
    }
    for (const [text, value] of words) {
      if (text.charCodeAt(0) !== byte || !this.says(text, at, at + text.length)) continue
      this.value = value
      return at + text.length
    }
    while (isScalarByte(byte)) byte = bytes[++to] ?? 0
    try {
      this.value = JSON.parse(bytes.toString('latin1', at, to))
      return to
    } catch {
      return failed
    }
  }
}

/** What numbers, true, false and null are made of. */
function isScalarByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  )
}

/** A wish, made ready to be looked up by the bytes of a key. */
interface Wanted extends Omit<Wish, 'members'> {
  readonly table: Members
}

/** Wanted members by the hash of their keys; no two share a place. */
interface Members {
  readonly places: readonly (Member | undefined)[]
  readonly mask: number
}

interface Member {
  readonly key: string
  readonly wish: Wanted
  /** The text this member had last: many say the same on every line. */
  lastText: string
  /** How often the text was another one than before, less how often it was the same. */
  misses: number
}

const hashStart = 17

function hashByte(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0
}

function wantedOf({ members, ...wish }: Wish): Wanted {
  const wanted = Object.entries(members).map(([key, wish]): [number, Member] => [
    [...Buffer.from(key)].reduce(hashByte, hashStart),
    { key, wish: wantedOf(wish), lastText: '', misses: 0 },
  ])
  for (let size = 1; ; size *= 2) {
    const places: (Member | undefined)[] = new Array(size).fill(undefined)
    for (const [hash, member] of wanted) places[hash & (size - 1)] = member
    if (places.filter(member => member !== undefined).length === wanted.length)
      return { ...wish, table: { places, mask: size - 1 } }
  }
}
