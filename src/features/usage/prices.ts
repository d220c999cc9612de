import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { errorCode, errorText } from '../../base/errors.ts'
import type { TokenCounts, UsageRecord } from '../../transcripts/transcript.ts'

/**
 * A line of a price list: USD per million tokens, for a speed, a span of UTC days, a band of prompt sizes.
 */
interface Rate {
  /** First day (`YYYY-MM-DD`) it holds, null: always did. */
  readonly from: string | null
  /** First day it no longer holds, null: still does. */
  readonly to: string | null
  readonly speed: 'standard' | 'fast'
  /** Holds for prompts above this many tokens (0 takes an empty prompt too) … */
  readonly promptTokensOver: number
  /** … up to and with this many, null: without limit. */
  readonly promptTokensUpTo: number | null
  readonly input: number
  readonly output: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly cacheRead: number
}

interface ModelPrices {
  readonly id: string
  readonly origin: 'built-in' | 'user'
  readonly rates: readonly Rate[]
  readonly batchMultiplier: number
  readonly usInferenceMultiplier: number
}

export interface PriceBook {
  /** By normalised id and by every alias, so a model can stand here several times. */
  readonly models: ReadonlyMap<string, ModelPrices>
  /** USD per web search request. */
  readonly webSearchUsd: number
  /** Day of the newest source of the prices. */
  readonly newestSourceDate: string | null
  /** What was wrong with the user's file, one line each; what it names was left as it was. */
  readonly problems: readonly string[]
}

/**
 * What one request pays, in whole picodollars (1e-12 USD) a token; batch and US-inference multipliers are
 * inside, except in the price of a web search, which is never multiplied.
 */
export interface RateCard {
  /** The same text for the same model and numbers, today and after an update. */
  readonly key: string
  readonly model: string
  readonly inputPico: number
  readonly outputPico: number
  readonly cacheWrite5mPico: number
  readonly cacheWrite1hPico: number
  readonly cacheReadPico: number
  readonly webSearchPico: number
}

export interface PricedRequest {
  readonly model: string
  readonly speed: string | null
  readonly serviceTier: string | null
  readonly inferenceGeo: string | null
  readonly occurredAtMs: number | null
  /** Input, cache reads and both cache writes of this one request: it chooses the band. */
  readonly promptTokens: number
}

type PricedRecord = Omit<PricedRequest, 'promptTokens'> & TokenCounts & Pick<UsageRecord, 'webSearches'>

export interface Pricer {
  /** The card of one request; null when model, day or band have no price. Equal cards are one object. */
  cardFor(request: PricedRequest): RateCard | null
  /** Card and cost of one record of the ledger; null when it has no price. */
  costOf(record: PricedRecord): { card: RateCard; costPico: bigint } | null
}

/** Dearer than a cent a token is a slip of the pen; today's dearest rate is 150. */
const highestRate = 10_000
const highestMultiplier = 10
const largestPriceFile = 4_000_000
const largestBigint = 2n ** 63n - 1n

/**
 * Reads the built-in prices and the user's file, if any, which adds models or replaces all rates of one.
 *
 * The user's file has our own format (prices.json) or the flat one of an older tool, USD per million tokens:
 * `{ "model-id": { "input": 3, "output": 15, "cache_write": 3.75, "cache_write_1h": 6, "cache_read": 0.3 } }`.
 * In both, missing cache rates follow from the input rate by Anthropic's rule: 1.25 times for a 5-minute write, 2 times
 * for a 1-hour write, 0.1 times for a read. Missing multipliers are those of the model it replaces, else 1.
 * Whatever is broken in it is named in `problems` and left out; throws only if the built-in file is broken.
 */
export function loadPrices(files: { builtInFile: string; userFile?: string | undefined }): PriceBook {
  const problems: string[] = []
  const { builtInFile, userFile } = files
  const builtIn = readBook(JSON.parse(readFileSync(builtInFile, 'utf8')), 'built-in', noPrices, problems)
  if (problems.length > 0) throw new Error(`${path.basename(builtInFile)} is broken: ${problems.join('; ')}`)
  if (userFile === undefined) return builtIn
  const book = readUserBook(userFile, builtIn, problems)
  return { ...book, problems: problems.map(problem => `${path.basename(userFile)}: ${problem}`) }
}

const noPrices: PriceBook = { models: new Map(), webSearchUsd: 0, newestSourceDate: null, problems: [] }

function readUserBook(file: string, builtIn: PriceBook, problems: string[]): PriceBook {
  try {
    const found = statSync(file)
    // Reading a pipe would wait for ever, and a hook has no time.
    if (!found.isFile() || found.size > largestPriceFile) throw new Error('is no file of a sensible size')
    return readBook(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')), 'user', builtIn, problems)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') problems.push(`${errorText(error)}; the built-in prices hold`)
    return builtIn
  }
}

function readBook(
  raw: unknown,
  origin: ModelPrices['origin'],
  base: PriceBook,
  problems: string[],
): PriceBook {
  if (!isObject(raw)) throw new Error('is no list of prices')
  const models = new Map(base.models)
  const own = new Set<string>()
  const isOurs = Array.isArray(raw.models)
  const entries = isOurs ? ourEntries(raw.models) : Object.entries(raw)
  for (const [id, entry] of entries) {
    try {
      const key = normaliseModel(id)
      if (key === '') throw new Error('has no id')
      if (own.has(key)) throw new Error('is there twice, the first one holds')
      const replaced = base.models.get(key)
      const prices = readModel(entry, isOurs, { id: replaced?.id ?? key, origin, replaced })
      const names = [key, ...aliasesOf(entry)]
      if (replaced) for (const [name, known] of base.models) if (known === replaced) names.push(name)
      own.add(key)
      // An alias never takes the place of a model that the same file names itself.
      for (const name of names) if (name === key || !own.has(name)) models.set(name, prices)
    } catch (error) {
      problems.push(`${JSON.stringify(id.slice(0, 80))} ${errorText(error)}`)
    }
  }
  return { ...readExtras(raw, isOurs, base, problems), models }
}

function readExtras(
  raw: Record<string, unknown>,
  isOurs: boolean,
  base: PriceBook,
  problems: string[],
): PriceBook {
  if (!isOurs) return base
  const tools = isObject(raw.serverTools) ? raw.serverTools : {}
  const newest = typeof raw.newestSourceDate === 'string' ? raw.newestSourceDate : base.newestSourceDate
  try {
    const webSearchUsd = numberUpTo(
      100,
      'webSearchPerRequest',
      tools.webSearchPerRequest ?? base.webSearchUsd,
    )
    return { ...base, webSearchUsd, newestSourceDate: newest }
  } catch (error) {
    problems.push(`"serverTools" ${errorText(error)}`)
    return base
  }
}

function ourEntries(list: unknown): [string, unknown][] {
  if (!Array.isArray(list)) return []
  return list.map(entry => [isObject(entry) && typeof entry.id === 'string' ? entry.id : '', entry])
}

function aliasesOf(entry: unknown): string[] {
  if (!isObject(entry) || !Array.isArray(entry.aliases)) return []
  return entry.aliases.filter(alias => typeof alias === 'string').map(normaliseModel)
}

function readModel(
  entry: unknown,
  isOurs: boolean,
  about: { id: string; origin: ModelPrices['origin']; replaced: ModelPrices | undefined },
): ModelPrices {
  if (!isObject(entry)) throw new Error('is no object with rates')
  const { id, origin, replaced } = about
  const rates = isOurs ? entry.rates : [fromFlat(entry)]
  if (!Array.isArray(rates) || rates.length === 0) throw new Error('has no rates')
  const multiplier = (key: 'batchMultiplier' | 'usInferenceMultiplier') =>
    numberUpTo(highestMultiplier, key, entry[key] ?? replaced?.[key] ?? 1)
  return {
    id,
    origin,
    rates: rates.map(readRate),
    batchMultiplier: multiplier('batchMultiplier'),
    usInferenceMultiplier: multiplier('usInferenceMultiplier'),
  }
}

const flatKeys = ['input', 'output', 'cache_write', 'cache_write_1h', 'cache_read']

/** A misspelt key is refused: the rate it was meant to give would silently be a derived one. */
function fromFlat(entry: Record<string, unknown>): Record<string, unknown> {
  const unknown = Object.keys(entry).find(key => !flatKeys.includes(key))
  if (unknown !== undefined)
    throw new Error(`has ${JSON.stringify(unknown)}, which is none of ${flatKeys.join(', ')}`)
  const { input, output, cache_write, cache_write_1h, cache_read } = entry
  return { input, output, cacheWrite5m: cache_write, cacheWrite1h: cache_write_1h, cacheRead: cache_read }
}

function readRate(raw: unknown): Rate {
  if (!isObject(raw)) throw new Error('has a rate that is no object')
  const rate = (key: string, value: unknown) => numberUpTo(highestRate, key, value)
  const input = rate('input', raw.input)
  const speed = raw.speed ?? 'standard'
  if (speed !== 'standard' && speed !== 'fast')
    throw new Error('has a speed that is neither standard nor fast')
  return {
    from: readDay('from', raw.from),
    to: readDay('to', raw.to),
    speed,
    promptTokensOver: readTokens('promptTokensOver', raw.promptTokensOver) ?? 0,
    promptTokensUpTo: readTokens('promptTokensUpTo', raw.promptTokensUpTo),
    input,
    output: rate('output', raw.output),
    cacheWrite5m: rate('cacheWrite5m', raw.cacheWrite5m ?? exactProduct(input, 1.25)),
    cacheWrite1h: rate('cacheWrite1h', raw.cacheWrite1h ?? exactProduct(input, 2)),
    cacheRead: rate('cacheRead', raw.cacheRead ?? exactProduct(input, 0.1)),
  }
}

function numberUpTo(highest: number, key: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= highest) return value
  throw new Error(`needs a number from 0 to ${highest} as ${key}`)
}

function readTokens(key: string, value: unknown): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new Error(`needs a whole number of tokens as ${key}`)
}

function readDay(key: string, value: unknown): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)))
    return value
  throw new Error(`needs a day like 2026-10-07 as ${key}`)
}

/**
 * A model id without what only says where or how it was called (rules in prices.json, `idNormalisation`):
 * letter case, `[1m]`, provider path, region prefix, `anthropic.`, Bedrock's `-v1:0`, Vertex's `@20250929`.
 */
export function normaliseModel(id: string): string {
  const bare = id
    .toLowerCase()
    .trim()
    .replace(/\[[^[\]]*\]$/, '')
    .trim()
  return bare
    .slice(bare.lastIndexOf('/') + 1)
    .replace(/^(?:us|eu|apac|au|jp|global)\./, '')
    .replace(/^anthropic\./, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/@.*$/s, '')
}

/**
 * The keys of a price book under which a model is looked for, best first: its normalised id, then without a
 * trailing date, `-latest`, `-fast` (which also means that speed) and `-thinking`. Only whole keys match,
 * never a beginning of one: an unknown model has no price, rather than a relative's.
 */
export function modelKeys(id: string): { key: string; isFast: boolean }[] {
  let key = normaliseModel(id)
  let isFast = false
  const keys = [{ key, isFast }]
  const endings = new Set([/-(?:\d{8}|latest)$/, /-fast$/, /-thinking$/])
  const nextEnding = () => [...endings].find(pattern => pattern.test(key))
  for (let ending = nextEnding(); ending; ending = nextEnding()) {
    // Each kind of ending is dropped once, in whatever order they stand.
    endings.delete(ending)
    isFast ||= key.endsWith('-fast')
    key = key.replace(ending, '')
    keys.push({ key, isFast })
  }
  return keys
}

/** Prices requests by one book. Built for a million records: each kind of request is worked out once. */
export function createPricer(book: PriceBook): Pricer {
  const kinds = new Map<string, DatedCard[][]>()
  const cards = new Map<string, RateCard>()

  function datedCards(request: PricedRequest, isFast: boolean, isBatch: boolean, isUs: boolean): DatedCard[] {
    const found = modelKeys(request.model).find(({ key }) => book.models.has(key))
    const prices = found && book.models.get(found.key)
    if (!prices) return []
    const speeds: Rate['speed'][] = isFast || found.isFast ? ['fast', 'standard'] : ['standard']
    const factors = [isBatch ? prices.batchMultiplier : 1, isUs ? prices.usInferenceMultiplier : 1]
    return speeds
      .flatMap(speed => prices.rates.filter(rate => rate.speed === speed))
      .map(rate => {
        const card = makeCard(prices.id, rate, factors, book.webSearchUsd)
        const known = cards.get(card.key) ?? card
        cards.set(card.key, known)
        return { ...spanOf(rate), card: known }
      })
  }

  function cardFor(request: PricedRequest): RateCard | null {
    const isFast = request.speed === 'fast'
    const isBatch = request.serviceTier === 'batch'
    const isUs = request.inferenceGeo === 'us'
    const byKind = kinds.get(request.model) ?? []
    kinds.set(request.model, byKind)
    const kind = (isFast ? 4 : 0) + (isBatch ? 2 : 0) + (isUs ? 1 : 0)
    const dated = byKind[kind] ?? datedCards(request, isFast, isBatch, isUs)
    byKind[kind] = dated
    // Without a date the newest rate holds: a moment after every day that a price list names.
    const atMs = request.occurredAtMs ?? Number.MAX_VALUE
    for (const { fromMs, toMs, over, upTo, card } of dated) {
      if (fromMs <= atMs && atMs < toMs && over < request.promptTokens && request.promptTokens <= upTo)
        return card
    }
    return null
  }

  return {
    cardFor,
    costOf(record) {
      const promptTokens = record.input + record.cacheRead + record.cacheWrite5m + record.cacheWrite1h
      const { model, speed, serviceTier, inferenceGeo, occurredAtMs } = record
      const card = cardFor({ model, speed, serviceTier, inferenceGeo, occurredAtMs, promptTokens })
      const cost = card && costPico(card, record, record.webSearches)
      return card === null || cost === null ? null : { card, costPico: cost }
    },
  }
}

interface DatedCard {
  readonly fromMs: number
  readonly toMs: number
  readonly over: number
  readonly upTo: number
  readonly card: RateCard
}

function spanOf(rate: Rate): Omit<DatedCard, 'card'> {
  return {
    fromMs: rate.from === null ? Number.NEGATIVE_INFINITY : Date.parse(rate.from),
    toMs: rate.to === null ? Number.POSITIVE_INFINITY : Date.parse(rate.to),
    over: rate.promptTokensOver === 0 ? -1 : rate.promptTokensOver,
    upTo: rate.promptTokensUpTo ?? Number.POSITIVE_INFINITY,
  }
}

/** A multiplied rate that is no whole number of picodollars is rounded half up. */
function makeCard(model: string, rate: Rate, factors: readonly number[], webSearchUsd: number): RateCard {
  // USD per million tokens are 1e6 picodollars per token.
  const pico = (usdPerMillion: number) => roundHalfUp(decimalProduct(usdPerMillion, 1e6, ...factors))
  const numbers = {
    inputPico: pico(rate.input),
    outputPico: pico(rate.output),
    cacheWrite5mPico: pico(rate.cacheWrite5m),
    cacheWrite1hPico: pico(rate.cacheWrite1h),
    cacheReadPico: pico(rate.cacheRead),
    webSearchPico: roundHalfUp(decimalProduct(webSearchUsd, 1e12)),
  }
  return { key: [model, ...Object.values(numbers)].join(' '), model, ...numbers }
}

/**
 * Cost of one request in picodollars, exact. `thinking` tokens are inside `output` and not added. Null, so
 * unpriced, if it does not fit a BIGINT column (2^63 - 1 pico are 9.2 million USD: the counts are nonsense).
 */
export function costPico(card: RateCard, counts: TokenCounts, webSearches: number): bigint | null {
  const sum =
    counts.input * card.inputPico +
    counts.output * card.outputPico +
    counts.cacheWrite5m * card.cacheWrite5mPico +
    counts.cacheWrite1h * card.cacheWrite1hPico +
    counts.cacheRead * card.cacheReadPico +
    webSearches * card.webSearchPico
  // No term is negative: were any of them, or a sum on the way, no longer exact, the whole sum would be
  // unsafe too.
  if (Number.isSafeInteger(sum)) return BigInt(sum)
  const exact =
    BigInt(counts.input) * BigInt(card.inputPico) +
    BigInt(counts.output) * BigInt(card.outputPico) +
    BigInt(counts.cacheWrite5m) * BigInt(card.cacheWrite5mPico) +
    BigInt(counts.cacheWrite1h) * BigInt(card.cacheWrite1hPico) +
    BigInt(counts.cacheRead) * BigInt(card.cacheReadPico) +
    BigInt(webSearches) * BigInt(card.webSearchPico)
  return exact > largestBigint ? null : exact
}

/**
 * A short text for each key of the book that changes with anything that could change a price found under it.
 * A model of the ledger needs a new price if one of its `modelKeys` is new, gone or has another text.
 */
export function pricesFingerprint(book: PriceBook): Map<string, string> {
  return new Map(
    [...book.models].map(([key, { origin: _, ...prices }]) => {
      const hash = createHash('sha256').update(JSON.stringify([prices, book.webSearchUsd]))
      return [key, hash.digest('hex').slice(0, 16)]
    }),
  )
}

interface Decimal {
  readonly digits: bigint
  /** Places after the point; never negative. */
  readonly places: number
}

/** Multiplies numbers as they are written in decimal: 0.1 is a tenth and not its nearest double. */
function decimalProduct(...factors: number[]): Decimal {
  let digits = 1n
  let places = 0
  for (const factor of factors) {
    const [mantissa = '0', exponent = '0'] = String(factor).split('e')
    const [whole = '0', fraction = ''] = mantissa.split('.')
    digits *= BigInt(whole + fraction)
    places += fraction.length - Number(exponent)
  }
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 }
}

function roundHalfUp({ digits, places }: Decimal): number {
  const unit = 10n ** BigInt(places)
  return Number((2n * digits + unit) / (2n * unit))
}

function exactProduct(a: number, b: number): number {
  const { digits, places } = decimalProduct(a, b)
  return Number(`${digits}e-${places}`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
