import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isStamp, isTooFarAhead, nextStamp, stampAt, stampMs } from '../../src/base/clock.ts'

const hour = 3_600_000
const wall = Date.parse('2026-11-01T12:00:00Z')

describe('a stamp', () => {
  test('is the time of the wall clock, a counter and who made it', () => {
    expect(nextStamp({ wallMs: 1_763_640_000_123.9, seen: null, id: 'w-1' })).toBe('1763640000123-0000-w-1')
  })

  test('is above the last one seen, also where the clock stands still or went back', () => {
    const seen = stampAt(wall, 0, 'z')

    expect(nextStamp({ wallMs: wall, seen, id: 'a' })).toBe(`${wall}-0001-a`)
    expect(nextStamp({ wallMs: wall - hour, seen, id: 'a' })).toBe(`${wall}-0001-a`)
    expect(nextStamp({ wallMs: wall + 1, seen, id: 'a' })).toBe(`${wall + 1}-0000-a`)
  })

  test('goes to the next millisecond where the counter is full', () => {
    expect(nextStamp({ wallMs: wall, seen: stampAt(wall, 0xffff, 'z'), id: 'a' })).toBe(`${wall + 1}-0000-a`)
  })

  test('is above everything it is made over, however far ahead that is', () => {
    const stamps = fc.record({
      ms: fc.integer({ min: 0, max: wall * 3 }),
      counter: fc.integer({ min: 0, max: 0xffff }),
    })
    const texts = stamps.map(({ ms, counter }) => stampAt(ms, counter, 'zz'))
    const walls = fc.oneof(fc.integer({ min: -5, max: wall * 3 }), fc.double({ noNaN: true }))
    fc.assert(
      fc.property(walls, fc.option(texts), fc.array(texts, { maxLength: 5 }), (wallMs, seen, over) => {
        const stamp = nextStamp({ wallMs, seen, over, id: 'a' })

        expect(isStamp(stamp)).toBe(true)
        for (const other of seen === null ? over : [seen, ...over]) expect(stamp > other).toBe(true)
      }),
    )
  })

  test('compares as text as it does as numbers', () => {
    expect([stampAt(9, 2, 'b'), stampAt(10, 1, 'a'), stampAt(9, 10, 'a')].sort()).toEqual([
      stampAt(9, 2, 'b'),
      stampAt(9, 10, 'a'),
      stampAt(10, 1, 'a'),
    ])
  })

  test('names its instant', () => {
    expect(stampMs(stampAt(wall, 7, 'a'))).toBe(wall)
  })

  test.each([
    '',
    'x',
    '176364000012-0000-a',
    '1763640000123-00G0-a',
    '1763640000123-0000-',
    '1763640000123-0000-a b',
    '9999999999999-0000-a',
  ])('is not %j', text => {
    expect(isStamp(text)).toBe(false)
  })

  test('of a clock that is more than a day ahead is not followed', () => {
    expect(isTooFarAhead(stampAt(wall + 24 * hour, 0, 'a'), wall)).toBe(false)
    expect(isTooFarAhead(stampAt(wall + 24 * hour + 1, 0, 'a'), wall)).toBe(true)
  })
})
