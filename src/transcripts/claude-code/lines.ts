import type { JsonObject } from '../../base/jsonl.ts'
import { dropSeparators } from '../../base/separators.ts'

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

/** Text that a database keeps as it is, and that travels as it is: well-formed, without NUL and separators, not absurdly long. */
export function storable(text: string): string
export function storable(text: string | null): string | null
export function storable(text: string | null): string | null {
  if (text === null || plainText.test(text)) return text
  return dropSeparators(text.slice(0, 200)).toWellFormed().replaceAll('\0', '\uFFFD')
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

const usualShape = '0000-00-00T00:00:00.000Z'

/** An instant as the client writes it, several times faster than `Date.parse`: every line has one. */
function usualInstant(text: string): number | null {
  if (text.length !== usualShape.length) return null
  for (let i = 0; i < usualShape.length; i++) {
    const code = text.charCodeAt(i)
    const shape = usualShape.charCodeAt(i)
    if (shape === 0x30 ? code < 0x30 || code > 0x39 : code !== shape) return null
  }
  const two = (at: number) => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 0x30 * 11
  const year = two(0) * 100 + two(2)
  const month = two(5)
  const day = two(8)
  // What depends on the calendar is left to those who know it.
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 28) return null
  if (two(11) > 23 || two(14) > 59 || two(17) > 59) return null
  const ms = two(20) * 10 + text.charCodeAt(22) - 0x30
  return Date.UTC(year, month - 1, day, two(11), two(14), two(17), ms)
}

/** A line of a subagent, in a file of its own or inside the main one. */
export function isSidechainLine(line: JsonObject): boolean {
  return line.isSidechain === true || asText(line.agentId) !== null
}
