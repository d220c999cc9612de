/** Hours, days, weeks and months as people in a named time zone count them. */

export type PeriodUnit = 'hour' | 'day' | 'week' | 'month'

/** A wall clock's reading. `weekday` is 1 for Monday to 7 for Sunday. */
interface ZonedParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly weekday: number
}

/** A date on the wall. Numbers out of range carry over: month 13 is January of the next year, day 0 the day before the 1st. */
export interface WallTime {
  readonly year: number
  readonly month?: number
  readonly day?: number
  readonly hour?: number
  readonly minute?: number
  readonly second?: number
  readonly millisecond?: number
}

/** The calendar of one zone. Instants are milliseconds since 1970 UTC. */
export interface ZoneClock {
  readonly zone: string
  parts(ms: number): ZonedParts
  /** The instant a wall clock shows this: the first one where it does twice, the end of the gap where it never does. */
  instant(wall: WallTime): number
  /** The first instant of the period that holds `ms`. A week begins on Monday; a change of the clock ends an hour. */
  startOf(unit: PeriodUnit, ms: number): number
  /** The start of the period `count` after (before, when negative) the one that holds `ms`. */
  add(unit: PeriodUnit, ms: number, count: number): number
  /**
   * `2026-11-20 14:00`, `2026-11-20`, `2026-W47` (ISO week), `2026-11`. An hour that comes twice, when
   * daylight saving time ends, is told apart by its offset: `2026-10-25 02:00+01:00`.
   */
  label(unit: PeriodUnit, ms: number): string
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Is this a zone that every part of the program knows? Plain offsets (`+05:30`) are not: only newer Nodes take them. */
export function isTimeZone(name: string): boolean {
  if (!/^[a-z]/i.test(name)) return false
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The zone of this machine; UTC when it has none that is known. */
export function localTimeZone(): string {
  const zone: string | undefined = new Intl.DateTimeFormat('en-US').resolvedOptions().timeZone
  return zone !== undefined && isTimeZone(zone) ? zone : 'UTC'
}

/** The calendar of a zone that `isTimeZone`; throws a RangeError for any other. Keep it: it remembers offsets. */
export function zoneClock(zone: string): ZoneClock {
  return clockOf(zone, offsetFinder(zone))
}

/** The calendar of this machine's zone. It asks Date, as to load Intl takes a tenth of the time until a screen is there. */
export function localClock(): ZoneClock {
  return clockOf(undefined, ms => -new Date(ms).getTimezoneOffset() * minuteMs)
}

/** Without a zone: the local one, whose name is found when it is asked for. `offsetAt` is in milliseconds. */
function clockOf(zone: string | undefined, offsetAt: (ms: number) => number): ZoneClock {
  let name = zone

  /** The wall clock's reading as if it were UTC. */
  const wallAt = (ms: number) => ms + offsetAt(ms)

  /** When, after `fromMs` and up to `toMs`, the offset changes; the two must differ in it. */
  function changeBetween(fromMs: number, toMs: number): number {
    const before = offsetAt(fromMs)
    let low = fromMs
    let high = toMs
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offsetAt(middle) === before) low = middle
      else high = middle
    }
    return high
  }

  function instantOf(wall: number): number {
    // No zone is a day away from UTC, and none has changed its clock twice within two days.
    const before = offsetAt(wall - dayMs)
    const after = offsetAt(wall + dayMs)
    if (offsetAt(wall - before) === before) return wall - before
    if (offsetAt(wall - after) === after) return wall - after
    return changeBetween(wall - after, wall - before)
  }

  function startOfHour(ms: number): number {
    const start = ms - modulo(wallAt(ms), hourMs)
    return offsetAt(start) === offsetAt(ms) ? start : changeBetween(start, ms)
  }

  function endOfHour(ms: number): number {
    const last = ms - modulo(wallAt(ms), hourMs) + hourMs - 1
    return offsetAt(last) === offsetAt(ms) ? last + 1 : changeBetween(ms, last)
  }

  function addHours(ms: number, count: number): number {
    let start = startOfHour(ms)
    for (let left = count; left > 0; left--) start = endOfHour(start)
    for (let left = count; left < 0; left++) start = startOfHour(start - 1)
    return start
  }

  /** Does the wall clock show this hour again under another offset, a day before or after at most? */
  function comesTwice(ms: number): boolean {
    const offset = offsetAt(ms)
    const hour = wallAt(ms) - modulo(wallAt(ms), hourMs)
    return [offsetAt(ms - dayMs), offsetAt(ms + dayMs)].some(
      other =>
        other !== offset &&
        (offsetAt(hour - other) === other || offsetAt(hour + hourMs - 1 - other) === other),
    )
  }

  function add(unit: PeriodUnit, ms: number, count: number): number {
    if (unit === 'hour') return addHours(ms, count)
    const { year, month, day, weekday } = wallParts(wallAt(ms))
    switch (unit) {
      case 'day':
        return instantOf(Date.UTC(year, month - 1, day + count))
      case 'week':
        return instantOf(Date.UTC(year, month - 1, day + 1 - weekday + 7 * count))
      case 'month':
        return instantOf(Date.UTC(year, month - 1 + count))
      default:
        return unit satisfies never
    }
  }

  return {
    get zone() {
      name ??= localTimeZone()
      return name
    },
    parts: ms => wallParts(wallAt(ms)),
    instant: ({ year, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0 }) =>
      instantOf(Date.UTC(year, month - 1, day, hour, minute, second, millisecond)),
    startOf: (unit, ms) => add(unit, ms, 0),
    add,
    label(unit, ms) {
      const iso = new Date(wallAt(ms)).toISOString()
      switch (unit) {
        case 'hour':
          return `${iso.slice(0, 10)} ${iso.slice(11, 13)}:00${comesTwice(ms) ? offsetText(offsetAt(ms)) : ''}`
        case 'day':
          return iso.slice(0, 10)
        case 'week':
          return isoWeek(wallAt(ms))
        case 'month':
          return iso.slice(0, 7)
        default:
          return unit satisfies never
      }
    },
  }
}

/** Names the days of instants, fast for those that follow one upon the other. */
export function dayNamer(clock: ZoneClock): (ms: number) => string {
  let [start, end, name] = [0, 0, '']
  return ms => {
    if (ms < start || ms >= end) {
      start = clock.startOf('day', ms)
      end = clock.add('day', ms, 1)
      name = clock.label('day', ms)
    }
    return name
  }
}

/**
 * Answers a zone's offset from UTC in milliseconds. Asking Intl takes a few microseconds, so the offsets at
 * the edges of days are remembered; where they are equal the clock did not change in between.
 */
function offsetFinder(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const atEdge = new Map<number, number>()

  function ask(ms: number): number {
    const [, sign, hours, minutes, seconds = '0'] =
      /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(format.format(ms)) ?? []
    if (sign === undefined) return 0
    const size = Number(hours) * hourMs + Number(minutes) * minuteMs + Number(seconds) * 1000
    return sign === '-' ? -size : size
  }

  function edge(block: number): number {
    const known = atEdge.get(block)
    if (known !== undefined) return known
    const offset = ask(block * dayMs)
    atEdge.set(block, offset)
    return offset
  }

  return ms => {
    const block = Math.floor(ms / dayMs)
    const offset = edge(block)
    return offset === edge(block + 1) ? offset : ask(ms)
  }
}

function wallParts(wall: number): ZonedParts {
  const date = new Date(wall)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay() || 7,
  }
}

/** ISO 8601: a week belongs to the year that its Thursday is in. */
function isoWeek(wall: number): string {
  const { year, month, day, weekday } = wallParts(wall)
  const thursday = new Date(Date.UTC(year, month - 1, day + 4 - weekday))
  const weekYear = thursday.getUTCFullYear()
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(weekYear)) / (7 * dayMs))
  return `${weekYear}-W${String(week).padStart(2, '0')}`
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / minuteMs
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}

function modulo(dividend: number, divisor: number): number {
  return ((dividend % divisor) + divisor) % divisor
}
