import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { modelKeys, normaliseModel, pricesFingerprint } from '../../../src/features/usage/price-book.ts'
import { loadPrices } from '../../../src/features/usage/price-files.ts'
import {
  costPico,
  createPricer,
  type PricedRequest,
  type RateCard,
} from '../../../src/features/usage/prices.ts'

const builtInFile = path.resolve(import.meta.dirname, '../../../prices.json')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'csl-prices-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function bookWith(userPrices: unknown) {
  const userFile = path.join(folder, 'prices.json')
  writeFileSync(userFile, typeof userPrices === 'string' ? userPrices : JSON.stringify(userPrices))
  return loadPrices({ builtInFile, userFile })
}

function cardOf(request: Partial<PricedRequest>, book = loadPrices({ builtInFile })): RateCard | null {
  return createPricer(book).cardFor({
    model: 'claude-opus-5-5',
    speed: 'standard',
    serviceTier: 'standard',
    inferenceGeo: 'global',
    occurredAtMs: Date.parse('2026-11-01T12:00:00Z'),
    promptTokens: 1000,
    ...request,
  })
}

describe('the built-in prices', () => {
  test('have a positive rate in every place and sources that exist', () => {
    const raw = JSON.parse(readFileSync(builtInFile, 'utf8'))

    const faults = raw.models.flatMap(
      (model: { id: string; sources: string[]; rates: Record<string, unknown>[] }) => [
        ...model.sources
          .filter(source => raw.sources[source] === undefined)
          .map(source => `${model.id} ${source}`),
        ...model.rates
          .flatMap(rate =>
            ['input', 'output', 'cacheWrite5m', 'cacheWrite1h', 'cacheRead'].map(key => rate[key]),
          )
          .filter(rate => typeof rate !== 'number' || !(rate > 0))
          .map(rate => `${model.id} ${rate}`),
        ...(model.sources.length === 0 || model.rates.length === 0
          ? [`${model.id} lacks sources or rates`]
          : []),
      ],
    )

    expect(faults).toEqual([])
    expect(raw.models.length).toBeGreaterThan(20)
    expect(raw.serverTools.sources.every((source: string) => raw.sources[source])).toBe(true)
  })

  test('name each model and alias once', () => {
    const raw = JSON.parse(readFileSync(builtInFile, 'utf8'))
    const names: string[] = raw.models.flatMap((model: { id: string; aliases: string[] }) => [
      model.id,
      ...model.aliases,
    ])

    const book = loadPrices({ builtInFile })

    expect([...book.models.keys()].sort()).toEqual([...names].sort())
    expect(book.problems).toEqual([])
    expect(book.webSearchUsd).toBe(0.01)
  })

  test('leave no day and no prompt size of a model without a standard rate', () => {
    const book = loadPrices({ builtInFile })

    const holes = [...book.models.keys()].flatMap(model =>
      ['2023-01-01', '2026-03-12', '2026-03-13', '2026-10-06', '2026-10-07', '2030-01-01'].flatMap(day =>
        [0, 1, 100_000, 100_001, 200_000, 200_001, 1_000_000]
          .filter(promptTokens => !cardOf({ model, occurredAtMs: Date.parse(day), promptTokens }, book))
          .map(promptTokens => `${model} ${day} ${promptTokens}`),
      ),
    )

    expect(holes).toEqual([])
  })

  test('that are broken stop the program instead of pricing wrongly', () => {
    const broken = path.join(folder, 'built-in.json')
    writeFileSync(broken, JSON.stringify({ models: [{ id: 'claude-a', rates: [{ input: -1, output: 1 }] }] }))

    expect(() => loadPrices({ builtInFile: broken })).toThrow(
      /built-in.json is broken: "claude-a" needs a number/,
    )
  })
})

describe('finding a model', () => {
  test.each([
    ['  Claude-Opus-5-5  ', 'claude-opus-5-5'],
    ['claude-opus-5-5[1m]', 'claude-opus-5-5'],
    ['openrouter/anthropic/claude-opus-5-5', 'claude-opus-5-5'],
    ['anthropic.claude-opus-4-8', 'claude-opus-4-8'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5-20250929'],
    ['global.anthropic.claude-opus-5-v1', 'claude-opus-5'],
    ['apac.anthropic.claude-opus-5-v12:3[1m]', 'claude-opus-5'],
    ['arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-opus-5-v1:0', 'claude-opus-5'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['jp.claude-opus-5', 'claude-opus-5'],
  ])('strips what only says where it ran: %s', (id, expected) => {
    expect(normaliseModel(id)).toBe(expected)
  })

  test.each([
    ['claude-opus-5-5-20260922', 'claude-opus-5-5'],
    ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet'],
    ['claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
    ['claude-opus-5-5-latest', 'claude-opus-5-5'],
    ['claude-opus-5-5-thinking', 'claude-opus-5-5'],
    ['claude-opus-4-5-20251101-thinking', 'claude-opus-4-5'],
    ['claude-sonnet-4-0', 'claude-sonnet-4'],
  ])('takes aliases and trailing dates: %s', (model, expected) => {
    expect(cardOf({ model })?.model).toBe(expected)
  })

  test.each([
    'claude-preview-x',
    'claude-opus-5-5-preview',
    'claude-opus-5-5-2026092',
    'claude-opus-5-5-20260922-20260923',
    'claude-opus',
    'opus',
    'my-claude-opus-5-5',
    '<synthetic>',
    '',
  ])('never takes a relative: %j has no price', model => {
    expect(cardOf({ model })).toBeNull()
  })

  test('does not bill Fable 5.1 as Fable 5', () => {
    expect(cardOf({ model: 'claude-fable-5-1' })?.cacheReadPico).toBe(250_000)
    expect(cardOf({ model: 'claude-fable-5' })?.cacheReadPico).toBe(1_000_000)
  })

  test('tells which keys can price an id, best first', () => {
    expect(modelKeys('us.anthropic.Claude-Opus-5-20260724-fast')).toEqual([
      { key: 'claude-opus-5-20260724-fast', isFast: false },
      { key: 'claude-opus-5-20260724', isFast: true },
      { key: 'claude-opus-5', isFast: true },
    ])
  })
})

describe('choosing a rate', () => {
  test('gives whole picodollars a token', () => {
    expect(cardOf({ model: 'claude-opus-5-5' })).toEqual({
      key: 'claude-opus-5-5 4000000 20000000 5000000 8000000 200000 10000000000',
      model: 'claude-opus-5-5',
      inputPico: 4_000_000,
      outputPico: 20_000_000,
      cacheWrite5mPico: 5_000_000,
      cacheWrite1hPico: 8_000_000,
      cacheReadPico: 200_000,
      webSearchPico: 10_000_000_000,
    })
  })

  test.each([
    [0, 100_000, 500_000],
    [100_000, 100_000, 500_000],
    [100_001, 500_000, 2_500_000],
  ])('takes the band of the whole prompt: %i tokens', (promptTokens, inputPico, outputPico) => {
    expect(cardOf({ model: 'claude-haiku-5-5', promptTokens })).toMatchObject({ inputPico, outputPico })
  })

  test.each([
    ['2026-10-06T23:59:59.999Z', 200_000],
    ['2026-10-07T00:00:00.000Z', 100_000],
    [null, 100_000],
  ])('takes the rate of the UTC day: Sonnet 5.5 cache reads at %s', (at, cacheReadPico) => {
    const occurredAtMs = at === null ? null : Date.parse(at)

    expect(cardOf({ model: 'claude-sonnet-5-5', occurredAtMs })).toMatchObject({ cacheReadPico })
  })

  test('takes the fast rate for a fast answer', () => {
    expect(cardOf({ speed: 'fast' })?.inputPico).toBe(8_000_000)
    expect(cardOf({ model: 'claude-opus-5-5-fast', speed: null })?.inputPico).toBe(8_000_000)
  })

  test('takes the standard rate for a fast answer of a model without a fast one', () => {
    expect(cardOf({ model: 'claude-sonnet-5-5', speed: 'fast' })).toEqual(
      cardOf({ model: 'claude-sonnet-5-5' }),
    )
  })

  test('multiplies everything but web searches for US inference and batches', () => {
    expect(cardOf({ inferenceGeo: 'us' })).toMatchObject({ inputPico: 4_400_000, cacheReadPico: 220_000 })
    expect(cardOf({ serviceTier: 'batch' })).toMatchObject({ inputPico: 2_000_000, outputPico: 10_000_000 })
    expect(cardOf({ serviceTier: 'batch', inferenceGeo: 'us' })).toMatchObject({
      inputPico: 2_200_000,
      webSearchPico: 10_000_000_000,
    })
  })

  test('does not multiply for US inference where it is not offered', () => {
    expect(cardOf({ model: 'claude-haiku-4-5', inferenceGeo: 'us' })?.inputPico).toBe(1_000_000)
  })

  test('rounds a multiplied rate that is no whole picodollar half up', () => {
    const book = bookWith({
      models: [{ id: 'tiny', batchMultiplier: 0.5, rates: [{ input: 0.000003, output: 0.0000029 }] }],
    })

    expect(cardOf({ model: 'tiny', serviceTier: 'batch' }, book)).toMatchObject({
      inputPico: 2,
      outputPico: 1,
    })
  })

  test('keeps the kinds of requests apart that one pricer prices', () => {
    const pricer = createPricer(loadPrices({ builtInFile }))

    const inputs = ['standard', 'fast'].flatMap(speed =>
      ['standard', 'batch'].flatMap(serviceTier =>
        ['global', 'us'].map(inferenceGeo => {
          const kind = { model: 'claude-opus-5-5', speed, serviceTier, inferenceGeo }
          return pricer.cardFor({ ...kind, occurredAtMs: null, promptTokens: 1 })?.inputPico
        }),
      ),
    )

    const standard = [4_000_000, 4_400_000, 2_000_000, 2_200_000]
    expect(inputs).toEqual([...standard, ...standard.map(pico => pico * 2)])
  })

  test('gives equal requests the same card object', () => {
    const pricer = createPricer(loadPrices({ builtInFile }))
    const request = {
      speed: null,
      serviceTier: null,
      inferenceGeo: null,
      occurredAtMs: null,
      promptTokens: 1,
    }

    const card = pricer.cardFor({ ...request, model: 'claude-opus-5' })

    expect(pricer.cardFor({ ...request, model: 'anthropic/claude-opus-5', promptTokens: 2 })).toBe(card)
    expect(pricer.cardFor({ ...request, model: 'claude-opus-5', speed: 'fast' })).not.toBe(card)
  })
})

describe('the cost of a request', () => {
  test('counts each kind of token, and thinking only as output', () => {
    const record = {
      model: 'claude-opus-5-5',
      speed: 'standard',
      serviceTier: 'standard',
      inferenceGeo: 'us',
      occurredAtMs: null,
      input: 10,
      output: 1000,
      thinking: 900,
      cacheWrite5m: 100,
      cacheWrite1h: 50,
      cacheRead: 20_000,
      webSearches: 2,
    }

    const priced = createPricer(loadPrices({ builtInFile })).costOf(record)

    // (10 x 4 + 1000 x 20 + 100 x 5 + 50 x 8 + 20,000 x 0.2) x 1.1 + 2 cents
    expect(priced?.costPico).toBe(27_434_000_000n + 20_000_000_000n)
    expect(priced?.card.inputPico).toBe(4_400_000)
  })

  test('chooses the band by all kinds of prompt tokens together', () => {
    const record = {
      ...{
        model: 'claude-haiku-5-5',
        speed: null,
        serviceTier: null,
        inferenceGeo: null,
        occurredAtMs: null,
      },
      ...{
        input: 1,
        output: 0,
        thinking: 0,
        cacheWrite5m: 1,
        cacheWrite1h: 1,
        cacheRead: 99_998,
        webSearches: 0,
      },
    }
    const pricer = createPricer(loadPrices({ builtInFile }))

    expect(pricer.costOf(record)?.card.inputPico).toBe(500_000)
    expect(pricer.costOf({ ...record, cacheRead: 99_997 })?.card.inputPico).toBe(100_000)
  })

  test('is null for a model without a price', () => {
    const record = {
      ...{
        model: 'claude-preview-x',
        speed: null,
        serviceTier: null,
        inferenceGeo: null,
        occurredAtMs: null,
      },
      ...{ input: 1, output: 1, thinking: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, webSearches: 0 },
    }

    expect(createPricer(loadPrices({ builtInFile })).costOf(record)).toBeNull()
  })

  test('is exact for any counts and rates, and null above what a BIGINT holds', () => {
    const count = fc.oneof(fc.nat({ max: 2_000_000 }), fc.maxSafeNat())
    const rate = fc.oneof(fc.nat({ max: 150_000_000 }), fc.nat({ max: 1_500_000_000 }))
    const six = <T>(arbitrary: fc.Arbitrary<T>) =>
      fc.tuple(arbitrary, arbitrary, arbitrary, arbitrary, arbitrary, arbitrary)

    fc.assert(
      fc.property(six(count), six(rate), (counts, rates) => {
        const [input, output, cacheWrite5m, cacheWrite1h, cacheRead, webSearches] = counts
        const card: RateCard = {
          key: '',
          model: '',
          inputPico: rates[0],
          outputPico: rates[1],
          cacheWrite5mPico: rates[2],
          cacheWrite1hPico: rates[3],
          cacheReadPico: rates[4],
          webSearchPico: rates[5],
        }

        const cost = costPico(
          card,
          { input, output, cacheWrite5m, cacheWrite1h, cacheRead, thinking: 7 },
          webSearches,
        )

        const exact = counts.reduce((sum, tokens, at) => sum + BigInt(tokens) * BigInt(rates[at] ?? 0), 0n)
        expect(cost).toBe(exact > 2n ** 63n - 1n ? null : exact)
      }),
      { numRuns: 2000 },
    )
  })

  test('has the largest BIGINT as its limit', () => {
    const card: RateCard = {
      ...{ key: '', model: '', inputPico: 1, outputPico: 1, cacheWrite5mPico: 2 ** 53, cacheWrite1hPico: 1 },
      ...{ cacheReadPico: 2 ** 31, webSearchPico: 1 },
    }
    const none = { input: 0, output: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, thinking: 0 }

    expect(costPico(card, { ...none, cacheWrite5m: 1023, cacheRead: 2 ** 22 - 1 }, 2 ** 31 - 1)).toBe(
      2n ** 63n - 1n,
    )
    expect(costPico(card, { ...none, cacheWrite5m: 1024 }, 0)).toBeNull()
  })
})

describe("the user's file", () => {
  test('is optional', () => {
    const book = loadPrices({ builtInFile, userFile: path.join(folder, 'missing.json') })

    expect(book.problems).toEqual([])
    expect(cardOf({}, book)?.inputPico).toBe(4_000_000)
  })

  test('adds a model and replaces all rates of another, in our own format', () => {
    const rates = [
      { from: null, to: null, speed: 'standard', input: 1, output: 2, cacheRead: 0.3, cacheWrite5m: 4 },
    ]
    const book = bookWith({
      models: [
        { id: 'claude-preview-x', aliases: ['claude-preview'], rates },
        { id: 'Claude-Opus-4', rates },
      ],
      serverTools: { webSearchPerRequest: 0.02 },
    })

    const added = cardOf({ model: 'claude-preview' }, book)
    expect(book.problems).toEqual([])
    expect(added?.key).toBe('claude-preview-x 1000000 2000000 4000000 2000000 300000 20000000000')
    expect(cardOf({ model: 'claude-opus-4-20250514' }, book)?.inputPico).toBe(1_000_000)
    expect(cardOf({ model: 'claude-opus-4', serviceTier: 'batch' }, book)?.inputPico).toBe(500_000)
    expect(cardOf({ model: 'claude-opus-4-1' }, book)?.inputPico).toBe(15_000_000)
  })

  test('may have the flat format of the older tool', () => {
    const book = bookWith({
      'claude-sonnet-4-20250514': { input: 6, output: 30, cache_write: 8, cache_read: 0.5 },
      'claude-preview-x': { input: 0.3, output: 1.5 },
      'claude-preview-y': { input: 1, output: 5, cache_write: null, cache_write_1h: 3 },
    })

    const numbers = (model: string) => cardOf({ model }, book)?.key.split(' ').slice(1, 6).join(' ')
    expect(book.problems).toEqual([])
    expect(numbers('claude-sonnet-4')).toBe('6000000 30000000 8000000 12000000 500000')
    expect(numbers('claude-preview-x')).toBe('300000 1500000 375000 600000 30000')
    expect(numbers('claude-preview-y')).toBe('1000000 5000000 1250000 3000000 100000')
  })

  test('derives missing rates in decimal, not in binary', () => {
    const book = bookWith({ 'claude-preview-x': { input: 0.7, output: 1 } })

    expect(book.models.get('claude-preview-x')?.rates[0]).toMatchObject({
      cacheRead: 0.07,
      cacheWrite5m: 0.875,
    })
  })

  test('keeps a rate for the very name it gives, beside one for another name of the same model', () => {
    const book = bookWith({
      'claude-sonnet-4': { input: 1, output: 1 },
      'claude-sonnet-4-20250514': { input: 2, output: 2 },
    })

    expect(cardOf({ model: 'claude-sonnet-4' }, book)?.inputPico).toBe(1_000_000)
    expect(cardOf({ model: 'claude-sonnet-4-20250514' }, book)?.inputPico).toBe(2_000_000)
  })

  test.each([
    [{ input: -1, output: 2 }, 'needs a number from 0 to 10000 as input'],
    [{ input: '3', output: 2 }, 'needs a number from 0 to 10000 as input'],
    [{ input: 3 }, 'needs a number from 0 to 10000 as output'],
    [{ input: 3, output: 3_000_000 }, 'needs a number from 0 to 10000 as output'],
    [{ input: 3, output: 2, cache_read: -0.1 }, 'needs a number from 0 to 10000 as cacheRead'],
    [
      { input: 3, output: 2, cahce_read: 1 },
      'has "cahce_read", which is none of input, output, cache_write, cache_write_1h, cache_read',
    ],
    ['cheap', 'is no object with rates'],
    [null, 'is no object with rates'],
  ])('refuses by name a model with %j and uses the rest', (entry, problem) => {
    const book = bookWith({ 'claude-opus-5-5': entry, 'claude-preview-x': { input: 1, output: 1 } })

    expect(book.problems).toEqual([`prices.json: "claude-opus-5-5" ${problem}`])
    expect(cardOf({}, book)?.inputPico).toBe(4_000_000)
    expect(cardOf({ model: 'claude-preview-x' }, book)?.inputPico).toBe(1_000_000)
  })

  test.each([
    [{ rates: [] }, 'has no rates'],
    [{ rates: 'none' }, 'has no rates'],
    [{ rates: [7] }, 'has a rate that is no object'],
    [{ rates: [{ input: 1, output: 1, from: '7.10.2026' }] }, 'needs a day like 2026-10-07 as from'],
    [{ rates: [{ input: 1, output: 1, to: '2026-13-45' }] }, 'needs a day like 2026-10-07 as to'],
    [{ rates: [{ input: 1, output: 1, speed: 'slow' }] }, 'has a speed that is neither standard nor fast'],
    [
      { rates: [{ input: 1, output: 1, promptTokensOver: 0.5 }] },
      'needs a whole number of tokens as promptTokensOver',
    ],
    [
      { rates: [{ input: 1, output: 1 }], batchMultiplier: 50 },
      'needs a number from 0 to 10 as batchMultiplier',
    ],
  ])('refuses by name a model of our format with %j', (entry, problem) => {
    const book = bookWith({ models: [{ id: 'claude-opus-5-5', ...entry }] })

    expect(book.problems).toEqual([`prices.json: "claude-opus-5-5" ${problem}`])
    expect(cardOf({}, book)?.inputPico).toBe(4_000_000)
  })

  test('refuses a second entry for one model, an entry without an id and a broken price of a search', () => {
    const rates = [{ input: 1, output: 1 }]
    const book = bookWith({
      models: [{ id: 'a', rates }, { id: 'anthropic/A', rates: [{ input: 2, output: 2 }] }, { rates }, 5],
      serverTools: { webSearchPerRequest: -1 },
    })

    expect(cardOf({ model: 'a' }, book)).toMatchObject({
      inputPico: 1_000_000,
      webSearchPico: 10_000_000_000,
    })
    expect(book.problems).toEqual([
      'prices.json: "anthropic/A" is there twice, the first one holds',
      'prices.json: "" has no id',
      'prices.json: "" has no id',
      'prices.json: "serverTools" needs a number from 0 to 100 as webSearchPerRequest',
    ])
  })

  test.each(['{"claude-opus-5-5": {', '', '[]', '"prices"', 'null', '\u0000\u0001'])(
    'leaves the built-in prices when it is broken: %j',
    text => {
      const book = bookWith(text)

      expect(book.problems).toHaveLength(1)
      expect(book.problems[0]).toMatch(/^prices\.json: .*; the built-in prices hold$/)
      expect(cardOf({}, book)?.inputPico).toBe(4_000_000)
    },
  )

  test('leaves the built-in prices when it is a folder', () => {
    const book = loadPrices({ builtInFile, userFile: folder })

    expect(book.problems).toEqual([
      `${path.basename(folder)}: is no file of a sensible size; the built-in prices hold`,
    ])
  })
})

describe('the fingerprint', () => {
  test('changes only for the models whose prices change', () => {
    const before = pricesFingerprint(loadPrices({ builtInFile }))

    const after = pricesFingerprint(
      bookWith({ 'claude-opus-4': { input: 1, output: 2 }, 'claude-preview-x': { input: 1, output: 2 } }),
    )

    const changed = [...after.keys()].filter(key => after.get(key) !== before.get(key))
    expect(changed.sort()).toEqual([
      'claude-opus-4',
      'claude-opus-4-0',
      'claude-opus-4-20250514',
      'claude-preview-x',
    ])
  })

  test('stays when a file of the user says the same as ours', () => {
    const raw = JSON.parse(readFileSync(builtInFile, 'utf8'))

    const book = bookWith(raw)

    expect(book.problems).toEqual([])
    expect(pricesFingerprint(book)).toEqual(pricesFingerprint(loadPrices({ builtInFile })))
  })

  test('changes for all models with the price of a web search', () => {
    const before = pricesFingerprint(loadPrices({ builtInFile }))

    const after = pricesFingerprint(bookWith({ models: [], serverTools: { webSearchPerRequest: 0.02 } }))

    expect([...after].filter(([key, text]) => before.get(key) === text)).toEqual([])
  })
})
