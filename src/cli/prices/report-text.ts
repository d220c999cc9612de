import { cleanText } from '../../base/clean-text.ts'
import { formatCount, formatTokens } from '../../base/format.ts'
import { wrapLine } from '../../base/text-width.ts'
import type { PriceBook } from '../../features/usage/price-book.ts'
import type { ModelPrices, PriceList, PriceListModel, UsedModel } from '../../features/usage/price-list.ts'
import { type Field, renderLayout } from '../layout.ts'

type Rate = ModelPrices['rates'][number]
type Line = PriceListModel & { readonly rate: Rate; readonly isFirst: boolean }

/** The rates of all models, and the models without one, for people. */
export function pricesText(
  book: PriceBook,
  { models, unpriced }: PriceList,
  { userFile, width }: { userFile: string; width: number | undefined },
): string {
  const lines = models.flatMap(model =>
    model.prices.rates.map((rate, index): Line => ({ ...model, rate, isFirst: index === 0 })),
  )
  const parts = [
    wrapLine(headText(book), width),
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
{ "model-id": { "input": 3, "output": 15,
  "cache_write": 3.75, "cache_write_1h": 6, "cache_read": 0.3 } }`
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
const when: Field<Line> = {
  title: 'When',
  flexible: true,
  wraps: true,
  minWidth: 17,
  text: line => whenText(line.rate),
}
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
