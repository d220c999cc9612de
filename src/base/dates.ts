import { cleanText } from './clean-text.ts'
import { UsageError } from './errors.ts'
import { type WallTime, type ZoneClock, zoneClock } from './time.ts'

interface DateContext {
  readonly nowMs: number
  /** The zone in which a day begins and ends. */
  readonly zone: string
  /** Which end of a named period is meant. */
  readonly edge: 'since' | 'until'
}

interface Period {
  readonly startMs: number
  /** Exclusive. */
  readonly endMs: number
}

const hint =
  'Try: today, yesterday, monday, "last week", "this month", 90min, 24h, 7d, 2w, 3m, 2026, 2026-11, 2026-11-20, 2026-11-20T10:00'

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/**
 * The instant, in milliseconds since 1970 UTC, that a person means by a date. For `since` a named period is its
 * start, for `until` its exclusive end, so that `until 2026-11-20` includes that day. A length of time (`7d`)
 * and a time of day are an instant at both edges.
 * Throws a UsageError for words it does not know and dates that do not exist.
 */
export function parseDate(text: string, { nowMs, zone, edge }: DateContext): number {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const clock = zoneClock(zone)
  const period =
    namedPeriod(words, clock, nowMs) ?? lengthAgo(words, clock, nowMs) ?? writtenDate(words, clock)
  if (!period) throw new UsageError(`This is not a date: ${cleanText(text) || '(nothing)'}`, hint)
  return edge === 'since' ? period.startMs : period.endMs
}

function namedPeriod(words: string, clock: ZoneClock, nowMs: number): Period | undefined {
  if (words === 'now') return moment(nowMs)
  if (words === 'today') return days(clock, nowMs, 0)
  if (words === 'yesterday') return days(clock, nowMs, -1)
  const weekday = 1 + weekdays.indexOf(words)
  if (weekday > 0) {
    // The last one, today included.
    const ago = (clock.parts(nowMs).weekday - weekday + 7) % 7
    return days(clock, nowMs, -ago)
  }
  const [, which, unit] = /^(this|last) (week|month|year)$/.exec(words) ?? []
  const step = which === 'last' ? -1 : 0
  switch (unit) {
    case 'week':
    case 'month':
      return { startMs: clock.add(unit, nowMs, step), endMs: clock.add(unit, nowMs, step + 1) }
    case 'year':
      return wholeYear(clock, clock.parts(nowMs).year + step)
    default:
      return undefined
  }
}

/** `7d` is the same time of day seven days ago; hours and minutes are counted exactly. */
function lengthAgo(words: string, clock: ZoneClock, nowMs: number): Period | undefined {
  const [, digits, unit] = /^(\d{1,4}) ?(min|h|d|w|m)$/.exec(words) ?? []
  const count = Number(digits)
  if (unit === 'min') return moment(nowMs - count * 60_000)
  if (unit === 'h') return moment(nowMs - count * 3_600_000)
  const now = { ...clock.parts(nowMs), millisecond: ((nowMs % 1000) + 1000) % 1000 }
  if (unit === 'd') return moment(clock.instant({ ...now, day: now.day - count }))
  if (unit === 'w') return moment(clock.instant({ ...now, day: now.day - 7 * count }))
  if (unit !== 'm') return undefined
  // Three months before 31 May is the last day of February.
  const lastDay = new Date(Date.UTC(now.year, now.month - count, 0)).getUTCDate()
  return moment(clock.instant({ ...now, month: now.month - count, day: Math.min(now.day, lastDay) }))
}

const writtenForm =
  /^([1-9]\d{3})(?:-(\d\d)(?:-(\d\d)(?:[t ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?(z|[+-]\d\d:?\d\d))?)?)?)?$/

function writtenDate(words: string, clock: ZoneClock): Period | undefined {
  const match = writtenForm.exec(words)
  if (!match) return undefined
  const [, years, months, dayDigits, hours, minutes, seconds = '0', fraction = '0', offset] = match
  const year = Number(years)
  if (months === undefined) return wholeYear(clock, year)
  const month = Number(months)
  if (month < 1 || month > 12) throw impossible(words)
  if (dayDigits === undefined)
    return { startMs: clock.instant({ year, month }), endMs: clock.instant({ year, month: month + 1 }) }
  const day = Number(dayDigits)
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) throw impossible(words)
  if (hours === undefined)
    return {
      startMs: clock.instant({ year, month, day }),
      endMs: clock.instant({ year, month, day: day + 1 }),
    }
  const hour = Number(hours)
  const minute = Number(minutes)
  const second = Number(seconds)
  if (hour > 23 || minute > 59 || second > 59) throw impossible(words)
  const millisecond = Number(fraction.padEnd(3, '0').slice(0, 3))
  const wall = { year, month, day, hour, minute, second, millisecond }
  return moment(offset === undefined ? clock.instant(wall) : instantAt(wall, offset, words))
}

function instantAt(wall: Required<WallTime>, offset: string, words: string): number {
  const utc = Date.UTC(
    wall.year,
    wall.month - 1,
    wall.day,
    wall.hour,
    wall.minute,
    wall.second,
    wall.millisecond,
  )
  if (offset === 'z') return utc
  const hours = Number(offset.slice(1, 3))
  const minutes = Number(offset.slice(-2))
  if (hours > 23 || minutes > 59) throw impossible(words)
  const size = (hours * 60 + minutes) * 60_000
  return offset.startsWith('-') ? utc + size : utc - size
}

function wholeYear(clock: ZoneClock, year: number): Period {
  return { startMs: clock.instant({ year }), endMs: clock.instant({ year: year + 1 }) }
}

function days(clock: ZoneClock, nowMs: number, step: number): Period {
  return { startMs: clock.add('day', nowMs, step), endMs: clock.add('day', nowMs, step + 1) }
}

function moment(ms: number): Period {
  return { startMs: ms, endMs: ms }
}

function impossible(words: string): UsageError {
  return new UsageError(`There is no such date: ${cleanText(words)}`, hint)
}
