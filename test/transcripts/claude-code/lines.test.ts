import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asCount, asInstant, asText } from '../../../src/transcripts/claude-code/lines.ts'

describe('an instant', () => {
  test('of the usual shape is what Date.parse makes of it', () => {
    const from = Date.parse('0001-01-01T00:00:00.000Z')
    const to = Date.parse('9999-12-31T23:59:59.999Z')
    fc.assert(
      fc.property(fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true }), date => {
        expect(asInstant(date.toISOString())).toBe(date.getTime())
      }),
      { numRuns: 5000 },
    )
  })

  test('is nothing else than Date.parse makes of it, however odd its numbers are', () => {
    const number = (digits: number) =>
      fc.integer({ min: 0, max: 10 ** digits - 1 }).map(n => `${n}`.padStart(digits, '0'))
    const odd = fc
      .tuple(number(4), number(2), number(2), number(2), number(2), number(2), number(3))
      .map(
        ([year, month, day, hour, minute, second, ms]) =>
          `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`,
      )
    fc.assert(
      fc.property(odd, text => {
        const ms = Date.parse(text)
        expect(asInstant(text)).toBe(Number.isNaN(ms) ? null : ms)
      }),
      { numRuns: 5000 },
    )
  })

  test.each([
    ['2026-10-01T10:00:00Z', 0],
    ['2026-10-01T10:00:00.5Z', 500],
    ['2026-10-01T10:00:00.123456Z', 123],
    ['2026-10-01T12:30:00.000+02:30', 0],
  ])('%s is read to the millisecond', (text, ms) => {
    expect(asInstant(text)).toBe(Date.parse('2026-10-01T10:00:00Z') + ms)
  })

  test.each([
    '2026-10-01',
    '2026-10-01T10:00:00',
    '2026-10-01 10:00:00Z',
    ' 2026-10-01T10:00:00Z',
    '2026-10-01T10:00:00.000z',
    '2026-1-01T10:00:00.000Z',
    '٢٠٢٦-10-01T10:00:00.000Z',
    '2026-13-01T10:00:00.000Z',
    1_759_312_800_000,
    null,
    {},
  ])('%j is none', value => {
    expect(asInstant(value)).toBeNull()
  })
})

test('a count is a number above 0 without its fraction, and nothing else', () => {
  const odd = [1, 7.9, 0.5, 0, -0, -3, '5', null, true, [5], Number.NaN, Number.POSITIVE_INFINITY]

  expect(odd.map(asCount)).toEqual([1, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
})

test('a text is one only if there is something to read in it', () => {
  expect(['a', ' a ', '', ' \n\t', '\u00a0', 5, null].map(asText)).toEqual([
    'a',
    ' a ',
    null,
    null,
    null,
    null,
    null,
  ])
})
