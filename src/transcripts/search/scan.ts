import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { JsonObject } from '../../base/jsonl.ts'
import { createLineReader, parseLine } from '../../base/line-reader.ts'

const lf = 0x0a
/** A text of 64 kB stays in the processor's own memory; longer ones take twice the time a byte. */
const blockBytes = 1 << 16
/** More than the longest thing a pattern can match. */
const overlapBytes = 1 << 9
/** The viewer does not read longer ones either. */
const longestLine = 32 << 20

/** Memory to scan with, for who scans many files. */
export function createScanBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(blockBytes)
}

/**
 * Visits the objects of the lines whose bytes, read as Latin-1, match a pattern, until `visit` answers true. Lines end at LF
 * alone; what is no JSON object is passed over, and so are lines of more than 32 MB. Memory: one block, and one line that
 * matches. Throws errors of the file system.
 */
export function scanFile(
  file: string,
  pattern: RegExp,
  buffer: Buffer,
  visit: (line: JsonObject) => boolean,
): void {
  // A pipe without a writer must not hold us.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    if (!fstatSync(descriptor).isFile()) throw new Error('not a regular file')
    scan(descriptor, pattern, buffer, visit)
  } finally {
    closeSync(descriptor)
  }
}

function scan(
  descriptor: number,
  pattern: RegExp,
  buffer: Buffer,
  visit: (line: JsonObject) => boolean,
): void {
  /** Where the buffer begins in the file, and how much of its beginning is kept from the block before. */
  let base = 0
  let kept = 0
  /** Where the line that the buffer begins with begins, and the end of the last line that was visited. */
  let lineStart = 0
  let done = 0
  for (;;) {
    const got = readSync(descriptor, buffer, kept, buffer.length - kept, base + kept)
    if (got === 0) return
    const filled = kept + got
    const block = buffer.subarray(0, filled)
    const text = block.toString('latin1')
    let next = base + filled
    pattern.lastIndex = Math.max(0, done - base)
    while (pattern.test(text)) {
      const at = pattern.lastIndex - 1
      const before = block.lastIndexOf(lf, at)
      const start = before === -1 ? lineStart : base + before + 1
      const after = block.indexOf(lf, at)
      const end = after === -1 ? lineEnd(descriptor, base + filled) : base + after
      const isHere = start >= base && end <= base + filled
      const bytes = isHere ? block.subarray(start - base, end - base) : readPart(descriptor, start, end)
      const value = bytes && parseLine(bytes, start === 0)
      if (value && visit(value)) return
      done = end + 1
      if (done >= base + filled) {
        // The rest of a long line need not be looked at.
        next = done
        lineStart = done
        break
      }
      pattern.lastIndex = done - base
    }
    if (next > base + filled) {
      base = next
      kept = 0
      continue
    }
    const last = block.lastIndexOf(lf)
    if (last !== -1) lineStart = base + last + 1
    kept = Math.min(overlapBytes, filled)
    buffer.copy(buffer, 0, filled - kept, filled)
    base += filled - kept
  }
}

/** Where the line ends that goes on at a place: at its LF, or with the file. */
function lineEnd(descriptor: number, from: number): number {
  const buffer = Buffer.allocUnsafe(blockBytes)
  for (let at = from; ; ) {
    const got = readSync(descriptor, buffer, 0, buffer.length, at)
    if (got === 0) return at
    const end = buffer.subarray(0, got).indexOf(lf)
    if (end !== -1) return at + end
    at += got
  }
}

/** A part of the file, if it is not too long to be held. */
function readPart(descriptor: number, start: number, end: number): Buffer | undefined {
  if (end - start > longestLine) return undefined
  const buffer = Buffer.allocUnsafeSlow(end - start)
  let filled = 0
  while (filled < buffer.length) {
    const got = readSync(descriptor, buffer, filled, buffer.length - filled, start + filled)
    if (got === 0) break
    filled += got
  }
  return buffer.subarray(0, filled)
}

/** The objects of a file from its beginning, read as they are asked for. */
export function* objectsOf(file: string): Generator<JsonObject> {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const reader = createLineReader(descriptor, longestLine)
    let isMore = true
    while (isMore) {
      const found: JsonObject[] = []
      isMore = reader.readOn(blockBytes, ({ value }) => value && found.push(value))
      yield* found
    }
  } finally {
    closeSync(descriptor)
  }
}
