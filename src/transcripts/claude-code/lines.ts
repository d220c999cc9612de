import type { JsonObject } from '../../base/jsonl.ts'

// The shape of Claude Code's lines is internal to it and changes without notice, so nothing is taken for granted:
// every field is read through one of these, and a field of the wrong type is a missing field.

const none: JsonObject = Object.freeze({})

/** The object, or an empty one. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : none
}

/** Whether it is an object at all. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The text, if there is more than white space in it. */
export function asText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

/** The objects of a list; what is no object becomes an empty one, so that positions stay. */
export function asObjects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : []
}

/** No honest count is larger, and sums of counts stay whole numbers wherever they are added. */
const largestCount = 1e10
/** Web searches and the like: a session's sum fits the 31 bits of its column. */
const largestSmallCount = 10_000

/** A count: a finite JSON number above 0, cut to a whole number; all else is 0 (counting rule 6). */
export function asCount(value: unknown): number {
  if (typeof value !== 'number' || !(value > 0) || value === Number.POSITIVE_INFINITY) return 0
  return Math.min(Math.trunc(value), largestCount)
}

/** A count of what is done a few times at most. */
export function asSmallCount(value: unknown): number {
  return Math.min(asCount(value), largestSmallCount)
}

const plainText = /^[\x20-\x7e]{0,200}$/

/** Text that a database keeps as it is: well-formed, without NUL, not absurdly long. */
export function storable(text: string): string
export function storable(text: string | null): string | null
export function storable(text: string | null): string | null {
  if (text === null || plainText.test(text)) return text
  return text.slice(0, 200).toWellFormed().replaceAll('\0', '\uFFFD')
}

const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Milliseconds of an ISO instant with a zone, else null. */
export function asInstant(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 40) return null
  const usual = usualInstant(value)
  if (usual !== null) return usual
  if (!isoInstant.test(value)) return null
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? null : ms
}

/** An instant as the client writes it, many times faster than `Date.parse`: every line has one. */
function usualInstant(text: string): number | null {
  if (text.length !== usualLength || !hasUsualMarks(text)) return null
  const year = digitsAt(text, 0, 4)
  const month = digitsAt(text, 5, 2)
  const day = digitsAt(text, 8, 2)
  const hour = digitsAt(text, 11, 2)
  const minute = digitsAt(text, 14, 2)
  const second = digitsAt(text, 17, 2)
  const ms = digitsAt(text, 20, 3)
  // What depends on the calendar is left to those who know it, and so is what has no digits where they belong.
  if (!(year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return null
  if (!(hour <= 23 && minute <= 59 && second <= 59 && ms <= 999)) return null
  return (((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms
}

const usualLength = '0000-00-00T00:00:00.000Z'.length

function hasUsualMarks(text: string): boolean {
  return (
    text.charCodeAt(4) === 0x2d &&
    text.charCodeAt(7) === 0x2d &&
    text.charCodeAt(10) === 0x54 &&
    text.charCodeAt(13) === 0x3a &&
    text.charCodeAt(16) === 0x3a &&
    text.charCodeAt(19) === 0x2e &&
    text.charCodeAt(23) === 0x5a
  )
}

/** A number of so many digits, or more than any if one of them is none. */
function digitsAt(text: string, start: number, count: number): number {
  let number = 0
  for (let at = start; at < start + count; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return Number.MAX_SAFE_INTEGER
    number = number * 10 + digit
  }
  return number
}

const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

function daysSince1970(year: number, month: number, day: number): number {
  // Leap days are in the years that are over, and in this one once February is.
  const past = month > 2 ? year : year - 1
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 477
  return (year - 1970) * 365 + leapDays + (daysBefore[month - 1] ?? 0) + day - 1
}

/** A line of a subagent, in a file of its own or inside the main one. */
export function isSidechainLine(line: JsonObject): boolean {
  return line.isSidechain === true || asText(line.agentId) !== null
}
