import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatTokens,
  formatUsd,
  formatUsdShort,
  modelFamily,
  picoFromUsd,
  usdFromPico,
} from '../../src/base/format.ts'

const cent = 10n ** 10n

describe('tokens', () => {
  test.each([
    [0, '0'],
    [950, '950'],
    [999, '999'],
    [1000, '1.0K'],
    [1234, '1.2K'],
    [1450, '1.5K'],
    [12_345, '12.3K'],
    [99_949, '99.9K'],
    [99_950, '100K'],
    [123_456, '123K'],
    [999_499, '999K'],
    [999_500, '1.0M'],
    [1_200_000, '1.2M'],
    [2_400_000_000, '2.4B'],
    [999_960_000, '1.0B'],
    [1_234_000_000_000, '1,234B'],
    [-1234, '-1.2K'],
  ])('%d reads %s', (tokens, expected) => {
    const text = formatTokens(tokens)

    expect(text).toBe(expected)
  })
})

describe('counts', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567, '1,234,567'],
    [-123_456, '-123,456'],
    [1234.6, '1,235'],
  ])('%d reads %s', (count, expected) => {
    const text = formatCount(count)

    expect(text).toBe(expected)
  })
})

describe('dollars where there is little room', () => {
  test.each([
    [0n, '0.00'],
    [1n, '<.01'],
    [34n * cent, '0.34'],
    [999n * cent + cent / 2n, '10.0'],
    [1234n * cent, '12.3'],
    [9_994n * cent, '99.9'],
    [99_949n * cent, '999'],
    [99_950n * cent, '1.0K'],
    [1_234_500n * cent, '12.3K'],
    [123_450_000n * cent, '1.2M'],
  ])('%d picodollars read %s', (pico, expected) => {
    expect(formatUsdShort(pico)).toBe(expected)
  })
})

describe('dollars to read', () => {
  test.each([
    [0n, '$0.00'],
    [1n, '<$0.01'],
    [cent - 1n, '<$0.01'],
    [cent, '$0.01'],
    [340n * cent, '$3.40'],
    [123_450n * cent, '$1,234.50'],
    [340n * cent + cent / 2n - 1n, '$3.40'],
    [340n * cent + cent / 2n, '$3.41'],
    [99_999_999n * cent, '$999,999.99'],
    [-340n * cent, '-$3.40'],
  ])('%d picodollars read %s', (pico, expected) => {
    const text = formatUsd(pico)

    expect(text).toBe(expected)
  })

  test('shows every digit of a sum that a float would round', () => {
    const pico = 9_007_199_254_740_993n * cent

    const text = formatUsd(pico)

    expect(text).toBe('$90,071,992,547,409.93')
  })

  test('says unpriced when there is no price', () => {
    expect(formatUsd(null)).toBe('unpriced')
    expect(formatUsd(null, { atLeast: true })).toBe('unpriced')
  })

  test('marks a lower bound', () => {
    expect(formatUsd(340n * cent, { atLeast: true })).toBe('≥ $3.40')
    expect(formatUsd(340n * cent, { atLeast: false })).toBe('$3.40')
  })

  test('a lower bound of less than a cent is a bound of nothing', () => {
    expect(formatUsd(1n, { atLeast: true })).toBe('≥ $0.00')
  })
})

describe('exact dollars', () => {
  test.each([
    [0n, '0'],
    [1n, '0.000000000001'],
    [78_471_200_000n, '0.0784712'],
    [116_362_877_000_000n, '116.362877'],
    [10n ** 14n, '100'],
    [-1_500_000_000_000n, '-1.5'],
  ])('%d picodollars are %s', (pico, expected) => {
    const text = usdFromPico(pico)

    expect(text).toBe(expected)
    expect(picoFromUsd(text)).toBe(pico)
  })

  test('text and picodollars are the same in both directions', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), pico => {
        expect(picoFromUsd(usdFromPico(pico))).toBe(pico)
      }),
    )
  })

  test.each([
    ['3', 3_000_000_000_000n],
    ['.5', 500_000_000_000n],
    ['2.', 2_000_000_000_000n],
    [' +0.25 ', 250_000_000_000n],
    [0.1, 100_000_000_000n],
    [1e-7, 100_000n],
    ['1.5e3', 1_500_000_000_000_000n],
    ['0.0000000000005', 1n],
    ['0.00000000000049', 0n],
    [0.1 + 0.2, 300_000_000_000n],
  ])('reads %s', (usd, expected) => {
    const pico = picoFromUsd(usd)

    expect(pico).toBe(expected)
  })

  test.each(['', '.', '-', 'abc', '1,5', '0x10', '1 2', '$3', Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %s',
    usd => {
      const pico = picoFromUsd(usd)

      expect(pico).toBeNull()
    },
  )
})

describe('durations', () => {
  test.each([
    [0, '<1 min'],
    [0.9, '<1 min'],
    [1, '1 min'],
    [12.4, '12 min'],
    [59.6, '1 h 00 min'],
    [185, '3 h 05 min'],
    [1439.4, '23 h 59 min'],
    [1439.6, '1 d 0 h'],
    [52 * 60, '2 d 4 h'],
    [52 * 60 + 45, '2 d 5 h'],
    [48 * 60 - 10, '2 d 0 h'],
  ])('%d minutes read %s', (minutes, expected) => {
    const text = formatDuration(minutes)

    expect(text).toBe(expected)
  })
})

describe('model names', () => {
  test.each([
    ['claude-opus-4-8', 'Opus 4.8'],
    ['claude-haiku-4-5-20251001', 'Haiku 4.5'],
    ['claude-opus-4-20250514', 'Opus 4'],
    ['claude-opus-4-0', 'Opus 4'],
    ['claude-fable-5-1', 'Fable 5.1'],
    ['claude-sonnet-5', 'Sonnet 5'],
    ['claude-3-5-sonnet-20241022', 'Sonnet 3.5'],
    ['claude-3-opus-latest', 'Opus 3'],
    ['claude-sonnet-4-5@20250929', 'Sonnet 4.5'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'Sonnet 4.5'],
    ['anthropic/claude-sonnet-5-5[1m]', 'Sonnet 5.5'],
    ['claude-opus-4-6-fast', 'Opus 4.6'],
    ['Claude-Opus-4-8', 'Opus 4.8'],
  ])('%s is %s', (model, expected) => {
    const name = modelFamily(model)

    expect(name).toBe(expected)
  })

  test.each([
    '<synthetic>',
    'claude-test',
    'glm-5.3[1m]',
    'gpt-5',
    'fable',
    'claude-2.1',
    'not-claude-opus-4-8',
  ])('%s stays', model => {
    const name = modelFamily(model)

    expect(name).toBe(model)
  })

  test('an unknown id is cleaned', () => {
    const name = modelFamily(' evil\x1b[31m\nmodel ')

    expect(name).toBe('evil model')
  })
})

test.each([
  [812, '812 B'],
  [4200, '4.2 kB'],
  [1_300_000, '1.3 MB'],
  [75_213_700_000, '75.2 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
