import { cleanText } from '../../base/clean-text.ts'
import { formatCount, formatTokens } from '../../base/format.ts'
import type { PriceBook } from '../../features/usage/price-book.ts'
import { loadPrices } from '../../features/usage/price-files.ts'
import {
  type ModelPrices,
  type PriceList,
  type PriceListModel,
  priceList,
  type UsedModel,
  usedModels,
} from '../../features/usage/price-list.ts'
import { StoreMissingError } from '../../store/open.ts'
import type { Context } from '../context.ts'
import { type Field, renderLayout } from '../layout.ts'
import { toJson } from '../output.ts'
import { withUpToDateStore } from '../up-to-date.ts'

/** Which models have a price, and which of the ledger have none. Changed prices are applied first. */
export async function pricesCommand(context: Context, options: { json?: boolean }): Promise<void> {
  const { pricesFile, paths } = context
  const book = loadPrices({ builtInFile: pricesFile, userFile: paths.pricesFile })
  const list = priceList(book, await readUsed(context))
  process.stdout.write(options.json ? `${toJson(fields(book, list))}\n` : text(book, list, paths.pricesFile))
}

/** Nothing where nothing has ever been recorded. */
async function readUsed(context: Context): Promise<UsedModel[]> {
  try {
    return await withUpToDateStore(context, usedModels)
  } catch (error) {
    if (error instanceof StoreMissingError) return []
    throw error
  }
}

/** For programs. The names are a promise: docs/schema.md says what each of them means. */
function fields(book: PriceBook, { models, unpriced }: PriceList): object {
  return {
    newestSourceDate: book.newestSourceDate,
    webSearchUsd: book.webSearchUsd,
    models: models.map(({ prices, aliases, messages, totalTokens }) => ({
      ...prices,
      aliases,
      messages,
      totalTokens,
    })),
    unpriced,
    problems: book.problems,
  }
}

type Rate = ModelPrices['rates'][number]
type Line = PriceListModel & { readonly rate: Rate; readonly isFirst: boolean }

function text(book: PriceBook, { models, unpriced }: PriceList, userFile: string): string {
  const width = process.stdout.columns
  const lines = models.flatMap(model =>
    model.prices.rates.map((rate, index): Line => ({ ...model, rate, isFirst: index === 0 })),
  )
  const parts = [
    headText(book),
    renderLayout(rateLayouts, lines, width),
    unpriced.length === 0
      ? 'Every model that was used has a price.'
      : `no price for:\n\n${renderLayout([unpricedLayout], unpriced, width)}\n\n${addHint(userFile)}`,
    ...(book.problems.length > 0 ? [`Problems:\n${book.problems.map(cleanText).join('\n')}`] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

function headText({ newestSourceDate, webSearchUsd }: PriceBook): string {
  const source = `newest source: ${newestSourceDate ?? 'unknown'}`
  return `Prices in USD per million tokens · ${source} · a web search: ${webSearchUsd}`
}

function addHint(userFile: string): string {
  return `Add them to ${cleanText(userFile)}, in USD per million tokens:
{ "model-id": { "input": 3, "output": 15, "cache_write": 3.75, "cache_write_1h": 6, "cache_read": 0.3 } }`
}

const model: Field<Line> = {
  title: 'Model',
  text: ({ prices, isFirst }) => (isFirst ? `${prices.id}${prices.origin === 'user' ? ' (yours)' : ''}` : ''),
}
const price = (title: string, rate: (rate: Rate) => number): Field<Line> => ({
  title,
  align: 'right',
  text: line => String(rate(line.rate)),
})
const input = price('Input', rate => rate.input)
const output = price('Output', rate => rate.output)
const write5m = price('Write 5m', rate => rate.cacheWrite5m)
const write1h = price('Write 1h', rate => rate.cacheWrite1h)
const read = price('Read', rate => rate.cacheRead)
const when: Field<Line> = { title: 'When', flexible: true, minWidth: 12, text: line => whenText(line.rate) }
const messages: Field<Line> = {
  title: 'Messages',
  align: 'right',
  text: line => (line.isFirst && line.messages > 0 ? formatCount(line.messages) : ''),
}

const rateLayouts: readonly (readonly Field<Line>[])[] = [
  [model, input, output, write5m, write1h, read, when, messages],
  [model, input, output, write5m, write1h, read, when],
  [model, input, output, when],
]

const unpricedLayout: readonly Field<UsedModel>[] = [
  { title: 'Model', flexible: true, minWidth: 12, text: used => used.model },
  { title: 'Messages', align: 'right', text: used => formatCount(used.unpricedCount) },
  { title: 'Tokens', align: 'right', text: used => formatTokens(used.totalTokens) },
]

/** What a rate holds for, if not for everything. */
function whenText({ from, to, speed, promptTokensOver, promptTokensUpTo }: Rate): string {
  const parts = [
    speed === 'fast' ? 'fast' : '',
    promptTokensOver > 0 ? `prompts over ${formatTokens(promptTokensOver)}` : '',
    promptTokensUpTo === null ? '' : `prompts up to ${formatTokens(promptTokensUpTo)}`,
    from === null ? '' : `from ${from}`,
    to === null ? '' : `before ${to}`,
  ]
  return parts.filter(part => part !== '').join(', ')
}
