/** Which ids were seen, in 16 bytes each: a set of texts would take most of the memory that an index needs. */
export interface KnownIds {
  /** Answers whether it is new. */
  add(id: string): boolean
}

/**
 * Ids are kept as 52 bits of a hash: among a million of them two are taken for the same with a chance of one in ten thousand.
 */
export function createKnownIds(): KnownIds {
  let table = new Float64Array(1 << 12)
  let count = 0

  const place = (into: Float64Array, hash: number): number => {
    let at = hash % into.length
    while (into[at] !== 0 && into[at] !== hash) at = (at + 1) % into.length
    return at
  }

  return {
    add(id) {
      const hash = hashOf(id)
      const at = place(table, hash)
      if (table[at] === hash) return false
      table[at] = hash
      count++
      if (count * 2 > table.length) {
        const larger = new Float64Array(table.length * 2)
        for (const known of table) if (known !== 0) larger[place(larger, known)] = known
        table = larger
      }
      return true
    },
  }
}

/** Two 32-bit hashes (the mixing of cyrb53) as one whole number above 0. */
function hashOf(text: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return (high >>> 12) * 0x1_0000_0000 + (low >>> 0) + 1
}
