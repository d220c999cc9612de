import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textWidth } from '../../../src/base/text-width.ts'
import { barRows } from '../../../src/tui/parts/bar-rows.ts'

const row = (label: string, value: string, amount: number) => ({ label, value, amount: BigInt(amount) })

describe('bars below each other', () => {
  test('are as long as their amounts, and never of no length', () => {
    const rows = barRows([row('shop', '$8.00', 800), row('press', '$2.50', 250), row('x', '<$0.01', 1)], 30)

    expect(rows.map(({ label, bar, value }) => `${label} ${bar} ${value}`)).toEqual([
      'shop  █████████████████  $8.00',
      'press █████▍             $2.50',
      'x     ▏                 <$0.01',
    ])
  })

  test('have the right width with wide names', () => {
    const rows = barRows([row('日本語のプロジェクト', '1', 1), row('👩‍👩‍👧 family', '2', 2)], 24)

    for (const { label, bar, value } of rows) expect(textWidth(`${label} ${bar} ${value}`)).toBe(24)
  })

  test('give way to names and values where there is little room', () => {
    const rows = barRows([row('orchard-api', '46.0M', 46)], 16)

    expect(rows).toEqual([{ label: 'orchard-a…', bar: '', value: '46.0M' }])
  })

  test('fit any width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.string({ unit: 'grapheme-ascii' }),
        (columns, label) => {
          const [drawn] = barRows([row(label, '$12.00', 3)], columns)
          const parts = [drawn?.label, drawn?.bar, drawn?.value].filter(part => part !== '')
          expect(textWidth(parts.join(' '))).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })
})
