import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { errorCode, errorText } from '../../base/errors.ts'
import { exactProduct } from './decimal.ts'
import { type ModelPrices, normaliseModel, type PriceBook, type Rate } from './price-book.ts'

/** Dearer than a cent a token is a slip of the pen; today's dearest rate is 150. */
const highestRate = 10_000
const highestMultiplier = 10
const largestPriceFile = 4_000_000

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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
