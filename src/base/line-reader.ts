import { constants } from 'node:buffer'
import { readSync } from 'node:fs'
import type { JsonObject } from './jsonl.ts'

const lf = 0x0a
const pieceBytes = 1 << 18

/** A line that was found: where it begins and how many bytes it has, without its end. */
export interface FoundLine {
  readonly start: number
  readonly length: number
  /** Its object. Undefined: it is malformed, or longer than a reader holds. */
  readonly value: JsonObject | undefined
  readonly isTooLong: boolean
}

/** Reads a JSONL file in steps, and on when it has grown. */
export interface LineReader {
  /** Bytes of the lines visited so far. */
  readonly offset: number
  /** Visits the lines of about so many bytes. False: the end is reached, but for a last line that is still being written. */
  readOn(bytes: number, visit: (line: FoundLine) => void): boolean
}

/**
 * A reader over an open file, from the line that begins at `from`. Rules as in `readJsonLines`; a line longer than `longest` is passed over without being held.
 * A last line without an end is taken once it is one JSON object.
 */
export function createLineReader(descriptor: number, longest: number, from = 0): LineReader {
  let buffer = Buffer.allocUnsafeSlow(pieceBytes)
  let filled = 0
  /** Where the buffer begins in the file, and how much of it was searched for a line's end. */
  let base = from
  let scanned = 0
  /** Bytes of a line that is too long, which are not held. */
  let dropped = 0

  const take = (end: number, visit: (line: FoundLine) => void, start: number) => {
    const length = dropped + end - start
    const at = base + start - dropped
    const isTooLong = dropped > 0 || length > longest
    const value = isTooLong ? undefined : parseLine(buffer.subarray(start, end), at === 0)
    dropped = 0
    if (isTooLong || value !== null) visit({ start: at, length, value: value ?? undefined, isTooLong })
  }

  return {
    get offset() {
      return base - dropped
    },
    readOn(bytes, visit) {
      for (let read = 0; read < bytes; ) {
        if (filled === buffer.length) {
          if (filled > longest) {
            dropped += filled
            base += filled
            filled = 0
            scanned = 0
          } else {
            const larger = Buffer.allocUnsafeSlow(buffer.length * 2)
            buffer.copy(larger, 0, 0, filled)
            buffer = larger
          }
        }
        const got = readSync(descriptor, buffer, filled, buffer.length - filled, base + filled)
        if (got === 0) {
          const rest =
            filled > 0 && dropped === 0 ? parseLine(buffer.subarray(0, filled), base === 0) : undefined
          if (rest) {
            visit({ start: base, length: filled, value: rest, isTooLong: false })
            base += filled
            filled = 0
            scanned = 0
          }
          return false
        }
        read += got
        filled += got
        const view = buffer.subarray(0, filled)
        let start = 0
        for (let end = view.indexOf(lf, scanned); end !== -1; end = view.indexOf(lf, start)) {
          take(end, visit, start)
          start = end + 1
        }
        // A long line is not held for good.
        if (start > 0 && buffer.length > pieceBytes && filled - start <= pieceBytes) {
          const smaller = Buffer.allocUnsafeSlow(pieceBytes)
          buffer.copy(smaller, 0, start, filled)
          buffer = smaller
        } else buffer.copy(buffer, 0, start, filled)
        base += start
        filled -= start
        scanned = filled
      }
      return true
    },
  }
}

/** The object of a line's bytes. Null: the line is blank. Undefined: it is malformed. */
export function parseLine(bytes: Buffer, isFirst: boolean): JsonObject | null | undefined {
  const hasMark = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const line = hasMark ? bytes.subarray(3) : bytes
  if (line.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0d)) return null
  if (line.length > constants.MAX_STRING_LENGTH) return undefined
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined
  } catch {
    return undefined
  }
}

/** Where the first line at or after a place of the file begins; undefined if none does. */
export function lineStartAfter(descriptor: number, place: number): number | undefined {
  if (place <= 0) return 0
  const buffer = Buffer.allocUnsafe(pieceBytes)
  for (let at = place - 1; ; at += buffer.length) {
    const got = readSync(descriptor, buffer, 0, buffer.length, at)
    if (got === 0) return undefined
    const end = buffer.subarray(0, got).indexOf(lf)
    if (end !== -1) return at + end + 1
  }
}
