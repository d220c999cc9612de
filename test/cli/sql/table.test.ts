import { describe, expect, test } from 'vitest'
import { textWidth } from '../../../src/base/text-width.ts'
import { answerText } from '../../../src/cli/sql/table.ts'

const columns = [
  { name: 'tree', isNumber: false },
  { name: 'apples', isNumber: true },
]
const rows = [
  ['by the gate of the orchard', '12'],
  ['old', '3'],
]

describe('the answer to a statement', () => {
  test('is a table where it fits, its texts cut to do so', () => {
    const whole = answerText(columns, rows, undefined)
    const cut = answerText(columns, rows, 24)

    expect(whole.split('\n')[2]).toBe('by the gate of the orchard      12')
    expect(cut.split('\n')).toEqual([
      'tree              apples',
      '────────────────  ──────',
      'by the gate of …      12',
      'old                    3',
    ])
  })

  test('is one record after the other where it does not, with every value whole', () => {
    expect(answerText(columns, rows, 19).split('\n')).toEqual([
      '── 1 ──',
      'tree    by the gate of the orchard',
      'apples  12',
      '── 2 ──',
      'tree    old',
      'apples  3',
    ])
  })

  test('with very many columns is readable on a narrow terminal, and a table where there is none', () => {
    const many = Array.from({ length: 50 }, (_, n) => ({ name: `column_${n}`, isNumber: n % 2 === 0 }))
    const cells = many.map((_, n) => `value ${n}`)

    const records = answerText(many, [cells], 80)

    expect(records.split('\n')).toHaveLength(51)
    expect(Math.max(...records.split('\n').map(textWidth))).toBeLessThanOrEqual(80)
    expect(answerText(many, [cells], undefined).split('\n')).toHaveLength(3)
  })

  test('without rows is the names of its columns, however narrow the terminal', () => {
    expect(answerText(columns, [], 5).split('\n')[0]).toBe('tree  apples')
  })

  test('as records holds nothing that a terminal would obey', () => {
    const hostile = 'a\u001b]0;x\u0007\u202eb\nc'
    const column = { name: hostile, isNumber: false }

    expect(answerText([column, column], [[hostile, '']], 4)).toBe('── 1 ──\nab c  ab c\nab c')
  })
})
