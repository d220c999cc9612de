import { constants } from 'node:buffer'
import { closeSync, openSync, readSync } from 'node:fs'

const chunkBytes = 1 << 18
const lf = 0x0a

/** Reading took longer than the caller has: the file is left for another time. */
export class ReadBudgetError extends Error {
  constructor(file: string) {
    super(`no time left to read ${file}`)
    this.name = 'ReadBudgetError'
  }
}

export interface LineCounts {
  readonly lines: number
  readonly malformed: number
}

export type JsonObject = Readonly<Record<string, unknown>>

/** Memory for reading, kept from file to file: fresh pages for every file cost more time than parsing it. */
export interface Scratch {
  buffer: Buffer
}

/** Room for one reader. */
export function createScratch(): Scratch {
  return { buffer: Buffer.allocUnsafeSlow(chunkBytes) }
}

export interface ReadLinesOptions {
  readonly scratch?: Scratch | undefined
  /** Gives other work a turn between pieces: whoever opens a database meanwhile need not wait for the whole file. */
  readonly yields?: boolean | undefined
  /** By `performance.now()`; checked between pieces, so that one slow disk or one huge line can't hold a hook. */
  readonly deadlineMs?: number | undefined
}

/** With a deadline, a longer line is not even tried: parsing it alone would take a hook's whole time. */
const longestLineInAHurry = 8 << 20

/**
 * Visits every line of a JSONL file that is one JSON object, in order. Lines end at LF alone; blank ones are not
 * counted; a byte order mark is dropped; bytes that are no UTF-8 become U+FFFD. What is not one JSON object by
 * the standard (a cut-off end, NaN, arrays, two objects) is counted as malformed and passed over.
 * Memory: one chunk, or the longest line. Reads synchronously: waiting for the thread pool cost 40 % more time
 * over 400 MB, so callers see to it that the file is a regular one.
 */
export async function readJsonLines(
  file: string,
  visit: (line: JsonObject, raw: () => string) => void,
  options: ReadLinesOptions = {},
): Promise<LineCounts> {
  const descriptor = openSync(file, 'r')
  try {
    let { buffer } = options.scratch ?? createScratch()
    let filled = 0
    let scanned = 0
    let lines = 0
    let malformed = 0
    let atStart = true

    const take = (start: number, end: number) => {
      let from = start
      if (atStart) {
        atStart = false
        if (buffer[from] === 0xef && buffer[from + 1] === 0xbb && buffer[from + 2] === 0xbf) from += 3
      }
      if (isBlank(buffer, from, end)) return
      lines++
      const value = parseObject(buffer, from, end)
      if (value) visit(value, () => buffer.toString('utf8', from, end))
      else malformed++
    }

    for (;;) {
      if (options.deadlineMs !== undefined) {
        if (performance.now() > options.deadlineMs || filled > longestLineInAHurry)
          throw new ReadBudgetError(file)
      }
      if (options.yields) await new Promise(resolve => setImmediate(resolve))
      if (filled === buffer.length) {
        const larger = Buffer.allocUnsafe(buffer.length * 2)
        buffer.copy(larger, 0, 0, filled)
        buffer = larger
      }
      const bytesRead = readSync(descriptor, buffer, filled, buffer.length - filled, null)
      if (bytesRead === 0) break
      filled += bytesRead
      let start = 0
      const view = buffer.subarray(0, filled)
      for (let end = view.indexOf(lf, scanned); end !== -1; end = view.indexOf(lf, start)) {
        take(start, end)
        start = end + 1
      }
      buffer.copy(buffer, 0, start, filled)
      filled -= start
      scanned = filled
    }
    if (filled > 0) take(0, filled)
    return { lines, malformed }
  } finally {
    closeSync(descriptor)
  }
}

function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = buffer[i]
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false
  }
  return true
}

function parseObject(buffer: Buffer, start: number, end: number): JsonObject | undefined {
  if (end - start > constants.MAX_STRING_LENGTH) return undefined
  try {
    const value: unknown = JSON.parse(buffer.toString('utf8', start, end))
    return isObject(value) ? value : undefined
  } catch {
    // Malformed lines are normal input: the caller gets their number.
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
