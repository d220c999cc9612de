import { createHash } from 'node:crypto'

/**
 * A line of a price list: USD per million tokens, for a speed, a span of UTC days, a band of prompt sizes.
 */
export interface Rate {
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

export interface ModelPrices {
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
