import type { PriceBook } from '../../features/usage/price-book.ts'
import { loadPrices } from '../../features/usage/price-files.ts'
import { type PriceList, priceList, type UsedModel, usedModels } from '../../features/usage/price-list.ts'
import { StoreMissingError } from '../../store/open.ts'
import type { Context } from '../context.ts'
import { toJson } from '../json.ts'
import { pricesText } from '../prices/report-text.ts'
import { withUpToDateStore } from '../up-to-date.ts'

/** Which models have a price, and which of the ledger have none. Changed prices are applied first. */
export async function pricesCommand(context: Context, options: { json?: boolean }): Promise<void> {
  const { pricesFile, paths } = context
  const book = loadPrices({ builtInFile: pricesFile, userFile: paths.pricesFile })
  const list = priceList(book, await readUsed(context))
  process.stdout.write(
    options.json
      ? `${toJson(fields(book, list))}\n`
      : pricesText(book, list, { userFile: paths.pricesFile, width: process.stdout.columns }),
  )
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
