/**
 * A hybrid logical clock: stamps that follow the wall clock, and stay in order where it does not. A stamp is 13 digits
 * of milliseconds since 1970, a counter of 4 hex digits and the id of who made it, compared as text:
 * `1763640000000-0000-6f1c…`.
 */

const shape = /^(\d{13})-([0-9a-f]{4})-[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/

/** No clock is this far ahead (the year 2255), so that whatever is accepted can be overwritten. */
const endOfTime = 9_000_000_000_000

/** How far ahead of the wall clock a stamp may be before nobody else follows it, in milliseconds. */
const farAheadMs = 24 * 60 * 60 * 1000

interface StampOptions {
  readonly wallMs: number
  /** The last stamp that was seen here. */
  readonly seen: string | null
  /** The stamps of what is overwritten. */
  readonly over?: readonly string[]
  /** Who makes it: two that stamp at once differ in it. */
  readonly id: string
}

/** A stamp above the wall clock, the last one seen and all that it overwrites. */
export function nextStamp({ wallMs, seen, over = [], id }: StampOptions): string {
  let ms = Math.min(Math.max(0, Math.floor(wallMs)), endOfTime - 1)
  let counter = 0
  for (const stamp of seen === null ? over : [seen, ...over]) {
    const other = partsOf(stamp)
    if (!other || other.ms < ms || (other.ms === ms && other.counter < counter)) continue
    const isFull = other.counter === 0xffff
    ms = isFull ? other.ms + 1 : other.ms
    counter = isFull ? 0 : other.counter + 1
  }
  return stampAt(ms, counter, id)
}

/** A stamp made of its parts; `id` is letters, digits, dots, dashes and underscores. */
export function stampAt(ms: number, counter: number, id: string): string {
  return `${String(ms).padStart(13, '0')}-${counter.toString(16).padStart(4, '0')}-${id}`
}

export function isStamp(text: string): boolean {
  const parts = partsOf(text)
  return parts !== undefined && parts.ms < endOfTime
}

/** The instant of a stamp, in milliseconds since 1970. */
export function stampMs(stamp: string): number {
  return partsOf(stamp)?.ms ?? 0
}

/**
 * Whether a clock ran so far ahead that its stamp is kept, but not followed: else one wrong clock would carry those of
 * all others along.
 */
export function isTooFarAhead(stamp: string, wallMs: number): boolean {
  return stampMs(stamp) > wallMs + farAheadMs
}

function partsOf(stamp: string): { ms: number; counter: number } | undefined {
  const [, ms, counter] = shape.exec(stamp) ?? []
  return ms === undefined || counter === undefined
    ? undefined
    : { ms: Number(ms), counter: Number.parseInt(counter, 16) }
}
