import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { textWidth } from '../../../src/base/text-width.ts'
import { pricesText } from '../../../src/cli/prices/report-text.ts'
import { loadPrices } from '../../../src/features/usage/price-files.ts'
import { priceList } from '../../../src/features/usage/price-list.ts'
import { packageFolder } from '../../support/home.ts'

const book = loadPrices({ builtInFile: path.join(packageFolder, 'prices.json') })
const used = [
  { model: 'claude-opus-4-6', messages: 5, totalTokens: 100, unpricedCount: 0 },
  { model: 'nobody-knows-1', messages: 2, totalTokens: 60, unpricedCount: 2 },
]

function shown(width: number | undefined): string {
  return pricesText(book, priceList(book, used), { userFile: '/home/dev/prices.json', width })
}

describe('the prices', () => {
  test('fit a terminal of 80 columns and say in full what each of them holds for', () => {
    const lines = shown(80).split('\n')

    expect(lines.filter(line => textWidth(line) > 80)).toEqual([])
    expect(lines.join('\n')).not.toContain('…')
    const first = lines.findIndex(line => line.startsWith('claude-opus-4-6'))
    expect(lines.slice(first, first + 4).map(line => line.trimEnd().slice(60))).toEqual([
      'prompts up to 200K,',
      'before 2026-03-13',
      'prompts over 200K,',
      'before 2026-03-13',
    ])
  })

  test('show how much each model was used where there is room', () => {
    const heads = [undefined, 120, 80].map(width =>
      shown(width)
        .split('\n')
        .find(line => line.startsWith('Model')),
    )

    expect(heads.map(head => head?.includes('Messages'))).toEqual([true, true, false])
    expect(heads.every(head => head?.includes('Write 1h'))).toBe(true)
  })

  test('end with the form in which one’s own are given, which is JSON', () => {
    const example = shown(80).slice(shown(80).indexOf('\n{ "model-id"'))

    expect(JSON.parse(example)).toMatchObject({ 'model-id': { input: 3, cache_read: 0.3 } })
  })
})
