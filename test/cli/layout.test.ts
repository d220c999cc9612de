import { describe, expect, test } from 'vitest'
import { textWidth } from '../../src/base/text-width.ts'
import { type Field, renderLayout } from '../../src/cli/layout.ts'

interface Tree {
  readonly name: string
  readonly apples: string
}

const trees: Tree[] = [
  { name: 'by the gate', apples: '12' },
  { name: 'old', apples: '3' },
]
const name: Field<Tree> = { title: 'Tree', text: tree => tree.name, total: 'Total' }
const apples: Field<Tree> = { title: 'Apples', align: 'right', text: tree => tree.apples, total: '15' }
const flexible: Field<Tree> = { ...name, flexible: true, minWidth: 4 }

describe('a layout', () => {
  test('is the widest that fits, with a footer of totals', () => {
    const table = renderLayout([[name, apples, apples], [name, apples], [name]], trees, 20)

    expect(table.split('\n')).toEqual([
      'Tree         Apples',
      '───────────  ──────',
      'by the gate      12',
      'old               3',
      '───────────  ──────',
      'Total            15',
    ])
  })

  test('is the narrowest where none fits', () => {
    const table = renderLayout([[name, apples], [name]], trees, 5)

    expect(table.split('\n')[0]).toBe('Tree')
  })

  test('is the widest where there is no terminal', () => {
    const table = renderLayout([[name, apples], [name]], trees, undefined)

    expect(table.split('\n')[0]).toBe('Tree         Apples')
  })

  test('cuts what is flexible before it gives up a column', () => {
    const table = renderLayout([[flexible, apples], [name]], trees, 13)

    expect(table.split('\n')[2]).toBe('by t…      12')
    expect(table.split('\n').every(line => textWidth(line) <= 13)).toBe(true)
  })

  test('counts the columns of the footer too', () => {
    const many: Field<Tree> = { ...apples, total: '15,000,000' }

    const table = renderLayout([[name, many], [name]], trees, 20)

    expect(table).not.toContain('Apples')
  })

  test('has no footer without totals', () => {
    const table = renderLayout([[{ title: 'Tree', text: (tree: Tree) => tree.name }]], trees, 20)

    expect(table.split('\n')).toHaveLength(4)
  })
})
