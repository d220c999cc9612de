import type { TokenCounts, UsageRecord } from '../../transcripts/transcript.ts'
import { decimalProduct, roundHalfUp } from './decimal.ts'
import { modelKeys, type PriceBook, type Rate } from './price-book.ts'

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

const largestBigint = 2n ** 63n - 1n

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
