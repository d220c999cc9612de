import { LongText, type Wish } from './json-wish.ts'
import { type LineMemory, linesStart, wordsStart } from './line-memory.ts'
import { forgetTexts, longestRepeat, type Member, type WishTable, writeWish } from './wish-table.ts'

// Most of a transcript is text that nobody here looks at. Building it cost more time than all the rest, so a line is
// checked from end to end, but only what is wanted is built. The checking is done by wasm/json-scan.ts.

/**
 * What a scan writes: for each wanted value a word with its kind in the low four bits and the number of its member above
 * them. Where it lies, or the count it is, follows.
 */
const kind = {
  end: 0,
  object: 1,
  list: 2,
  ascii: 3,
  utf8: 4,
  json: 5,
  someText: 6,
  sameText: 7,
  true: 8,
  false: 9,
  null: 10,
  count: 11,
} as const

/** Text of more bytes than this is built on demand where the wish allows it. */
const longText = 256

/** Builds the wanted parts of lines that are one JSON object. */
export class Skimmer {
  private readonly memory: LineMemory
  private readonly table: WishTable
  /** The next word to look at. */
  private at = 0

  constructor(wish: Wish, memory: LineMemory) {
    this.memory = memory
    this.table = writeWish(memory, wish)
  }

  /**
   * The wanted parts of the line that lies between two places in memory, with a control character behind it. Undefined
   * where it is malformed or of a rare kind: then `JSON.parse` has to tell.
   */
  skim(start: number, end: number): Record<string, unknown> | undefined {
    if (this.memory.scan(start, end, this.table.place, wordsStart, linesStart) === 0) {
      // It may have remembered texts that were never built.
      forgetTexts(this.memory, this.table)
      return undefined
    }
    this.at = wordsStart >> 2
    return this.object()
  }

  private object(): Record<string, unknown> {
    const { words } = this.memory
    const object: Record<string, unknown> = {}
    for (;;) {
      const word = words[this.at++] as number
      if (word === kind.end) return object
      const member = this.table.members[word >> 4] as Member
      object[member.key] = this.value(word & 15, member)
    }
  }

  private list(): unknown[] {
    const { words } = this.memory
    const items: unknown[] = []
    for (;;) {
      const word = words[this.at++] as number
      if (word === kind.end) return items
      items.push(this.value(word, undefined))
    }
  }

  private value(found: number, member: Member | undefined): unknown {
    switch (found) {
      case kind.object:
        return this.object()
      case kind.list:
        return this.list()
      case kind.someText:
        return ''
      case kind.sameText:
        return member?.lastText
      case kind.true:
        return true
      case kind.false:
        return false
      case kind.null:
        return null
      case kind.count:
        return this.memory.words[this.at++]
      default:
        return this.built(found, member)
    }
  }

  /** A value that has to be made of the bytes that hold it. */
  private built(found: number, member: Member | undefined): unknown {
    const { bytes, words } = this.memory
    const start = words[this.at++] as number
    const end = words[this.at++] as number
    if (member?.isLazy && end - start > longText)
      return new LongText(() => valueIn(bytes, found, start, end) as string)
    const value = valueIn(bytes, found, start, end)
    if (member && found === kind.ascii && end - start <= longestRepeat) member.lastText = value as string
    return value
  }
}

function valueIn(bytes: Buffer, found: number, start: number, end: number): unknown {
  if (found === kind.ascii) return bytes.toString('latin1', start, end)
  const text = bytes.toString('utf8', start, end)
  return found === kind.json ? JSON.parse(text) : text
}
