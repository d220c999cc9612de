import { describe, expect, test } from 'vitest'
import { parseDate } from '../../src/base/dates.ts'
import { UsageError } from '../../src/base/errors.ts'

/** A Friday, 15:30:20.500 in Berlin. */
const nowMs = Date.parse('2026-11-20T14:30:20.500Z')

function parse(text: string, edge: 'since' | 'until', zone = 'Europe/Berlin'): string {
  return new Date(parseDate(text, { nowMs, zone, edge })).toISOString().replace('.000Z', 'Z')
}

describe('a period', () => {
  test.each([
    ['today', '2026-11-19T23:00:00Z', '2026-11-20T23:00:00Z'],
    ['yesterday', '2026-11-18T23:00:00Z', '2026-11-19T23:00:00Z'],
    ['this week', '2026-11-15T23:00:00Z', '2026-11-22T23:00:00Z'],
    ['last week', '2026-11-08T23:00:00Z', '2026-11-15T23:00:00Z'],
    ['this month', '2026-10-31T23:00:00Z', '2026-11-30T23:00:00Z'],
    ['last month', '2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'],
    ['this year', '2025-12-31T23:00:00Z', '2026-12-31T23:00:00Z'],
    ['last year', '2024-12-31T23:00:00Z', '2025-12-31T23:00:00Z'],
    ['monday', '2026-11-15T23:00:00Z', '2026-11-16T23:00:00Z'],
    ['friday', '2026-11-19T23:00:00Z', '2026-11-20T23:00:00Z'],
    ['saturday', '2026-11-13T23:00:00Z', '2026-11-14T23:00:00Z'],
    ['sunday', '2026-11-14T23:00:00Z', '2026-11-15T23:00:00Z'],
    ['2026', '2025-12-31T23:00:00Z', '2026-12-31T23:00:00Z'],
    ['2026-11', '2026-10-31T23:00:00Z', '2026-11-30T23:00:00Z'],
    ['2026-12', '2026-11-30T23:00:00Z', '2026-12-31T23:00:00Z'],
    ['2026-11-20', '2026-11-19T23:00:00Z', '2026-11-20T23:00:00Z'],
    ['2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['2024-02-29', '2024-02-28T23:00:00Z', '2024-02-29T23:00:00Z'],
  ])('%s begins at %s and ends before %s', (text, start, end) => {
    const since = parse(text, 'since')
    const until = parse(text, 'until')

    expect([since, until]).toEqual([start, end])
  })

  test('is counted in the zone asked for', () => {
    const since = parse('today', 'since', 'Pacific/Auckland')

    expect(since).toBe('2026-11-20T11:00:00Z')
  })

  test('begins at one o’clock where midnight does not exist', () => {
    const since = parse('2018-11-04', 'since', 'America/Sao_Paulo')

    expect(since).toBe('2018-11-04T03:00:00Z')
  })
})

describe('an instant is the same at both edges', () => {
  test.each([
    ['now', '2026-11-20T14:30:20.500Z'],
    ['90min', '2026-11-20T13:00:20.500Z'],
    ['24h', '2026-11-19T14:30:20.500Z'],
    ['7d', '2026-11-13T14:30:20.500Z'],
    ['0d', '2026-11-20T14:30:20.500Z'],
    // Before the clock went back: the same time of day.
    ['5w', '2026-10-16T13:30:20.500Z'],
    ['3m', '2026-08-20T13:30:20.500Z'],
    ['12m', '2025-11-20T14:30:20.500Z'],
    ['2026-11-20T10:00', '2026-11-20T09:00:00Z'],
    ['2026-11-20 10:00', '2026-11-20T09:00:00Z'],
    ['2026-11-20 10:00:05', '2026-11-20T09:00:05Z'],
    ['2026-11-20T10:00:05.25', '2026-11-20T09:00:05.250Z'],
    ['2026-11-20T10:00:05.123456Z', '2026-11-20T10:00:05.123Z'],
    ['2026-11-20T10:00Z', '2026-11-20T10:00:00Z'],
    ['2026-11-20t10:00z', '2026-11-20T10:00:00Z'],
    ['2026-11-20T10:00+05:30', '2026-11-20T04:30:00Z'],
    ['2026-11-20T10:00-0330', '2026-11-20T13:30:00Z'],
    ['2026-10-25 02:00+01:00', '2026-10-25T01:00:00Z'],
  ])('%s', (text, expected) => {
    const since = parse(text, 'since')
    const until = parse(text, 'until')

    expect([since, until]).toEqual([expected, expected])
  })

  test('months back from a long month end on the last day of a short one', () => {
    const may31 = Date.parse('2026-05-31T12:00:00Z')

    const since = parseDate('3m', { nowMs: may31, zone: 'UTC', edge: 'since' })

    expect(new Date(since).toISOString()).toBe('2026-02-28T12:00:00.000Z')
  })
})

test('case and white space do not matter', () => {
  const since = parse('  Last \t WEEK ', 'since')

  expect(since).toBe('2026-11-08T23:00:00Z')
})

describe('refuses', () => {
  test.each([
    '',
    '   ',
    'tomorow',
    'last',
    'last fortnight',
    '7',
    '7x',
    '-7d',
    '99999d',
    '26-11-20',
    '2026-1-2',
    '2026/11/20',
    '2026-11-20T10',
    '2026-11-20Z',
    '20261120',
  ])('"%s", naming examples', text => {
    const attempt = () => parse(text, 'since')

    expect(attempt).toThrow(UsageError)
    expect(attempt).toThrow(expect.objectContaining({ hint: expect.stringContaining('yesterday'), code: 2 }))
  })

  test.each([
    '2026-02-30',
    '2025-02-29',
    '2026-00',
    '2026-13',
    '2026-11-00',
    '2026-11-31',
    '2026-11-20T24:00',
    '2026-11-20T10:60',
    '2026-11-20T10:00:60',
    '2026-11-20T10:00+24:00',
    '2026-11-20T10:00+05:60',
  ])('%s as impossible', text => {
    const attempt = () => parse(text, 'until')

    expect(attempt).toThrow(UsageError)
    expect(attempt).toThrow(/no such date/)
  })

  test('hostile words without passing them on to the terminal', () => {
    const attempt = () => parse('\x1b]0;evil\x07\x1b[31mnonsense', 'since')

    expect(attempt).toThrow('This is not a date: nonsense')
  })
})
