// AssemblyScript, not TypeScript: `npm run build:wasm` makes src/base/json-scan.wasm.ts of it.
//
// Checks one line by the grammar of JSON, sixteen bytes at a time inside of texts, and writes down where the wanted parts
// lie. What the words it writes mean, and how wishes lie in memory, stands in src/base/json-skim.ts, which reads and
// writes them. Every line must be followed by a control character and 16 bytes that may be read.

const failed: i32 = -1
/** Nothing honest is deeper; what is, is left to `JSON.parse`. */
const deepest: i32 = 200
/** Texts up to this many bytes are compared with what the same member said before. */
const longestRepeat: i32 = 64

const quote: i32 = 0x22
const backslash: i32 = 0x5c
const comma: i32 = 0x2c
const colon: i32 = 0x3a
const openBrace: i32 = 0x7b
const closeBrace: i32 = 0x7d
const openBracket: i32 = 0x5b
const closeBracket: i32 = 0x5d

// Kinds of values, in the low four bits of the word that begins each; above them the member's number.
const kindEnd: i32 = 0
const kindObject: i32 = 1
const kindList: i32 = 2
const kindAscii: i32 = 3
const kindUtf8: i32 = 4
const kindJson: i32 = 5
const kindSomeText: i32 = 6
const kindSameText: i32 = 7
const kindTrue: i32 = 8
const kindFalse: i32 = 9
const kindNull: i32 = 10
const kindCount: i32 = 11

/** Where the next word goes, and where there is no more room. */
let output: i32 = 0
let outputEnd: i32 = 0
/** Of the text that was checked last. */
let hasEscape: bool = false
let isAscii: bool = true

/** Answers how many bytes were written, 0 where the line is no object or of a rare kind. */
export function scan(start: i32, end: i32, wish: i32, from: i32, to: i32): i32 {
  output = from
  outputEnd = to
  let at = space(start)
  if (byteAt(at) !== openBrace) return 0
  at = object(at, wish, 0)
  if (at === failed || space(at) !== end || output > outputEnd) return 0
  return output - from
}

@inline
function byteAt(at: i32): i32 {
  return <i32>load<u8>(at)
}

function put(word: i32): void {
  if (output < outputEnd) store<i32>(output, word)
  output += 4
}

function putPlace(kind: i32, start: i32, end: i32): void {
  put(kind)
  put(start)
  put(end)
}

@inline
function space(from: i32): i32 {
  let at = from
  let byte = byteAt(at)
  while (byte === 0x20 || byte === 0x09 || byte === 0x0d) byte = byteAt(++at)
  return at
}

/** Reads the value that begins at a byte. Answers where it ends. `member` is its number, shifted, and `slot` its place. */
function read(at: i32, wish: i32, member: i32, slot: i32, depth: i32): i32 {
  const byte = byteAt(at)
  const flags = load<i32>(wish)
  if (byte === quote) return text(at + 1, flags, member, slot)
  if (byte === openBrace || byte === openBracket) {
    if ((flags & 1) !== 0) {
      const end = skip(at, depth)
      putPlace(member | kindJson, at, end)
      return end
    }
    put(member | (byte === openBrace ? kindObject : kindList))
    return byte === openBrace ? object(at, wish, depth) : list(at, wish, depth)
  }
  return scalar(at, member)
}

function object(open: i32, wish: i32, depth: i32): i32 {
  if (depth > deepest) return failed
  const mask = load<i32>(wish, 4)
  let at = space(open + 1)
  if (byteAt(at) !== closeBrace) {
    while (true) {
      if (byteAt(at) !== quote) return failed
      // A key with an escape is a rare kind.
      const from = ++at
      let hash: i32 = 17
      let byte = byteAt(at)
      while (byte !== quote) {
        if (byte < 0x20 || byte === backslash) return failed
        hash = hash * 31 + byte
        byte = byteAt(++at)
      }
      const slot = wish + 8 + (hash & mask) * 96
      const isWanted = load<i32>(slot, 4) === at - from && memory.compare(load<i32>(slot), from, at - from) === 0
      at = space(at + 1)
      if (byteAt(at) !== colon) return failed
      at = space(at + 1)
      at = isWanted ? read(at, load<i32>(slot, 8), load<i32>(slot, 12), slot, depth + 1) : skip(at, depth + 1)
      if (at === failed) return failed
      at = space(at)
      byte = byteAt(at)
      if (byte === closeBrace) break
      if (byte !== comma) return failed
      at = space(at + 1)
    }
  }
  put(kindEnd)
  return at + 1
}

function list(open: i32, wish: i32, depth: i32): i32 {
  if (depth > deepest) return failed
  let at = space(open + 1)
  if (byteAt(at) !== closeBracket) {
    while (true) {
      at = read(at, wish, 0, 0, depth + 1)
      if (at === failed) return failed
      at = space(at)
      const byte = byteAt(at)
      if (byte === closeBracket) break
      if (byte !== comma) return failed
      at = space(at + 1)
    }
  }
  put(kindEnd)
  return at + 1
}

/** Checks a value that nobody wants. */
function skip(at: i32, depth: i32): i32 {
  const byte = byteAt(at)
  if (byte === quote) {
    const end = textEnd(at + 1)
    return end === failed ? failed : end + 1
  }
  if (byte === openBrace) return skipNested(at, depth, closeBrace)
  if (byte === openBracket) return skipNested(at, depth, closeBracket)
  return scalarEnd(at)
}

function skipNested(open: i32, depth: i32, close: i32): i32 {
  if (depth > deepest) return failed
  let at = space(open + 1)
  if (byteAt(at) === close) return at + 1
  while (true) {
    if (close === closeBrace) {
      if (byteAt(at) !== quote) return failed
      at = textEnd(at + 1)
      if (at === failed) return failed
      at = space(at + 1)
      if (byteAt(at) !== colon) return failed
      at = space(at + 1)
    }
    at = skip(at, depth + 1)
    if (at === failed) return failed
    at = space(at)
    const byte = byteAt(at)
    if (byte === close) return at + 1
    if (byte !== comma) return failed
    at = space(at + 1)
  }
}

function text(start: i32, flags: i32, member: i32, slot: i32): i32 {
  const end = textEnd(start)
  if (end === failed) return failed
  if ((flags & 2) === 0) put(member | kindSomeText)
  else if (hasEscape) putPlace(member | kindJson, start - 1, end + 1)
  else if (!isAscii) putPlace(member | kindUtf8, start, end)
  else if (slot !== 0 && end - start <= longestRepeat) repeatable(start, end, member, slot)
  else putPlace(member | kindAscii, start, end)
  return end + 1
}

/** Many members say the same on every line. */
function repeatable(start: i32, end: i32, member: i32, slot: i32): void {
  const length = end - start
  if (load<i32>(slot, 16) === length && memory.compare(slot + 32, start, length) === 0) {
    put(member | kindSameText)
    return
  }
  store<i32>(slot, length, 16)
  memory.copy(slot + 32, start, length)
  putPlace(member | kindAscii, start, end)
}

/** Checks a text up to its closing quote. */
function textEnd(start: i32): i32 {
  let at = start
  let letters = i8x16.splat(0)
  hasEscape = false
  while (true) {
    const bytes = v128.load(at)
    const special = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      ),
    )
    // What lies behind the end is taken along, which can only make a text take the longer way.
    letters = v128.or(letters, bytes)
    if (special === 0) {
      at += 16
      continue
    }
    at += ctz(special)
    const byte = byteAt(at)
    if (byte === quote) break
    if (byte !== backslash) return failed
    hasEscape = true
    const next = byteAt(at + 1)
    if (isEscapable(next)) at += 2
    else if (next === 0x75 && isHex4(at + 2)) at += 6
    else return failed
  }
  isAscii = i8x16.bitmask(letters) === 0
  return at
}

/** One of " \ / b f n r t. */
@inline
function isEscapable(byte: i32): bool {
  return (
    byte === 0x6e || byte === quote || byte === backslash || byte === 0x74 || byte === 0x72 ||
    byte === 0x2f || byte === 0x62 || byte === 0x66
  )
}

function isHex4(start: i32): bool {
  for (let at = start; at < start + 4; at++) {
    const byte = byteAt(at)
    if (!isDigit(byte) && !((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)) return false
  }
  return true
}

@inline
function isDigit(byte: i32): bool {
  return <u32>(byte - 0x30) <= 9
}

function scalar(at: i32, member: i32): i32 {
  const end = scalarEnd(at)
  if (end === failed) return failed
  const byte = byteAt(at)
  if (byte === 0x74) put(member | kindTrue)
  else if (byte === 0x66) put(member | kindFalse)
  else if (byte === 0x6e) put(member | kindNull)
  else count(at, end, member)
  return end
}

/** Short whole numbers are worked out here, as nearly all are. */
function count(start: i32, end: i32, member: i32): void {
  let number: i32 = 0
  let at = start
  while (at < end && at < start + 9 && isDigit(byteAt(at))) number = number * 10 + byteAt(at++) - 0x30
  if (at < end) putPlace(member | kindJson, start, end)
  else {
    put(member | kindCount)
    put(number)
  }
}

function scalarEnd(start: i32): i32 {
  const byte = byteAt(start)
  if (byte === 0x74) return load<u32>(start) === 0x65757274 ? start + 4 : failed
  if (byte === 0x6e) return load<u32>(start) === 0x6c6c756e ? start + 4 : failed
  if (byte === 0x66) return load<u32>(start + 1) === 0x65736c61 ? start + 5 : failed
  let at = byte === 0x2d ? start + 1 : start
  if (byteAt(at) === 0x30) at++
  else {
    const end = digitsEnd(at)
    if (end === at) return failed
    at = end
  }
  if (byteAt(at) === 0x2e) {
    const end = digitsEnd(at + 1)
    if (end === at + 1) return failed
    at = end
  }
  if ((byteAt(at) | 0x20) === 0x65) {
    at++
    if (byteAt(at) === 0x2b || byteAt(at) === 0x2d) at++
    const end = digitsEnd(at)
    if (end === at) return failed
    at = end
  }
  return at
}

function digitsEnd(start: i32): i32 {
  let at = start
  while (isDigit(byteAt(at))) at++
  return at
}
