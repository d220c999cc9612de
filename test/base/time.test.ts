import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  dayNamer,
  isTimeZone,
  localClock,
  localTimeZone,
  type PeriodUnit,
  zoneClock,
} from '../../src/base/time.ts'

const hourMs = 3_600_000
const utc = (iso: string) => Date.parse(iso)
const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')

describe('zones', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('%s is one', name => {
    expect(isTimeZone(name)).toBe(true)
  })

  test.each(['', 'Mars/Olympus', '+05:30', '-03:00', 'Europe/Berlin; DROP', ' UTC'])('"%s" is none', name => {
    expect(isTimeZone(name)).toBe(false)
  })

  test('the local zone is that of the machine', () => {
    vi.stubEnv('TZ', 'Asia/Kolkata')

    const zone = localTimeZone()

    expect(['Asia/Kolkata', 'Asia/Calcutta']).toContain(zone)
  })

  test('a machine whose zone makes no sense counts in UTC', () => {
    vi.stubEnv('TZ', ':no/such/zone')

    const zone = localTimeZone()

    expect(zone).toBe('UTC')
  })
})

describe('the clock of this machine', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  // Half hours, a change of the clock by half an hour, in autumn in the north and in the south, and none at all.
  test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Sao_Paulo'])(
    'is that of its zone: %s',
    zone => {
      vi.stubEnv('TZ', zone)
      const local = localClock()
      const expected = zoneClock(zone)

      for (let ms = utc('2017-01-01T00:10:00Z'); ms < utc('2019-01-01T00:00:00Z'); ms += 7 * hourMs) {
        expect(local.label('hour', ms)).toBe(expected.label('hour', ms))
        expect(local.startOf('month', ms)).toBe(expected.startOf('month', ms))
      }
      expect(local.zone).toBe(localTimeZone())
    },
  )
})

test('days are named alike, whatever was named before', () => {
  const clock = zoneClock('America/Sao_Paulo')
  const name = dayNamer(clock)
  const instants = Array.from(
    { length: 300 },
    (_, i) => utc('2018-10-28T00:00:00Z') + ((i * 37) % 300) * hourMs,
  )

  for (const ms of [...instants, ...instants.sort()]) expect(name(ms)).toBe(clock.label('day', ms))
})

describe('reading the wall clock', () => {
  test.each([
    ['UTC', '2026-11-20T14:05:09Z', [2026, 11, 20, 14, 5, 9, 5]],
    ['Europe/Berlin', '2026-12-31T23:30:00Z', [2027, 1, 1, 0, 30, 0, 5]],
    ['Asia/Kolkata', '2026-11-22T18:29:59Z', [2026, 11, 22, 23, 59, 59, 7]],
    ['Asia/Kolkata', '2026-11-22T18:30:00Z', [2026, 11, 23, 0, 0, 0, 1]],
    ['America/St_Johns', '2026-01-01T03:29:00Z', [2025, 12, 31, 23, 59, 0, 3]],
    ['Asia/Kathmandu', '2026-06-01T00:00:00Z', [2026, 6, 1, 5, 45, 0, 1]],
    // The minute before and after a change that is not on a quarter-hour of UTC.
    ['America/St_Johns', '2010-11-07T02:30:59Z', [2010, 11, 7, 0, 0, 59, 7]],
    ['America/St_Johns', '2010-11-07T02:31:00Z', [2010, 11, 6, 23, 1, 0, 6]],
    ['UTC', '1969-12-31T23:59:59Z', [1969, 12, 31, 23, 59, 59, 3]],
  ])('in %s at %s', (zone, instant, [year, month, day, hour, minute, second, weekday]) => {
    const clock = zoneClock(zone)

    const parts = clock.parts(utc(instant))

    expect(parts).toEqual({ year, month, day, hour, minute, second, weekday })
  })

  test('agrees with Intl over a year of hours, in zones of every kind', () => {
    const zones = [
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Africa/Casablanca',
      'Pacific/Chatham',
    ]

    for (const zone of zones) {
      const clock = zoneClock(zone)
      const format = new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'medium',
      })
      for (let ms = utc('2018-01-01T00:00:01Z'); ms < utc('2019-01-01T00:00:00Z'); ms += hourMs / 2) {
        const { year, month, day, hour, minute, second } = clock.parts(ms)
        const two = (number: number) => String(number).padStart(2, '0')

        expect(`${two(day)}/${two(month)}/${year}, ${two(hour)}:${two(minute)}:${two(second)}`).toBe(
          format.format(ms),
        )
      }
    }
  })
})

describe('wall time to instant', () => {
  test.each([
    ['an ordinary time', 'Europe/Berlin', [2026, 11, 20, 10, 30], '2026-11-20T09:30:00Z'],
    ['the first of a time that comes twice', 'Europe/Berlin', [2026, 10, 25, 2, 30], '2026-10-25T00:30:00Z'],
    [
      'the end of the gap for a time that never comes',
      'Europe/Berlin',
      [2026, 3, 29, 2, 30],
      '2026-03-29T01:00:00Z',
    ],
    ['a month out of range', 'UTC', [2026, 13, 1, 0, 0], '2027-01-01T00:00:00Z'],
    ['a day before the first', 'UTC', [2026, 3, 0, 0, 0], '2026-02-28T00:00:00Z'],
  ])('finds %s', (_, zone, [year = 0, month = 0, day = 0, hour = 0, minute = 0], expected) => {
    const clock = zoneClock(zone)

    const instant = clock.instant({ year, month, day, hour, minute })

    expect(iso(instant)).toBe(expected)
  })

  test('a year alone is its first midnight', () => {
    const clock = zoneClock('America/New_York')

    const instant = clock.instant({ year: 2026 })

    expect(iso(instant)).toBe('2026-01-01T05:00:00Z')
  })
})

describe('the start of a period', () => {
  const cases: [string, PeriodUnit, string, string][] = [
    ['Europe/Berlin', 'hour', '2026-11-20T14:59:59Z', '2026-11-20T14:00:00Z'],
    ['Asia/Kolkata', 'hour', '2026-11-20T14:10:00Z', '2026-11-20T13:30:00Z'],
    ['Europe/Berlin', 'day', '2026-11-20T22:59:00Z', '2026-11-19T23:00:00Z'],
    ['Europe/Berlin', 'day', '2026-11-20T23:00:00Z', '2026-11-20T23:00:00Z'],
    ['Europe/Berlin', 'week', '2026-11-22T22:59:59Z', '2026-11-15T23:00:00Z'],
    ['Europe/Berlin', 'week', '2026-11-22T23:00:00Z', '2026-11-22T23:00:00Z'],
    ['America/Los_Angeles', 'month', '2026-11-01T06:59:00Z', '2026-10-01T07:00:00Z'],
    ['America/Los_Angeles', 'month', '2026-11-01T07:00:00Z', '2026-11-01T07:00:00Z'],
    // Midnight does not exist: the day begins at one o'clock.
    ['America/Sao_Paulo', 'day', '2018-11-04T12:00:00Z', '2018-11-04T03:00:00Z'],
    ['Asia/Beirut', 'day', '2024-03-31T12:00:00Z', '2024-03-30T22:00:00Z'],
    // Midnight comes twice: the day begins with the first.
    ['America/Havana', 'day', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z'],
    // The clock goes back half an hour at two: the repeated half is an hour of its own.
    ['Australia/Lord_Howe', 'hour', '2026-04-04T14:45:00Z', '2026-04-04T14:00:00Z'],
    ['Australia/Lord_Howe', 'hour', '2026-04-04T15:20:00Z', '2026-04-04T15:00:00Z'],
    // It goes forward half an hour at two: the hour begins at half past.
    ['Australia/Lord_Howe', 'hour', '2026-10-03T15:50:00Z', '2026-10-03T15:30:00Z'],
  ]

  test.each(cases)('in %s, of the %s at %s, is %s', (zone, unit, instant, expected) => {
    const clock = zoneClock(zone)

    const start = clock.startOf(unit, utc(instant))

    expect(iso(start)).toBe(expected)
  })
})

describe('stepping through periods', () => {
  const cases: [string, PeriodUnit, string, number, string][] = [
    ['Europe/Berlin', 'day', '2026-03-28T23:00:00Z', 1, '2026-03-29T22:00:00Z'],
    ['Europe/Berlin', 'day', '2026-10-24T22:00:00Z', 1, '2026-10-25T23:00:00Z'],
    ['Europe/Berlin', 'day', '2026-10-25T23:00:00Z', -1, '2026-10-24T22:00:00Z'],
    ['Europe/Berlin', 'day', '2026-11-20T15:00:00Z', 1, '2026-11-20T23:00:00Z'],
    ['America/Sao_Paulo', 'day', '2018-11-03T03:00:00Z', 1, '2018-11-04T03:00:00Z'],
    ['America/Sao_Paulo', 'day', '2018-11-04T03:00:00Z', 1, '2018-11-05T02:00:00Z'],
    ['Europe/Berlin', 'week', '2026-10-18T22:00:00Z', 1, '2026-10-25T23:00:00Z'],
    ['Europe/Berlin', 'month', '2026-09-30T22:00:00Z', 1, '2026-10-31T23:00:00Z'],
    ['UTC', 'month', '2026-01-31T12:00:00Z', 1, '2026-02-01T00:00:00Z'],
    ['UTC', 'month', '2026-01-01T00:00:00Z', -1, '2025-12-01T00:00:00Z'],
    ['UTC', 'hour', '2026-01-01T00:00:00Z', -25, '2025-12-30T23:00:00Z'],
    ['Europe/Berlin', 'hour', '2026-10-24T22:00:00Z', 25, '2026-10-25T23:00:00Z'],
    ['Europe/Berlin', 'hour', '2026-03-29T00:00:00Z', 2, '2026-03-29T02:00:00Z'],
    ['Australia/Lord_Howe', 'hour', '2026-04-04T14:00:00Z', 1, '2026-04-04T15:00:00Z'],
    ['Australia/Lord_Howe', 'hour', '2026-04-04T15:00:00Z', 1, '2026-04-04T15:30:00Z'],
    ['Australia/Lord_Howe', 'hour', '2026-04-04T15:30:00Z', -1, '2026-04-04T15:00:00Z'],
    // One minute after midnight the clock went back to 23:01: an hour of one minute, then one of 59.
    ['America/St_Johns', 'hour', '2010-11-07T02:30:00Z', 1, '2010-11-07T02:31:00Z'],
    ['America/St_Johns', 'hour', '2010-11-07T02:30:00Z', 2, '2010-11-07T03:30:00Z'],
  ]

  test.each(cases)('in %s, by %s from %s by %d, comes to %s', (zone, unit, start, count, expected) => {
    const clock = zoneClock(zone)

    const stepped = clock.add(unit, utc(start), count)

    expect(iso(stepped)).toBe(expected)
  })

  test('periods follow one another without gap or overlap, each with its own label', () => {
    const zones = [
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Asia/Beirut',
      'America/Havana',
      'Asia/Kolkata',
    ]
    const units: PeriodUnit[] = ['hour', 'day', 'week', 'month']

    for (const zone of zones) {
      const clock = zoneClock(zone)
      for (const unit of units) {
        let start = clock.startOf(unit, utc('2018-01-01T00:00:00Z'))
        while (start < utc('2019-01-05T00:00:00Z')) {
          const end = clock.add(unit, start, 1)

          expect(end).toBeGreaterThan(start)
          expect(clock.startOf(unit, start)).toBe(start)
          expect(clock.startOf(unit, end - 1)).toBe(start)
          expect(clock.add(unit, end, -1)).toBe(start)
          expect(clock.label(unit, end - 1)).toBe(clock.label(unit, start))
          expect(clock.label(unit, end)).not.toBe(clock.label(unit, start))
          start = end
        }
      }
    }
  })

  test('a hundred thousand instants are placed without asking Intl for each', () => {
    const clock = zoneClock('Europe/Berlin')
    const labels = new Set<string>()

    for (let index = 0; index < 100_000; index++)
      labels.add(clock.label('day', clock.startOf('day', utc('2026-01-01T00:00:00Z') + index * 300_000)))

    expect(labels.size).toBe(348)
  })
})

describe('labels', () => {
  const cases: [string, PeriodUnit, string, string][] = [
    ['Europe/Berlin', 'day', '2026-11-20T23:30:00Z', '2026-11-21'],
    ['Europe/Berlin', 'month', '2026-11-30T23:30:00Z', '2026-12'],
    ['Europe/Berlin', 'hour', '2026-11-20T13:45:00Z', '2026-11-20 14:00'],
    ['Asia/Kolkata', 'hour', '2026-11-20T13:45:00Z', '2026-11-20 19:00'],
    ['Europe/Berlin', 'hour', '2026-10-24T23:59:59Z', '2026-10-25 01:00'],
    ['Europe/Berlin', 'hour', '2026-10-25T00:00:00Z', '2026-10-25 02:00+02:00'],
    ['Europe/Berlin', 'hour', '2026-10-25T01:59:59Z', '2026-10-25 02:00+01:00'],
    ['Europe/Berlin', 'hour', '2026-10-25T02:00:00Z', '2026-10-25 03:00'],
    ['Europe/Berlin', 'hour', '2026-03-29T01:00:00Z', '2026-03-29 03:00'],
    ['America/St_Johns', 'hour', '2026-11-01T04:00:00Z', '2026-11-01 01:00-02:30'],
    ['America/St_Johns', 'hour', '2026-11-01T05:00:00Z', '2026-11-01 01:00-03:30'],
    ['Australia/Lord_Howe', 'hour', '2026-04-04T14:00:00Z', '2026-04-05 01:00+11:00'],
    ['Australia/Lord_Howe', 'hour', '2026-04-04T15:00:00Z', '2026-04-05 01:00+10:30'],
    ['UTC', 'week', '2026-11-20T00:00:00Z', '2026-W47'],
    ['UTC', 'week', '2024-12-30T00:00:00Z', '2025-W01'],
    ['UTC', 'week', '2027-01-03T00:00:00Z', '2026-W53'],
    ['UTC', 'week', '2027-01-04T00:00:00Z', '2027-W01'],
    ['Asia/Kolkata', 'week', '2026-11-22T18:30:00Z', '2026-W48'],
  ]

  test.each(cases)('in %s, of the %s at %s, is %s', (zone, unit, instant, expected) => {
    const clock = zoneClock(zone)

    const label = clock.label(unit, utc(instant))

    expect(label).toBe(expected)
  })
})
