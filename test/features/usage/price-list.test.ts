import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadPrices } from '../../../src/features/usage/price-files.ts'
import { type PriceList, priceList, type UsedModel } from '../../../src/features/usage/price-list.ts'

const book = loadPrices({ builtInFile: path.resolve(import.meta.dirname, '../../../prices.json') })

function used(model: string, changes: Partial<UsedModel> = {}): UsedModel {
  return { model, messages: 1, totalTokens: 10, unpricedCount: 0, ...changes }
}

function listed(list: PriceList, id: string) {
  return list.models.find(model => model.prices.id === id)
}

describe('the price list', () => {
  test('has each model once, with the ids it is also found under', () => {
    const list = priceList(book, [])

    const ids = list.models.map(model => model.prices.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect([...ids, ...list.models.flatMap(model => model.aliases)].sort()).toEqual(
      [...book.models.keys()].sort(),
    )
  })

  test('puts together what the ledger has of a model under several ids', () => {
    const list = priceList(book, [
      used('claude-haiku-4-5-20251001', { messages: 3, totalTokens: 30 }),
      used('us.anthropic.claude-haiku-4-5', { messages: 4, totalTokens: 40 }),
      used('claude-haiku-9'),
    ])

    expect(listed(list, 'claude-haiku-4-5')).toMatchObject({ messages: 7, totalTokens: 70 })
    expect(list.models.reduce((sum, model) => sum + model.messages, 0)).toBe(7)
  })

  test('begins with the models that are used most, then goes by id', () => {
    const list = priceList(book, [
      used('claude-sonnet-5', { messages: 2 }),
      used('claude-opus-5', { messages: 9 }),
    ])

    const ids = list.models.map(model => model.prices.id)
    expect(ids.slice(0, 2)).toEqual(['claude-opus-5', 'claude-sonnet-5'])
    expect(ids.slice(2)).toEqual(ids.slice(2).sort())
  })

  test('names models of which some rows have no price, those in the list too', () => {
    const list = priceList(book, [
      used('claude-opus-5', { unpricedCount: 1 }),
      used('claude-sonnet-5'),
      used('new', { unpricedCount: 1 }),
    ])

    expect(list.unpriced.map(row => row.model)).toEqual(['claude-opus-5', 'new'])
  })
})
