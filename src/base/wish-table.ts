import type { Wish } from './json-wish.ts'
import type { LineMemory } from './line-memory.ts'

/** A wanted member of an object, by the number that a scan gives for it. */
export interface Member {
  readonly key: string
  readonly isLazy: boolean
  /** What it said last, as the scan remembers it too. */
  lastText: string
  /** Where the scan keeps the length of that text, as a word. */
  readonly lastLengthAt: number
}

/** A wish as it lies in memory. */
export interface WishTable {
  readonly place: number
  readonly members: readonly Member[]
}

/** Texts up to this many bytes are remembered. */
export const longestRepeat = 64

// A wish is a word of flags, a word that masks hashes, then a slot for each hash: the place and length of the key, the
// place of the member's wish, its number above four bits, the length of the last text and, 32 bytes on, that text.
const headBytes = 8
const slotBytes = 32 + longestRepeat
const noLength = -1

/** Writes a wish into memory, where wasm/json-scan.ts reads it. */
export function writeWish(memory: LineMemory, wish: Wish): WishTable {
  const members: Member[] = []
  const places = new Map<Wish, number>()

  function write(wanted: Wish): number {
    const known = places.get(wanted)
    if (known !== undefined) return known
    const keys = Object.keys(wanted.members)
    const slots = slotsFor(keys)
    const place = memory.reserve(headBytes + slots * slotBytes)
    places.set(wanted, place)
    const at = place >> 2
    memory.words[at] = (wanted.isWhole ? 1 : 0) | (wanted.takesText ? 2 : 0)
    memory.words[at + 1] = slots - 1
    for (let i = 0; i < slots; i++) memory.words[wordOf(place, i) + 1] = noLength
    for (const [key, inner] of Object.entries(wanted.members)) {
      const word = wordOf(place, hashOf(key) & (slots - 1))
      memory.words.set([writeKey(key), key.length, write(inner), members.length << 4, noLength], word)
      members.push({ key, isLazy: inner.isLazy, lastText: '', lastLengthAt: word + 4 })
    }
    return place
  }

  function writeKey(key: string): number {
    const place = memory.reserve(key.length)
    memory.bytes.write(key, place, 'latin1')
    return place
  }

  return { place: write(wish), members }
}

/** Makes a scan forget what it remembers. */
export function forgetTexts({ words }: LineMemory, { members }: WishTable): void {
  for (const { lastLengthAt } of members) words[lastLengthAt] = noLength
}

function wordOf(place: number, slot: number): number {
  return (place + headBytes + slot * slotBytes) >> 2
}

/** As many that no two keys share one. */
function slotsFor(keys: readonly string[]): number {
  const hashes = keys.map(hashOf)
  for (let slots = 1; ; slots *= 2) {
    if (new Set(hashes.map(hash => hash & (slots - 1))).size === keys.length || keys.length === 0)
      return slots
  }
}

function hashOf(key: string): number {
  return [...Buffer.from(key)].reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 17)
}
